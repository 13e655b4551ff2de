#include "analysis/runs/run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

namespace batchscope {

namespace {

/// Empty where a true class is not known.
std::vector<bool> correct(const std::vector<std::int64_t>& predicted,
                          const std::vector<std::int64_t>& target) {
    std::vector<bool> is_correct;
    const bool is_known = predicted.size() == target.size() &&
                          std::all_of(target.begin(), target.end(),
                                      [](std::int64_t true_class) { return true_class >= 0; });
    for (std::size_t i = 0; is_known && i < target.size(); ++i) {
        is_correct.push_back(predicted[i] == target[i]);
    }
    return is_correct;
}

double as_number(const AttributeValue& value) {
    const auto* whole = std::get_if<std::int64_t>(&value);
    return whole != nullptr ? static_cast<double>(*whole) : std::get<double>(value);
}

/// Total order of doubles, NaN last.
std::weak_ordering compare_numbers(double a, double b) {
    if (std::isnan(a) || std::isnan(b)) {
        return std::isnan(a) <=> std::isnan(b);
    }
    return a < b ? std::weak_ordering::less
                 : (b < a ? std::weak_ordering::greater : std::weak_ordering::equivalent);
}

std::string software_text(const EnvironmentRecord& environment) {
    constexpr std::array<std::pair<const char*, const char*>, 3> parts{
        {{"batchscope", "Batchscope "}, {"libtorch", "LibTorch "}, {"mpi", ""}}};
    std::vector<std::string> texts;
    for (const auto& [key, title] : parts) {
        if (const auto text = environment.text.find(key); text != environment.text.end()) {
            texts.push_back(title + text->second);
        }
    }
    return fmt::format("{}", fmt::join(texts, ", "));
}

}  // namespace

FinalMetrics final_metrics(const History& history) {
    FinalMetrics metrics;
    if (history.epoch.empty()) {
        return metrics;
    }
    metrics.epoch = history.epoch.back();
    metrics.steps = history.steps.back();
    metrics.examples = history.examples.back();
    metrics.train_loss = history.train_loss.back();
    metrics.validation_loss = history.validation_loss.back();
    metrics.test_loss = history.test_loss.back();
    metrics.train_accuracy = history.train_accuracy.back();
    metrics.validation_accuracy = history.validation_accuracy.back();
    metrics.test_accuracy = history.test_accuracy.back();
    metrics.training_seconds = history.seconds.back();
    metrics.peak_memory_bytes =
        *std::max_element(history.peak_memory_bytes.begin(), history.peak_memory_bytes.end());
    if (metrics.steps > 0 && metrics.training_seconds > 0) {
        metrics.examples_per_second = metrics.examples / metrics.training_seconds;
        metrics.seconds_per_step = metrics.training_seconds / metrics.steps;
    }
    return metrics;
}

namespace {

/// Of a run that came to nothing the last row is that of a model on its way there, or from before
/// training: no result.
void forget_results(FinalMetrics& metrics) {
    for (double FinalMetrics::*result :
         {&FinalMetrics::train_loss, &FinalMetrics::validation_loss, &FinalMetrics::test_loss,
          &FinalMetrics::train_accuracy, &FinalMetrics::validation_accuracy,
          &FinalMetrics::test_accuracy}) {
        metrics.*result = unknown;
    }
}

}  // namespace

AnalyzedRun make_run(const std::filesystem::path& file, const RunRecord& record) {
    History history = make_history(record);
    FinalMetrics metrics = final_metrics(history);
    if (record.status == RunStatus::diverged || record.status == RunStatus::failed) {
        forget_results(metrics);
    }
    const std::set<std::string> devices(record.environment.device_names.begin(),
                                        record.environment.device_names.end());
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
            nullptr,
            metrics,
            std::move(history),
            final_sharpness(record),
            sharpness_history(record),
            batch_gradient_variances(record),
            correct(record.predictions.validation_class, record.predictions.validation_target),
            correct(record.predictions.test_class, record.predictions.test_target),
            static_cast<std::int64_t>(record.environment.hosts.size()),
            fmt::format("{}", fmt::join(devices, ", ")),
            record.data.sizes,
            record.parameters,
            software_text(record.environment)};
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
    return compare_numbers(as_number(a), as_number(b));
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
