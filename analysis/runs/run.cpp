#include "analysis/runs/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace batchscope {

namespace {

/// Sum over the rows in which training went on; the row before training has no time of its own.
double training_seconds(const EpochColumns& epochs) {
    double seconds = 0;
    for (std::size_t row = 0; row < epochs.step.size(); ++row) {
        if (epochs.step[row] > 0) {
            seconds += epochs.training_seconds[row];
        }
    }
    return seconds;
}

FinalFigures final_figures(const EpochColumns& epochs) {
    FinalFigures figures;
    if (epochs.epoch.empty()) {
        return figures;
    }
    figures.epoch = epochs.epoch.back();
    figures.steps = static_cast<double>(epochs.step.back());
    figures.examples = static_cast<double>(epochs.examples.back());
    figures.train_loss = epochs.train_loss.back();
    figures.validation_loss = epochs.validation_loss.back();
    figures.test_loss = epochs.test_loss.back();
    figures.train_accuracy = epochs.train_accuracy.back();
    figures.validation_accuracy = epochs.validation_accuracy.back();
    figures.test_accuracy = epochs.test_accuracy.back();
    figures.training_seconds = training_seconds(epochs);
    if (figures.steps > 0 && figures.training_seconds > 0) {
        figures.examples_per_second = figures.examples / figures.training_seconds;
        figures.seconds_per_step = figures.training_seconds / figures.steps;
    }
    return figures;
}

double as_number(const AttributeValue& value) {
    const auto* whole = std::get_if<std::int64_t>(&value);
    return whole != nullptr ? static_cast<double>(*whole) : std::get<double>(value);
}

/// Total order of doubles, NaN last.
std::weak_ordering compare(double a, double b) {
    if (std::isnan(a) || std::isnan(b)) {
        return std::isnan(a) <=> std::isnan(b);
    }
    return a < b ? std::weak_ordering::less
                 : (b < a ? std::weak_ordering::greater : std::weak_ordering::equivalent);
}

}  // namespace

std::string to_string(Standing standing) {
    switch (standing) {
        case Standing::counted:
            return "counted";
        case Standing::collapsed:
            return "collapsed";
        case Standing::diverged:
            return "diverged";
        case Standing::failed:
            return "failed";
        case Standing::stopped:
            return "stopped";
        case Standing::in_progress:
            return "in progress";
        case Standing::without_figures:
            return "without final figures";
        case Standing::without_its_target:
            return "alias of a run that is not among the files";
    }
    return "unknown";
}

AnalyzedRun make_run(const std::filesystem::path& file, const RunRecord& record) {
    return {file,
            record.study,
            record.batch_size,
            record.seed,
            record.axes,
            record.status,
            record.reason,
            record.collapsed,
            record.alias_of,
            record.learning_rate,
            record.learning_rate_scaling,
            record.configuration_hash,
            record.data_hash,
            record.configuration,
            final_figures(record.epochs),
            sharpness_figures(record)};
}

Standing standing_of(const AnalyzedRun& run) {
    switch (run.status) {
        case RunStatus::running:
            return Standing::in_progress;
        case RunStatus::diverged:
            return Standing::diverged;
        case RunStatus::stopped:
            return Standing::stopped;
        case RunStatus::failed:
            return Standing::failed;
        case RunStatus::complete:
            break;
    }
    if (run.collapsed) {
        return Standing::collapsed;
    }
    return std::isfinite(run.figures.train_loss) ? Standing::counted : Standing::without_figures;
}

std::weak_ordering compare(const AttributeValue& a, const AttributeValue& b) {
    const bool a_is_text = std::holds_alternative<std::string>(a);
    const bool b_is_text = std::holds_alternative<std::string>(b);
    if (a_is_text != b_is_text) {
        return a_is_text <=> b_is_text;
    }
    if (a_is_text) {
        return std::get<std::string>(a) <=> std::get<std::string>(b);
    }
    return compare(as_number(a), as_number(b));
}

std::weak_ordering compare_rows(const AnalyzedRun& a, const AnalyzedRun& b) {
    if (const auto order = a.study <=> b.study; order != 0) {
        return order;
    }
    if (const auto order = a.batch_size <=> b.batch_size; order != 0) {
        return order;
    }
    const auto compare_axes = [](const auto& x, const auto& y) -> std::weak_ordering {
        const auto keys = x.first <=> y.first;
        return keys != 0 ? std::weak_ordering(keys) : compare(x.second, y.second);
    };
    return std::lexicographical_compare_three_way(a.axes.begin(), a.axes.end(), b.axes.begin(),
                                                  b.axes.end(), compare_axes);
}

std::weak_ordering compare_grid_points(const AnalyzedRun& a, const AnalyzedRun& b) {
    const auto order = compare_rows(a, b);
    return order != 0 ? order : a.seed <=> b.seed;
}

std::string to_text(const AttributeValue& value) {
    return std::visit([](const auto& plain) { return fmt::format("{}", plain); }, value);
}

}  // namespace batchscope
