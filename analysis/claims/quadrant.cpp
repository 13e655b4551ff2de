#include "analysis/claims/quadrant.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/questions/budget.hpp"
#include "analysis/statistics/equivalence.hpp"
#include "analysis/statistics/interval.hpp"
#include "analysis/statistics/slopes.hpp"
#include "analysis/statistics/verdict.hpp"

namespace batchscope {

namespace {

/// How much a loss changed over the last third of a run; NaN with fewer than two evaluations there.
double change_over_last_third(const History& history, const std::vector<double>& losses) {
    if (history.epoch.empty()) {
        return unknown;
    }
    const double end = history.epoch.back();
    const double begin = 2 * end / 3;
    constexpr double rounding = 1e-9;  // an epoch is a quotient of examples
    std::vector<double> epochs;
    std::vector<double> values;
    for (std::size_t row = 0; row < losses.size(); ++row) {
        if (history.epoch[row] >= begin * (1 - rounding) && std::isfinite(losses[row])) {
            epochs.push_back(history.epoch[row]);
            values.push_back(losses[row]);
        }
    }
    return epochs.size() < 2 ? unknown : least_squares_slope(epochs, values) * (end - begin);
}

Trend trend_of(const PairedComparison& change, double margin, double alpha) {
    if (change.n < fewest_seeds) {
        return Trend::unclear;
    }
    const Trend direction = change.mean < 0 ? Trend::falling : Trend::rising;
    if (change.identical) {
        return std::abs(change.mean) < margin ? Trend::flat : direction;
    }
    if (two_one_sided_tests(change, margin).p < alpha) {
        return Trend::flat;
    }
    return change.p_two_sided < alpha ? direction : Trend::unclear;
}

LossTrend loss_trend(const Arm& arm, HistoryColumn column, double margin, double confidence) {
    std::vector<double> changes;
    for (const auto& [seed, run] : arm.runs) {
        const double change = change_over_last_third(run->history, run->history.*column);
        if (std::isfinite(change)) {
            changes.push_back(change);
        }
    }
    LossTrend trend;
    trend.change = paired_comparison(changes, confidence);
    trend.trend = trend_of(trend.change, margin, 1 - confidence);
    return trend;
}

double first_finite(const std::vector<double>& values) {
    for (const double value : values) {
        if (std::isfinite(value)) {
            return value;
        }
    }
    return unknown;
}

double mean_of_finite(const std::vector<double>& values) {
    std::vector<double> finite;
    for (const double value : values) {
        if (std::isfinite(value)) {
            finite.push_back(value);
        }
    }
    return mean_of(finite);
}

void add_quoted_lines(TrainingQuadrant& quadrant, const Arm& arm) {
    std::vector<double> first;
    std::vector<double> last;
    std::vector<double> seconds;
    for (const auto& [seed, run] : arm.runs) {
        first.push_back(first_finite(run->history.train_loss));
        last.push_back(run->metrics.train_loss);
        seconds.push_back(run->metrics.seconds_per_step);
    }
    quadrant.first_train_loss = mean_of_finite(first);
    quadrant.last_train_loss = mean_of_finite(last);
    quadrant.relative_change =
        (quadrant.last_train_loss - quadrant.first_train_loss) / quadrant.first_train_loss;
    quadrant.seconds_per_batch = mean_of_finite(seconds);
}

}  // namespace

TrainingState state_of(Trend train, Trend validation, bool rate_ends) {
    if (train == Trend::rising) {
        return TrainingState::failing;
    }
    if (train == Trend::unclear || validation == Trend::unclear) {
        return TrainingState::unclear;
    }
    if (validation == Trend::falling) {
        return TrainingState::still_learning;
    }
    if (validation == Trend::rising) {
        return TrainingState::overfitting;
    }
    return rate_ends ? TrainingState::flat_with_rate : TrainingState::converged;
}

std::vector<TrainingQuadrant> training_quadrants(const Recipe& recipe, double margin,
                                                 double confidence) {
    std::vector<TrainingQuadrant> quadrants;
    for (const Arm& arm : recipe.arms) {
        if (arm.runs.empty()) {
            continue;
        }
        TrainingQuadrant quadrant;
        quadrant.batch_size = arm.batch_size;
        quadrant.train = loss_trend(arm, &History::train_loss, margin, confidence);
        quadrant.validation = loss_trend(arm, &History::validation_loss, margin, confidence);
        const bool rate_ends = std::any_of(arm.runs.begin(), arm.runs.end(), [](const auto& entry) {
            return rate_changes(*entry.second);
        });
        quadrant.state = state_of(quadrant.train.trend, quadrant.validation.trend, rate_ends);
        add_quoted_lines(quadrant, arm);
        quadrants.push_back(quadrant);
    }
    return quadrants;
}

}  // namespace batchscope
