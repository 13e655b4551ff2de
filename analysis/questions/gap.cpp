#include "analysis/questions/gap.hpp"

#include <algorithm>
#include <cmath>

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

}  // namespace

std::vector<GapAtBudget> gaps_of(const Recipe& recipe, const std::string& out_of_sample,
                                 double confidence) {
    std::vector<GapAtBudget> gaps;
    for (const Budget& budget : budgets_of(recipe)) {
        gaps.push_back(gap_at(recipe, budget, out_of_sample, confidence));
    }
    return gaps;
}

MatchedGap matched_gap(const std::vector<const Arm*>& arms, const std::string& out_of_sample,
                       double confidence) {
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
    for (const Arm* arm : arms) {
        if (arm->runs.empty()) {
            continue;
        }
        BySeed values = by_seed(*arm, [&](const AnalyzedRun& run) {
            const MatchedValue matched =
                value_at_level(run.history.train_loss, gap_column(run, loss), common.level);
            gap.widest_bracket = std::fmax(gap.widest_bracket, matched.bracket);
            return matched.value;
        });
        gap.batch_sizes.push_back(arm->batch_size);
        gap.gap_loss.push_back(estimate_of(values, confidence));
        gap.against_smallest.push_back(
            gap.by_seed.empty() ? PairedComparison{}
                                : difference_of(values, gap.by_seed.front(), confidence));
        gap.by_seed.push_back(std::move(values));
    }
    return gap;
}

}  // namespace batchscope
