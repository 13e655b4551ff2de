#include "analysis/claims/evidence.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/statistics/verdict.hpp"

namespace batchscope {

namespace {

bool any_run_has(const Recipe& recipe, HistoryColumn column) {
    return std::any_of(recipe.arms.begin(), recipe.arms.end(), [column](const Arm& arm) {
        return std::any_of(arm.runs.begin(), arm.runs.end(), [column](const auto& entry) {
            const std::vector<double>& values = entry.second->history.*column;
            return !values.empty() && std::isfinite(values.back());
        });
    });
}

}  // namespace

std::vector<const Arm*> judged_arms(const Recipe& recipe) {
    std::vector<const Arm*> arms;
    for (const Arm& arm : recipe.arms) {
        if (tried_runs(arm) > 0) {
            arms.push_back(&arm);
        }
    }
    return arms;
}

std::optional<Because> too_few_seeds(const std::vector<const Arm*>& arms, std::size_t common) {
    if (static_cast<std::int64_t>(common) >= fewest_seeds) {
        return std::nullopt;
    }
    const auto fewest = std::min_element(arms.begin(), arms.end(), [](const Arm* a, const Arm* b) {
        return a->runs.size() < b->runs.size();
    });
    Because because{ClaimReason::too_few_seeds};
    because.batch_size = fewest == arms.end() ? 0 : (*fewest)->batch_size;
    because.found = static_cast<std::int64_t>(common);
    because.needed = fewest_seeds;
    return because;
}

ComparedGroups compared_groups(const Recipe& recipe,
                               const std::vector<std::pair<std::string, SizeRange>>& ranges) {
    ComparedGroups compared;
    for (const auto& [name, range] : ranges) {
        SizeGroup whole{name, {}};
        SizeGroup survivors{name, {}};
        std::vector<std::int64_t> losing;
        for (const Arm* arm : judged_arms(recipe)) {
            if (!range.contains(arm->batch_size)) {
                continue;
            }
            if (loses_runs(*arm)) {
                losing.push_back(arm->batch_size);
            } else {
                whole.arms.push_back(arm);
            }
            if (!arm->runs.empty()) {
                survivors.arms.push_back(arm);
            }
        }
        if (!losing.empty()) {
            compared.flattered.insert(name);
        }
        if (survivors.arms.empty() && !compared.missing) {
            compared.missing = Because{
                losing.empty() ? ClaimReason::group_missing : ClaimReason::group_lost, name};
        }
        const bool all_lose = whole.arms.empty();
        for (const std::int64_t batch_size : losing) {
            const bool is_judged = all_lose && !arm_at(recipe, batch_size)->runs.empty();
            if (!is_judged) {
                compared.without.push_back(batch_size);
            }
        }
        compared.groups.push_back(all_lose ? std::move(survivors) : std::move(whole));
    }
    const std::vector<const Arm*> arms = arms_of(compared.groups);
    compared.seeds = common_seeds(arms);
    if (!compared.missing) {
        compared.missing = too_few_seeds(arms, compared.seeds.size());
    }
    return compared;
}

void withhold_from_flattered(Finding& finding, const ComparedGroups& compared,
                             const std::string& favoured_if_supported,
                             const std::string& favoured_if_contradicted) {
    finding.without = compared.without;
    if (compared.flattered.contains(favoured_if_supported)) {
        finding.survivors_support = Because{ClaimReason::survivors_decide, favoured_if_supported};
    }
    if (compared.flattered.contains(favoured_if_contradicted)) {
        finding.survivors_contradict =
            Because{ClaimReason::survivors_decide, favoured_if_contradicted};
    }
}

std::vector<const Arm*> arms_of(const std::vector<SizeGroup>& groups) {
    std::vector<const Arm*> arms;
    for (const SizeGroup& group : groups) {
        arms.insert(arms.end(), group.arms.begin(), group.arms.end());
    }
    std::stable_sort(arms.begin(), arms.end(),
                     [](const Arm* a, const Arm* b) { return a->batch_size < b->batch_size; });
    return arms;
}

BySeed mean_by_seed(const std::vector<const Arm*>& arms, const std::vector<std::uint64_t>& seeds,
                    const std::function<double(const AnalyzedRun&)>& metric) {
    BySeed means;
    for (const std::uint64_t seed : seeds) {
        double sum = 0;
        for (const Arm* arm : arms) {
            sum += metric(*arm->runs.at(seed));
        }
        means[seed] = sum / static_cast<double>(arms.size());
    }
    return means;
}

std::vector<BySeed> means_of(const ComparedGroups& compared,
                             const std::function<double(const AnalyzedRun&)>& metric) {
    std::vector<BySeed> means;
    for (const SizeGroup& group : compared.groups) {
        means.push_back(mean_by_seed(group.arms, compared.seeds, metric));
    }
    return means;
}

PairedComparison comparison_of(const BySeed& values, double less, double confidence,
                               double resolution) {
    std::vector<double> finite;
    for (const auto& [seed, value] : values) {
        if (std::isfinite(value)) {
            finite.push_back(value - less);
        }
    }
    return paired_comparison(finite, confidence, resolution);
}

Performance performance_of(const Evidence& evidence, std::optional<double> margin) {
    Performance performance;
    const bool has_test = evidence.out_of_sample == "test";
    const HistoryColumn accuracy =
        has_test ? &History::test_accuracy : &History::validation_accuracy;
    if (any_run_has(evidence.recipe, accuracy)) {
        performance.column = accuracy;
        performance.margin = margin.value_or(evidence.margins.accuracy);
        const std::vector<Arm>& arms = evidence.recipe.arms;
        performance.resolution = std::any_of(arms.begin(), arms.end(), are_copies)
                                     ? 0
                                     : resolution_of(evidence.recipe, accuracy);
    } else {
        performance.column = has_test ? &History::test_loss : &History::validation_loss;
        performance.sign = -1;
        performance.margin = margin.value_or(evidence.margins.loss);
        performance.unit = ClaimUnit::nats;
    }
    const std::vector<Budget> budgets = budgets_of(evidence.recipe);
    const auto equal_epochs =
        std::find_if(budgets.begin(), budgets.end(),
                     [](const Budget& budget) { return budget.moment == Moment::equal_epochs; });
    if (equal_epochs == budgets.end()) {
        performance.missing = Because{ClaimReason::metric_missing, "epoch"};
        return performance;
    }
    performance.budget = *equal_epochs;
    if (equal_epochs->inside_schedule) {
        performance.missing = Because{ClaimReason::inside_schedule};
    }
    return performance;
}

bool is_tuned_fairly(const Recipe& recipe, const std::vector<const Arm*>& arms) {
    return recipe.tuned && recipe.equal_trials &&
           std::all_of(arms.begin(), arms.end(), [](const Arm* arm) {
               return arm->rates.size() > 1 && !arm->best_rate_at_edge && !arm->chosen_on_itself &&
                      std::isfinite(arm->best_rate);
           });
}

std::optional<Because> seconds_not_comparable(const std::vector<const Arm*>& arms,
                                              const std::vector<std::uint64_t>& seeds) {
    std::vector<const AnalyzedRun*> runs;
    for (const Arm* arm : arms) {
        for (const std::uint64_t seed : seeds) {
            runs.push_back(arm->runs.at(seed));
        }
    }
    if (on_different_machines(runs)) {
        return Because{ClaimReason::different_hardware};
    }
    const bool is_known =
        !runs.empty() && runs.front()->ranks > 0 && !runs.front()->devices.empty();
    return is_known ? std::nullopt : std::optional(Because{ClaimReason::hardware_unknown});
}

}  // namespace batchscope
