#include "analysis/questions/gap.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/statistics/interpolation.hpp"

namespace batchscope {

namespace {

using Column = std::vector<double> History::*;

Column out_of_sample_loss(const std::string& split) {
    return split == "test" ? &History::test_loss : &History::validation_loss;
}
Column out_of_sample_accuracy(const std::string& split) {
    return split == "test" ? &History::test_accuracy : &History::validation_accuracy;
}

struct GapsBySeed {
    BySeed loss, accuracy;
    BySeed train, out_of_sample;  ///< accuracies, or negative losses: larger is better
};

GapsBySeed gaps_by_seed(const Arm& arm, const Budget& budget, const std::string& split) {
    const auto values = [&](Column column, double sign) {
        return by_seed(arm, [&, column, sign](const AnalyzedRun& run) {
            return sign * metric_at(run, budget, column);
        });
    };
    const auto difference = [&](Column first, Column second) {
        return by_seed(arm, [&, first, second](const AnalyzedRun& run) {
            return metric_at(run, budget, first) - metric_at(run, budget, second);
        });
    };
    GapsBySeed gaps;
    gaps.loss = difference(out_of_sample_loss(split), &History::train_loss);
    gaps.accuracy = difference(&History::train_accuracy, out_of_sample_accuracy(split));
    gaps.train = values(&History::train_accuracy, 1);
    gaps.out_of_sample = values(out_of_sample_accuracy(split), 1);
    if (gaps.train.empty()) {
        gaps.train = values(&History::train_loss, -1);
        gaps.out_of_sample = values(out_of_sample_loss(split), -1);
    }
    return gaps;
}

bool is_worse(const PairedComparison& comparison) {
    return comparison.mean + comparison.half_width < 0;
}

GapAtBudget gap_at(const Recipe& recipe, const Budget& budget, const std::string& split,
                   double confidence) {
    GapAtBudget result{budget, {}};
    GapsBySeed reference;
    for (const Arm& arm : recipe.arms) {
        if (arm.runs.empty()) {
            continue;
        }
        const GapsBySeed gaps = gaps_by_seed(arm, budget, split);
        ArmGap found;
        found.batch_size = arm.batch_size;
        found.loss = estimate_of(gaps.loss, confidence);
        found.accuracy = estimate_of(gaps.accuracy, confidence);
        if (result.arms.empty()) {
            reference = gaps;
        } else {
            found.loss_against_reference = difference_of(gaps.loss, reference.loss, confidence);
            found.accuracy_against_reference =
                difference_of(gaps.accuracy, reference.accuracy, confidence);
            found.underfits =
                is_worse(difference_of(gaps.train, reference.train, confidence)) &&
                is_worse(difference_of(gaps.out_of_sample, reference.out_of_sample, confidence));
        }
        result.arms.push_back(found);
    }
    return result;
}

/// The train losses of the rows that have an out-of-sample loss, too.
std::vector<double> usable_train_losses(const AnalyzedRun& run, Column out_of_sample) {
    std::vector<double> losses = run.history.train_loss;
    for (std::size_t row = 0; row < losses.size(); ++row) {
        if (!std::isfinite((run.history.*out_of_sample)[row])) {
            losses[row] = unknown;
        }
    }
    return losses;
}

/// gap_loss of every row.
std::vector<double> gap_column(const AnalyzedRun& run, Column out_of_sample) {
    std::vector<double> gaps = run.history.*out_of_sample;
    for (std::size_t row = 0; row < gaps.size(); ++row) {
        gaps[row] -= run.history.train_loss[row];
    }
    return gaps;
}

BySeed values_of(const MatchedArm& arm) {
    BySeed values;
    for (const auto& [seed, gap] : arm.by_seed) {
        values[seed] = gap.value;
    }
    return values;
}

/// Sets mean and difference of a matched gap, and whether they are resolved.
void estimate_gap(MatchedArm& arm, const MatchedArm& smallest, double margin, double confidence) {
    std::vector<double> errors;
    for (const auto& [seed, gap] : arm.by_seed) {
        errors.push_back(gap.error);
    }
    arm.error = mean_of(errors);
    arm.gap_loss = estimate_of(values_of(arm), confidence);
    arm.resolved = is_resolved(arm.error, arm.gap_loss.half_width, margin);
    arm.gap_loss.half_width += arm.error;
    if (&arm != &smallest) {
        const double both = arm.error + smallest.error;
        const PairedComparison difference =
            difference_of(values_of(arm), values_of(smallest), confidence);
        arm.difference_resolved = is_resolved(both, difference.half_width, margin);
        arm.against_smallest = with_interpolation_error(difference, both);
    }
}

}  // namespace

std::vector<GapAtBudget> gaps_of(const Recipe& recipe, const std::string& out_of_sample,
                                 double confidence) {
    std::vector<GapAtBudget> gaps;
    for (const Budget& budget : budgets_of(recipe)) {
        gaps.push_back(gap_at(recipe, budget, out_of_sample, confidence));
    }
    return gaps;
}

const MatchedArm* MatchedGap::arm_at(std::int64_t batch_size) const {
    const auto found = std::find_if(arms.begin(), arms.end(), [batch_size](const MatchedArm& arm) {
        return arm.batch_size == batch_size;
    });
    return found == arms.end() ? nullptr : &*found;
}

bool MatchedGap::any_resolved() const {
    return std::any_of(arms.begin(), arms.end(),
                       [](const MatchedArm& arm) { return arm.resolved; });
}

MatchedGap matched_gap(const std::vector<const Arm*>& arms, const std::string& out_of_sample,
                       double margin, double confidence) {
    const Column loss = out_of_sample_loss(out_of_sample);
    std::vector<std::vector<double>> levels;
    std::vector<std::int64_t> batch_size_of_run;
    for (const Arm* arm : arms) {
        for (const auto& [seed, run] : arm->runs) {
            levels.push_back(usable_train_losses(*run, loss));
            batch_size_of_run.push_back(arm->batch_size);
        }
    }
    const CommonLevel common = deepest_common_level(levels);
    MatchedGap gap;
    gap.status = common.status;
    gap.limited_by = batch_size_of_run.empty() ? 0 : batch_size_of_run[common.run];
    if (common.status != CommonLevelStatus::found) {
        return gap;
    }
    gap.train_loss = common.level;
    bool any_at_end = false;
    bool any_before_end = false;
    for (const Arm* arm : arms) {
        if (arm->runs.empty()) {
            continue;
        }
        MatchedArm& matched = gap.arms.emplace_back();
        matched.batch_size = arm->batch_size;
        for (const auto& [seed, run] : arm->runs) {
            const MatchedValue read = value_at_level(run->history.epoch, run->history.train_loss,
                                                     gap_column(*run, loss), common.level);
            if (read.status != MatchStatus::matched) {
                continue;
            }
            gap.widest_bracket = std::fmax(gap.widest_bracket, read.bracket);
            matched.by_seed[seed] = {read.value, read.error};
            matched.passed_again += read.passed_again ? 1 : 0;
            any_at_end = any_at_end || (rate_changes(*run) && read.rows_after == 0);
            any_before_end = any_before_end || (rate_changes(*run) && read.rows_after > 0);
        }
        estimate_gap(matched, gap.arms.front(), margin, confidence);
    }
    gap.inside_schedule = any_at_end && any_before_end;
    return gap;
}

}  // namespace batchscope
