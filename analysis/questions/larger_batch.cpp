#include "analysis/questions/larger_batch.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "analysis/statistics/interpolation.hpp"
#include "analysis/statistics/interval.hpp"
#include "core/not_finite.hpp"

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
    contrast.reading_error = differences.reading_error;
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

/// Whether an accuracy is 1 to within one example in every run: it cannot show a difference.
bool is_saturated(const Arm& arm, const ComparedMetric& metric, const Budget& budget) {
    return metric.larger_is_better &&
           std::all_of(arm.runs.begin(), arm.runs.end(), [&](const auto& entry) {
               return metric_at(*entry.second, budget, metric.column) >= 1 - metric.resolution;
           });
}

/// What is equivalent is so whichever way the reading of it erred; what is not resolved says so.
void allow_for_reading(SizeContrast& contrast, double margin) {
    Decision& decision = contrast.decision;
    if (decision.verdict == Verdict::equivalent &&
        std::abs(decision.comparison.mean) + contrast.reading_error >= margin) {
        decision.verdict = Verdict::undecided;
        decision.reason = Reason::not_resolved;
    }
    if (!contrast.resolved && decision.reason == Reason::too_few_seeds) {
        decision.reason = Reason::not_resolved;
    }
}

/// Decides all contrasts of all metrics as one family; they share one margin.
void decide_all(LargerBatchAnswer& answer, const Recipe& recipe, const Arm& reference,
                const Budget& budget, const Margins& margins) {
    std::vector<Compared> family;
    for (MetricAnswer& of_metric : answer.by_metric) {
        for (SizeContrast& contrast : of_metric.contrasts) {
            const Arm& arm = *arm_at(recipe, contrast.batch_size);
            const bool identical = are_copies(arm) && are_copies(reference);
            const PairedComparison read =
                paired_comparison(towards_better(contrast.differences, of_metric.metric),
                                  margins.confidence, identical ? 0 : of_metric.metric.resolution);
            contrast.resolved =
                is_resolved(contrast.reading_error, read.half_width, of_metric.metric.margin);
            family.push_back({contrast.resolved
                                  ? with_interpolation_error(read, contrast.reading_error)
                                  : PairedComparison{},
                              lost_runs_of(arm, reference)});
        }
    }
    std::vector<Decision> decisions =
        decide(family, answer.by_metric.front().metric.margin, margins.alpha());
    auto decision = decisions.begin();
    for (MetricAnswer& of_metric : answer.by_metric) {
        for (SizeContrast& contrast : of_metric.contrasts) {
            contrast.decision = *decision++;
            const Arm& arm = *arm_at(recipe, contrast.batch_size);
            allow_for_reading(contrast, of_metric.metric.margin);
            if (contrast.decision.verdict == Verdict::equivalent &&
                is_saturated(arm, of_metric.metric, budget) &&
                is_saturated(reference, of_metric.metric, budget)) {
                contrast.decision.reason = Reason::saturated;
            }
        }
        of_metric.answer =
            answer.lost_references.empty() ? answer_of(of_metric.contrasts) : Answer::undecided;
    }
}

/// Of a seed, the metric at a batch size; of a lost run, the worst that there is; NaN where neither
/// is known.
double metric_or_worst(const Arm& arm, std::uint64_t seed, const Budget& budget,
                       const ComparedMetric& metric) {
    if (const auto run = arm.runs.find(seed); run != arm.runs.end()) {
        return metric_at(*run->second, budget, metric.column);
    }
    const auto lost = arm.uncounted.find(seed);
    const bool is_lost = lost != arm.uncounted.end() && fate_of(lost->second) == Fate::lost;
    return is_lost ? (metric.larger_is_better ? -infinity : infinity) : unknown;
}

