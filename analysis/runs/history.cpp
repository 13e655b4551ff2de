#include "analysis/runs/history.hpp"

#include <cmath>
#include <limits>

namespace batchscope {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::vector<double> as_doubles(const std::vector<std::int64_t>& values) {
    return {values.begin(), values.end()};
}

/// Half the mean squared difference of neighbours in (first, last], of whole batches alone.
double variance_without_trend(const StepColumns& steps, std::int64_t batch_size, std::size_t begin,
                              std::size_t end) {
    double sum = 0;
    std::int64_t pairs = 0;
    for (std::size_t i = begin + 1; i < end; ++i) {
        if (steps.batch_examples[i] == batch_size && steps.batch_examples[i - 1] == batch_size) {
            const double difference = steps.train_loss[i] - steps.train_loss[i - 1];
            sum += difference * difference;
            ++pairs;
        }
    }
    return pairs > 0 ? sum / static_cast<double>(2 * pairs) : nan;
}

std::vector<double> step_loss_variances(const RunRecord& record) {
    std::vector<double> variances;
    std::size_t begin = 0;
    for (const std::int64_t last : record.epochs.step) {
        std::size_t end = begin;
        while (end < record.steps.step.size() && record.steps.step[end] <= last) {
            ++end;
        }
        variances.push_back(variance_without_trend(record.steps, record.batch_size, begin, end));
        begin = end;
    }
    return variances;
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
    return history;
}

double figure_at(const std::vector<double>& clock, const std::vector<double>& figure, double time) {
    double time_before = nan;
    double before = nan;
    for (std::size_t row = 0; row < clock.size(); ++row) {
        if (!std::isfinite(figure[row])) {
            continue;
        }
        if (clock[row] == time) {
            return figure[row];
        }
        if (clock[row] > time) {
            const double share = (time - time_before) / (clock[row] - time_before);
            return before + share * (figure[row] - before);
        }
        time_before = clock[row];
        before = figure[row];
    }
    return nan;
}

}  // namespace batchscope
