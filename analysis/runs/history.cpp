#include "analysis/runs/history.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "analysis/statistics/interpolation.hpp"
#include "analysis/statistics/loss_detrending.hpp"

namespace batchscope {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::vector<double> as_doubles(const std::vector<std::int64_t>& values) {
    return {values.begin(), values.end()};
}

/// The steps with the pass over the data that each belongs to.
std::vector<StepLoss> step_losses(const RunRecord& record) {
    const EpochColumns& rows = record.epochs;
    const StepColumns& steps = record.steps;
    const bool has_trained = !rows.epoch.empty() && rows.epoch.back() > 0;
    const double epoch_examples =
        has_trained ? static_cast<double>(rows.examples.back()) / rows.epoch.back() : nan;
    std::vector<StepLoss> losses;
    for (std::size_t i = 0; i < steps.step.size(); ++i) {
        const auto seen = static_cast<double>(steps.examples[i] - steps.batch_examples[i]);
        // Rounded, since the number of examples of an epoch was divided out.
        const auto epoch =
            has_trained ? static_cast<std::int64_t>(std::floor(seen / epoch_examples + 1e-9)) : 0;
        losses.push_back(
            {steps.train_loss[i], epoch, static_cast<double>(steps.batch_examples[i])});
    }
    return losses;
}

std::vector<double> step_loss_variances(const RunRecord& record) {
    const std::vector<StepLoss> losses = step_losses(record);
    std::vector<double> variances;
    std::size_t begin = 0;
    for (const std::int64_t last : record.epochs.step) {
        std::size_t end = begin;
        while (end < losses.size() && record.steps.step[end] <= last) {
            ++end;
        }
        variances.push_back(loss_noise(std::span(losses).subspan(begin, end - begin)).variance);
        begin = end;
    }
    return variances;
}

/// The sums of the noise-scale parts between two rows.
void add_noise_scale_parts(const RunRecord& record, History& history) {
    const StepColumns& steps = record.steps;
    std::size_t step = 0;
    for (const std::int64_t last : record.epochs.step) {
        double trace = 0;
        double square = 0;
        bool any = false;
        for (; step < steps.step.size() && steps.step[step] <= last; ++step) {
            if (std::isfinite(steps.gradient_covariance_trace[step]) &&
                std::isfinite(steps.gradient_square[step])) {
                trace += steps.gradient_covariance_trace[step];
                square += steps.gradient_square[step];
                any = true;
            }
        }
        history.gradient_covariance_trace.push_back(any ? trace : nan);
        history.gradient_square.push_back(any ? square : nan);
    }
}

}  // namespace

History make_history(const RunRecord& record) {
    const EpochColumns& rows = record.epochs;
    History history;
    history.epoch = rows.epoch;
    history.steps = as_doubles(rows.step);
    history.examples = as_doubles(rows.examples);
    double seconds = 0;
    for (std::size_t row = 0; row < rows.step.size(); ++row) {
        // The row before training has no time of its own.
        seconds += rows.step[row] > 0 ? rows.training_seconds[row] : 0.0;
        history.seconds.push_back(seconds);
    }
    history.train_loss = rows.train_loss;
    history.train_accuracy = rows.train_accuracy;
    history.validation_loss = rows.validation_loss;
    history.validation_accuracy = rows.validation_accuracy;
    history.test_loss = rows.test_loss;
    history.test_accuracy = rows.test_accuracy;
    history.peak_memory_bytes = as_doubles(rows.peak_memory_bytes);
    history.step_loss_variance = step_loss_variances(record);
    add_noise_scale_parts(record, history);
    return history;
}

double reading_error_at(const std::vector<double>& clock, const std::vector<double>& metric,
                        double time) {
    std::vector<double> times;
    std::vector<double> values;
    for (std::size_t row = 0; row < clock.size(); ++row) {
        if (std::isfinite(metric[row])) {
            times.push_back(clock[row]);
            values.push_back(metric[row]);
        }
    }
    const auto after = std::lower_bound(times.begin(), times.end(), time);
    if (after == times.end() || (after == times.begin() && *after != time)) {
        return nan;
    }
    return *after == time
               ? 0
               : interpolation_error(times, values, static_cast<std::size_t>(after - times.begin()),
                                     time);
}

double metric_at(const std::vector<double>& clock, const std::vector<double>& metric, double time) {
    double time_before = nan;
    double before = nan;
    for (std::size_t row = 0; row < clock.size(); ++row) {
        if (!std::isfinite(metric[row])) {
            continue;
        }
        if (clock[row] == time) {
            return metric[row];
        }
        if (clock[row] > time) {
            const double share = (time - time_before) / (clock[row] - time_before);
            return before + share * (metric[row] - before);
        }
        time_before = clock[row];
        before = metric[row];
    }
    return nan;
}

}  // namespace batchscope