/// The seeds of an arm that count or are lost.
std::set<std::uint64_t> tried_seeds(const Arm& arm) {
    std::set<std::uint64_t> seeds;
    for (const auto& [seed, run] : arm.runs) {
        seeds.insert(seed);
    }
    for (const auto& [seed, standing] : arm.uncounted) {
        if (fate_of(standing) == Fate::lost) {
            seeds.insert(seed);
        }
    }
    return seeds;
}

/// The metric of every seed of the reference over the batch sizes that all of them have.
void add_trend(MetricAnswer& answer, const Recipe& recipe, const Arm& reference,
               const Budget& budget, const Margins& margins) {
    const std::set<std::uint64_t> seeds = tried_seeds(reference);
    std::vector<double> doublings;
    std::vector<std::vector<double>> ranked(seeds.size());
    std::vector<std::vector<double>> rows(seeds.size());
    for (const Arm& arm : recipe.arms) {
        if (arm.batch_size < reference.batch_size) {
            continue;
        }
        std::vector<double> column;
        for (const std::uint64_t seed : seeds) {
            column.push_back(metric_or_worst(arm, seed, budget, answer.metric));
        }
        const auto append_to = [&column](std::vector<std::vector<double>>& to) {
            for (std::size_t row = 0; row < to.size(); ++row) {
                to[row].push_back(column[row]);
            }
        };
        if (std::any_of(column.begin(), column.end(), [](double y) { return std::isnan(y); })) {
            answer.trend_without.push_back(arm.batch_size);
        } else {
            append_to(ranked);
        }
        if (std::all_of(column.begin(), column.end(), [](double y) { return std::isfinite(y); })) {
            doublings.push_back(std::log2(static_cast<double>(arm.batch_size)));
            append_to(rows);
        } else {
            answer.slope_without.push_back(arm.batch_size);
        }
    }
    answer.trend = page_trend(ranked);
    answer.slope = slope_test(doublings, rows, margins.confidence);
}

}  // namespace

std::vector<ComparedMetric> compared_metrics(const Recipe& recipe, const Margins& margins) {
    if (is_known(recipe, &History::train_accuracy)) {
        return {{"train_accuracy", &History::train_accuracy, true, margins.accuracy,
                 resolution_of(recipe, &History::train_accuracy)},
                {"validation_accuracy", &History::validation_accuracy, true, margins.accuracy,
                 resolution_of(recipe, &History::validation_accuracy)}};
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
        answer.by_metric.push_back({.metric = metric});
    }
    if (reference == recipe.arms.end()) {
        return answer;
    }
    answer.reference = reference->batch_size;
    for (auto arm = recipe.arms.begin(); arm != reference; ++arm) {
        if (loses_runs(*arm)) {
            answer.lost_references.push_back(arm->batch_size);
        }
    }
    for (MetricAnswer& of_metric : answer.by_metric) {
        for (auto arm = reference + 1; arm != recipe.arms.end(); ++arm) {
            if (tried_runs(*arm) > 0) {
                of_metric.contrasts.push_back(
                    contrast(*arm, *reference, budget, of_metric.metric, margins));
            }
        }
        add_trend(of_metric, recipe, *reference, budget, margins);
    }
    decide_all(answer, recipe, *reference, budget, margins);
    return answer;
}

SeedDifferences seed_differences(const Arm& arm, const Arm& reference, const Budget& budget,
                                 std::vector<double> History::*column) {
    SeedDifferences differences;
    std::vector<double> errors;
    for (const std::uint64_t seed : common_seeds({&arm, &reference})) {
        const AnalyzedRun& run = *arm.runs.at(seed);
        const AnalyzedRun& other = *reference.runs.at(seed);
        const double difference = metric_at(run, budget, column) - metric_at(other, budget, column);
        if (std::isfinite(difference)) {
            differences.seeds.push_back(seed);
            differences.values.push_back(difference);
            errors.push_back(reading_error_at(run, budget, column) +
                             reading_error_at(other, budget, column));
        }
    }
    differences.reading_error = errors.empty() ? 0 : mean_of(errors);
    return differences;
}

}  // namespace batchscope
