#include "analysis/questions/learning_rate_rule.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include "analysis/questions/choice_metric.hpp"
#include "analysis/questions/time_to_target.hpp"
#include "analysis/statistics/interpolation.hpp"
#include "analysis/statistics/interval.hpp"

namespace batchscope {

namespace {

const std::string rule_key = "training.learning_rate_scaling";
constexpr std::size_t fewest_batch_sizes_of_a_slope = 3;

/// The peak rate of training over the rate as configured: the same for all rates of a batch size.
double scaling_factor(const Arm& arm) {
    for (const TriedRate& rate : arm.rates) {
        if (!rate.runs.empty()) {
            return rate.runs.begin()->second->learning_rate / rate.learning_rate;
        }
    }
    return 1;
}

/// Of a run that ended no lower than it began nothing but that is known, as of one that diverged.
double loss_of_trained(const AnalyzedRun& run) {
    const std::vector<double>& losses = run.history.validation_loss;
    const double loss = run.metrics.validation_loss;
    return losses.empty() || !(loss >= losses.front()) ? loss : unknown;
}

TunedRate tuned_rate(const Arm& arm, double confidence) {
    TunedRate tuned;
    tuned.batch_size = arm.batch_size;
    std::set<std::uint64_t> seeds;
    for (const TriedRate& rate : arm.rates) {
        for (const auto& [seed, run] : rate.runs) {
            seeds.insert(seed);
        }
        for (const auto& [seed, standing] : rate.uncounted) {
            seeds.insert(seed);
        }
        tuned.uncounted += std::ssize(rate.uncounted);
    }
    std::vector<double> logarithms;
    for (const std::uint64_t seed : seeds) {
        const LogQuadratic fit = best_rate_of(arm, seed);
        if (fit.status == BracketStatus::bracketed) {
            logarithms.push_back(std::log(fit.best_rate));
        }
        tuned.by_seed.emplace(seed, fit);
    }
    tuned.bracketed = std::ssize(logarithms);
    tuned.log_rate = estimate_mean(std::move(logarithms), confidence);
    return tuned;
}

void add_slope(RateTrend& trend, const std::vector<const TunedRate*>& used, double confidence) {
    for (const auto& [seed, fit] : used.front()->by_seed) {
        if (std::all_of(used.begin(), used.end(), [seed = seed](const TunedRate* tuned) {
                return tuned->by_seed.contains(seed);
            })) {
            trend.seeds.push_back(seed);
        }
    }
    if (trend.seeds.empty()) {
        trend.status = RateTrendStatus::no_common_seed;
        return;
    }
    std::vector<double> log_batch_sizes;
    std::vector<double> errors;  // by batch size, mean over the seeds
    std::vector<std::vector<double>> rows(trend.seeds.size());
    for (const TunedRate* tuned : used) {
        log_batch_sizes.push_back(std::log(static_cast<double>(tuned->batch_size)));
        errors.push_back(0);
        for (std::size_t i = 0; i < trend.seeds.size(); ++i) {
            const LogQuadratic& fit = tuned->by_seed.at(trend.seeds[i]);
            rows[i].push_back(std::log(fit.best_rate));
            errors.back() += fit.log_error / static_cast<double>(trend.seeds.size());
        }
    }
    trend.status = RateTrendStatus::tested;
    trend.slope = slope_test(log_batch_sizes, rows, confidence);
    trend.lattice_error = slope_error(log_batch_sizes, errors);
    trend.slope.mean = with_interpolation_error(trend.slope.mean, trend.lattice_error);
    for (std::size_t i = 0; i < rule_exponents.size(); ++i) {
        RuleTest& test = trend.rules[i];
        test.rule = rule_exponents[i];
        std::vector<double> beyond = trend.slope.slopes;
        for (double& slope : beyond) {
            slope -= test.rule.exponent;
        }
        test.beyond =
            with_interpolation_error(paired_comparison(beyond, confidence), trend.lattice_error);
        if (!std::isnan(test.beyond.t)) {
            test.is_compatible = std::abs(test.beyond.mean) <= test.beyond.half_width;
        }
    }
}

/// The runs of rules at one batch size; nullptr where a rule has none there.
std::vector<const Arm*> arms_at(const std::vector<Recipe>& recipes,
                                const std::vector<std::size_t>& indices, std::int64_t batch_size) {
    std::vector<const Arm*> arms;
    for (const std::size_t index : indices) {
        const std::vector<Arm>& all = recipes[index].arms;
        const auto found = std::find_if(all.begin(), all.end(), [batch_size](const Arm& arm) {
            return arm.batch_size == batch_size;
        });
        arms.push_back(found == all.end() ? nullptr : &*found);
    }
    return arms;
}

/// The arms without a run that does not count; nullptr in place of the others.
std::vector<const Arm*> without_losses(std::vector<const Arm*> arms) {
    for (const Arm*& arm : arms) {
        if (arm != nullptr && (arm->runs.empty() || loses_runs(*arm))) {
            arm = nullptr;
        }
    }
    return arms;
}

RuleOutcome outcome_of(const Arm* arm, double confidence) {
    RuleOutcome outcome;
    std::vector<double> losses;
    if (arm != nullptr) {
        outcome.counted = std::ssize(arm->runs);
        outcome.uncounted = uncounted_of(*arm);
        for (const auto& [seed, run] : arm->runs) {
            if (std::isfinite(run->metrics.validation_loss)) {
                losses.push_back(run->metrics.validation_loss);
            }
        }
    }
    outcome.validation_loss = estimate_mean(std::move(losses), confidence);
    return outcome;
}

/// The differences of every pair are appended to `family`, unless they are the same runs.
RulesAtBatchSize rules_at(const std::vector<const Arm*>& arms, std::int64_t batch_size,
                          double confidence, std::vector<Compared>& family) {
    RulesAtBatchSize at_size;
    at_size.batch_size = batch_size;
    at_size.best = optimism_of_choice(without_losses(arms), ChoiceMetric{}, confidence);
    for (std::size_t first = 0; first < arms.size(); ++first) {
        at_size.outcomes.push_back(outcome_of(arms[first], confidence));
        for (std::size_t second = first + 1; second < arms.size(); ++second) {
            const Arm* a = arms[first];
            const Arm* b = arms[second];
            if (a == nullptr || b == nullptr || tried_runs(*a) == 0 || tried_runs(*b) == 0) {
                continue;
            }
            RulePair pair{first, second, are_the_same_runs(*a, *b), {}};
            if (!pair.same_runs) {
                family.push_back(
                    {paired_comparison(
                         seed_differences(*a, *b, Budget{}, &History::validation_loss).values,
                         confidence),
                     lost_runs_of(*b, *a)});
            }
            at_size.pairs.push_back(pair);
        }
    }
    return at_size;
}

RulesCompared compare_set(const std::vector<Recipe>& recipes, RulesCompared set,
                          const Margins& margins) {
    std::set<std::int64_t> batch_sizes;
    for (const std::size_t index : set.recipes) {
        for (const Arm& arm : recipes[index].arms) {
            batch_sizes.insert(arm.batch_size);
        }
    }
    std::vector<Compared> family;
    for (const std::int64_t batch_size : batch_sizes) {
        set.batch_sizes.push_back(rules_at(arms_at(recipes, set.recipes, batch_size), batch_size,
                                           margins.confidence, family));
    }
    const std::vector<Decision> decisions = decide(family, margins.loss, margins.alpha());
    auto decision = decisions.begin();
    for (RulesAtBatchSize& at_size : set.batch_sizes) {
        for (RulePair& pair : at_size.pairs) {
            if (!pair.same_runs) {
                pair.decision = *decision++;
            }
        }
    }
    return set;
}

bool is_scaled_linearly(const Recipe& recipe) {
    const std::vector<const AnalyzedRun*> runs = runs_of(recipe);
    const auto axis = recipe.axes.find(rule_key);
    if (axis != recipe.axes.end()) {
        return to_text(axis->second) == "linear";
    }
    return !runs.empty() && std::all_of(runs.begin(), runs.end(), [](const AnalyzedRun* run) {
        return run->learning_rate_scaling == "linear";
    });
}

StepOutcome outcome_of(const LinearStep& step) {
    if (step.tried > 0 && !is_enough(step.counted, step.tried)) {
        return StepOutcome::diverged;
    }
    switch (step.decision.verdict) {
        case Verdict::better:
        case Verdict::equivalent:
            return StepOutcome::holds;
        case Verdict::worse:
            return StepOutcome::worse;
        case Verdict::undecided:
            break;
    }
    return StepOutcome::undecided;
}

}  // namespace

LogQuadratic best_rate_of(const Arm& arm, std::uint64_t seed) {
    const double factor = scaling_factor(arm);
    std::vector<LossAtRate> tried;
    for (const TriedRate& rate : arm.rates) {
        if (const auto run = rate.runs.find(seed); run != rate.runs.end()) {
            tried.push_back({factor * rate.learning_rate, loss_of_trained(*run->second)});
        } else if (const auto lost = rate.uncounted.find(seed);
                   lost != rate.uncounted.end() && fate_of(lost->second) == Fate::lost) {
            tried.push_back({factor * rate.learning_rate, unknown});
        }
    }
    return fit_log_quadratic(std::move(tried));
}

RateTrend rate_trend(const Recipe& recipe, double confidence) {
    RateTrend trend;
    if (!recipe.tuned) {
        return trend;
    }
    for (const Arm& arm : recipe.arms) {
        trend.rates.push_back(tuned_rate(arm, confidence));
    }
    std::vector<const TunedRate*> used;
    for (const TunedRate& tuned : trend.rates) {
        if (tuned.bracketed > 0 && tuned.bracketed == std::ssize(tuned.by_seed)) {
            used.push_back(&tuned);
            trend.used.push_back(tuned.batch_size);
        } else {
            trend.left_out.push_back(tuned.batch_size);
        }
    }
    if (used.size() < fewest_batch_sizes_of_a_slope) {
        trend.status = RateTrendStatus::too_few_batch_sizes;
        return trend;
    }
    add_slope(trend, used, confidence);
    return trend;
}

std::vector<RulesCompared> compare_rules(const std::vector<Recipe>& recipes,
                                         const Margins& margins) {
    // In the order of their first recipe.
    std::vector<std::pair<std::map<std::string, AttributeValue>, RulesCompared>> sets;
    for (std::size_t index = 0; index < recipes.size(); ++index) {
        std::map<std::string, AttributeValue> others = recipes[index].axes;
        const auto rule = others.extract(rule_key);
        if (rule.empty()) {
            continue;
        }
        auto set = std::find_if(sets.begin(), sets.end(),
                                [&others](const auto& known) { return known.first == others; });
        if (set == sets.end()) {
            set = sets.insert(sets.end(), {others, {}});
        }
        set->second.rules.push_back(to_text(rule.mapped()));
        set->second.recipes.push_back(index);
    }
    std::vector<RulesCompared> compared;
    for (auto& [others, set] : sets) {
        if (set.rules.size() > 1) {
            compared.push_back(compare_set(recipes, std::move(set), margins));
        }
    }
    return compared;
}

std::optional<LinearScaling> linear_scaling(const Recipe& recipe, const Margins& margins) {
    if (!is_scaled_linearly(recipe) || recipe.arms.size() < 2) {
        return std::nullopt;
    }
    LinearScaling scaling{
        compared_metrics(recipe, margins).back(), {}, 0, 0, StepOutcome::undecided};
    std::vector<Compared> family;
    for (std::size_t i = 1; i < recipe.arms.size(); ++i) {
        const Arm& from = recipe.arms[i - 1];
        const Arm& to = recipe.arms[i];
        std::vector<double> better =
            seed_differences(to, from, Budget{}, scaling.metric.column).values;
        for (double& difference : better) {
            difference = scaling.metric.larger_is_better ? difference : -difference;
        }
        family.push_back({paired_comparison(better, margins.confidence), lost_runs_of(to, from)});
        scaling.steps.push_back({.from = from.batch_size,
                                 .to = to.batch_size,
                                 .counted = std::ssize(to.runs),
                                 .tried = tried_runs(to),
                                 .lost = uncounted_of(to)});
        std::erase_if(scaling.steps.back().lost,
                      [](const auto& entry) { return fate_of(entry.first) != Fate::lost; });
    }
    const std::vector<Decision> decisions = decide(family, scaling.metric.margin, margins.alpha());
    for (std::size_t i = 0; i < decisions.size(); ++i) {
        LinearStep& step = scaling.steps[i];
        step.decision = decisions[i];
        step.outcome = outcome_of(step);
        if (step.outcome == StepOutcome::holds) {
            scaling.holds_from = step.from;
        }
        const bool ends =
            step.outcome == StepOutcome::worse || step.outcome == StepOutcome::diverged;
        if (ends && scaling.ends_at == 0) {
            scaling.ends_at = step.to;
            scaling.end = step.outcome;
        }
    }
    return scaling;
}

}  // namespace batchscope
