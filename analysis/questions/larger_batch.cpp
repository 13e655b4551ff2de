#include "analysis/questions/larger_batch.hpp"

#include <algorithm>
#include <cmath>

namespace batchscope {

namespace {

bool is_known(const Recipe& recipe, std::vector<double> History::*column) {
    return std::any_of(recipe.arms.begin(), recipe.arms.end(), [column](const Arm& arm) {
        return std::any_of(arm.runs.begin(), arm.runs.end(), [column](const auto& entry) {
            return std::isfinite(metric_at(*entry.second, Budget{}, column));
        });
    });
}

std::vector<double> towards_better(std::vector<double> differences, const ComparedMetric& metric) {
    if (!metric.larger_is_better) {
        for (double& difference : differences) {
            difference = -difference;
        }
    }
    return differences;
}

/// Nothing where a run does not say which examples it classified correctly.
std::optional<ExamplePairedDifference> difference_by_example(
    const Arm& arm, const Arm& reference, const std::vector<std::uint64_t>& seeds,
    const Margins& margins) {
    std::vector<std::vector<double>> differences;
    for (const std::uint64_t seed : seeds) {
        const std::vector<bool>& ours = arm.runs.at(seed)->validation_correct;
        const std::vector<bool>& theirs = reference.runs.at(seed)->validation_correct;
        if (ours.empty() || ours.size() != theirs.size()) {
            return std::nullopt;
        }
        std::vector<double>& row = differences.emplace_back(ours.size());
        for (std::size_t i = 0; i < ours.size(); ++i) {
            row[i] = static_cast<double>(ours[i]) - static_cast<double>(theirs[i]);
        }
    }
    if (differences.empty()) {
        return std::nullopt;
    }
    return example_paired_difference(differences, margins.confidence);
}

SizeContrast contrast(const Arm& arm, const Arm& reference, const Budget& budget,
                      const ComparedMetric& metric, const Margins& margins) {
    SeedDifferences differences = seed_differences(arm, reference, budget, metric.column);
    SizeContrast contrast;
    contrast.batch_size = arm.batch_size;
    contrast.seeds = std::move(differences.seeds);
    contrast.differences = std::move(differences.values);
    const std::vector<double> better = towards_better(contrast.differences, metric);
    contrast.wins = winning_probability(better, margins.confidence);
    contrast.sign_flip = sign_flip_test(better);
    if (budget.moment == Moment::end && metric.column == &History::validation_accuracy) {
        contrast.by_example = difference_by_example(arm, reference, contrast.seeds, margins);
    }
    return contrast;
}

Answer answer_of(const std::vector<SizeContrast>& contrasts) {
    if (contrasts.empty()) {
        return Answer::not_tested;
    }
    const auto count = [&contrasts](Verdict verdict) {
        return std::count_if(contrasts.begin(), contrasts.end(), [verdict](const SizeContrast& c) {
            return c.decision.verdict == verdict;
        });
    };
    const auto better = count(Verdict::better);
    const auto worse = count(Verdict::worse);
    if (better > 0 || worse > 0) {
        return worse == 0 ? Answer::better : (better == 0 ? Answer::worse : Answer::mixed);
    }
    return count(Verdict::equivalent) == std::ssize(contrasts) ? Answer::equivalent
                                                               : Answer::undecided;
}

/// Decides all contrasts of all metrics as one family; they share one margin.
void decide_all(LargerBatchAnswer& answer, const Margins& margins) {
    std::vector<PairedComparison> family;
    for (const MetricAnswer& of_metric : answer.by_metric) {
        for (const SizeContrast& contrast : of_metric.contrasts) {
            family.push_back(paired_comparison(
                towards_better(contrast.differences, of_metric.metric), margins.confidence));
        }
    }
    std::vector<Decision> decisions =
        decide(family, answer.by_metric.front().metric.margin, margins.alpha());
    auto decision = decisions.begin();
    for (MetricAnswer& of_metric : answer.by_metric) {
        for (SizeContrast& contrast : of_metric.contrasts) {
            contrast.decision = *decision++;
        }
        of_metric.answer = answer_of(of_metric.contrasts);
    }
}

/// The metric of every seed of the reference over the batch sizes that all of them have.
void add_trend(MetricAnswer& answer, const Recipe& recipe, const Arm& reference,
               const Budget& budget, const Margins& margins) {
    std::vector<double> doublings;
    std::vector<std::vector<double>> rows(reference.runs.size());
    for (const Arm& arm : recipe.arms) {
        std::vector<double> column;
        for (const auto& [seed, run] : reference.runs) {
            const auto other = arm.runs.find(seed);
            column.push_back(other == arm.runs.end()
                                 ? unknown
                                 : metric_at(*other->second, budget, answer.metric.column));
        }
        if (arm.batch_size < reference.batch_size ||
            !std::all_of(column.begin(), column.end(), [](double y) { return std::isfinite(y); })) {
            continue;
        }
        doublings.push_back(std::log2(static_cast<double>(arm.batch_size)));
        for (std::size_t row = 0; row < rows.size(); ++row) {
            rows[row].push_back(column[row]);
        }
    }
    answer.trend = page_trend(rows);
    answer.slope = slope_test(doublings, rows, margins.confidence);
}

}  // namespace

std::vector<ComparedMetric> compared_metrics(const Recipe& recipe, const Margins& margins) {
    if (is_known(recipe, &History::train_accuracy)) {
        return {{"train_accuracy", &History::train_accuracy, true, margins.accuracy},
                {"validation_accuracy", &History::validation_accuracy, true, margins.accuracy}};
    }
    return {{"train_loss", &History::train_loss, false, margins.loss},
            {"validation_loss", &History::validation_loss, false, margins.loss}};
}

LargerBatchAnswer is_larger_better(const Recipe& recipe, const Budget& budget,
                                   const Margins& margins) {
    LargerBatchAnswer answer;
    answer.moment = budget.moment;
    const auto reference = std::find_if(recipe.arms.begin(), recipe.arms.end(),
                                        [](const Arm& arm) { return !arm.runs.empty(); });
    for (const ComparedMetric& metric : compared_metrics(recipe, margins)) {
        answer.by_metric.push_back({metric, Answer::not_tested, {}, {}, {}});
    }
    if (reference == recipe.arms.end()) {
        return answer;
    }
    answer.reference = reference->batch_size;
    for (MetricAnswer& of_metric : answer.by_metric) {
        for (auto arm = reference + 1; arm != recipe.arms.end(); ++arm) {
            if (!arm->runs.empty()) {
                of_metric.contrasts.push_back(
                    contrast(*arm, *reference, budget, of_metric.metric, margins));
            }
        }
        add_trend(of_metric, recipe, *reference, budget, margins);
    }
    decide_all(answer, margins);
    return answer;
}

SeedDifferences seed_differences(const Arm& arm, const Arm& reference, const Budget& budget,
                                 std::vector<double> History::*column) {
    SeedDifferences differences;
    for (const std::uint64_t seed : common_seeds({&arm, &reference})) {
        const double difference = metric_at(*arm.runs.at(seed), budget, column) -
                                  metric_at(*reference.runs.at(seed), budget, column);
        if (std::isfinite(difference)) {
            differences.seeds.push_back(seed);
            differences.values.push_back(difference);
        }
    }
    return differences;
}

}  // namespace batchscope
