#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "analysis/runs/batch_gradients.hpp"
#include "analysis/runs/history.hpp"
#include "analysis/runs/sharpness.hpp"
#include "core/not_finite.hpp"
#include "results/run_record.hpp"

namespace batchscope {

/// What a run ended with: the last row of /epochs, whose metrics come from the same frozen weights,
/// and its speed over all of its training. Unknown is NaN.
struct FinalMetrics {
    double epoch = unknown;
    double steps = unknown;
    double examples = unknown;
    double train_loss = unknown;
    double validation_loss = unknown;
    double test_loss = unknown;
    double train_accuracy = unknown;
    double validation_accuracy = unknown;
    double test_accuracy = unknown;
    double gap_loss = unknown;      ///< out-of-sample loss - train loss
    double gap_accuracy = unknown;  ///< train accuracy - out-of-sample accuracy
    double training_seconds = unknown;
    double examples_per_second = unknown;
    double seconds_per_step = unknown;
    double peak_memory_bytes = unknown;  ///< of the rank that used most
};

/// A metric with its name in tables and CSV files.
struct Metric {
    const char* name;
    double FinalMetrics::*value;
};

/// The metrics that are averaged over seeds.
inline constexpr std::array<Metric, 10> averaged_metrics{{
    {"train_loss", &FinalMetrics::train_loss},
    {"validation_loss", &FinalMetrics::validation_loss},
    {"test_loss", &FinalMetrics::test_loss},
    {"train_accuracy", &FinalMetrics::train_accuracy},
    {"validation_accuracy", &FinalMetrics::validation_accuracy},
    {"test_accuracy", &FinalMetrics::test_accuracy},
    {"gap_loss", &FinalMetrics::gap_loss},
    {"gap_accuracy", &FinalMetrics::gap_accuracy},
    {"examples_per_second", &FinalMetrics::examples_per_second},
    {"seconds_per_step", &FinalMetrics::seconds_per_step},
}};

/// One result file, as far as the analysis needs it.
struct AnalyzedRun {
    std::filesystem::path file;
    std::string study;
    std::int64_t batch_size = 0;
    std::uint64_t seed = 0;
    std::map<std::string, AttributeValue> axes;  ///< the other axes by key path
    RunStatus status = RunStatus::running;
    std::string reason;
    bool collapsed = false;
    std::string alias_of;
    double learning_rate = 0;
    std::string learning_rate_scaling;
    std::string configuration_hash, data_hash;
    std::string configuration;
    /// Key paths of the configuration and their values as text, without seeds; shared by the runs
    /// that differ in nothing else. Set by separate_configurations; never null after it.
    std::shared_ptr<const std::map<std::string, std::string>> settings;
    FinalMetrics metrics;
    History history;
    FinalSharpness sharpness;
    std::vector<SharpnessPoint> sharpness_history;
    std::vector<BatchGradientVariance> batch_gradients;
    /// Of each example at the end, whether it was classified correctly; empty where not known
    /// (regression, files of an earlier version, runs that did not end).
    std::vector<bool> validation_correct, test_correct;
    std::int64_t ranks = 0;  ///< 0: unknown
    std::string devices;     ///< names of all devices, each once, "CPU" or "Tesla V100, Tesla T4"
    SplitSizes examples{};
    std::int64_t parameters = 0;  ///< of the network; 0: the file holds no weights
    std::string software;         ///< "Batchscope 0.1.0, LibTorch 2.7.1, Open MPI v4.1.4"
    /// Of a study whose runs were trained on different data its name in the file; else empty.
    std::string study_on_all_data{};
};

/// Takes what the analysis needs from a record. Gaps are set later, by set_gaps, once it is known
/// whether the study has a test split.
[[nodiscard]] AnalyzedRun make_run(const std::filesystem::path& file, const RunRecord& record);

/// The last row of a history, speeds over all of it, the largest memory. (make_run forgets the
/// losses and accuracies of a run that diverged or failed.)
[[nodiscard]] FinalMetrics final_metrics(const History& history);

/// Order of axis values: numbers by size before texts.
[[nodiscard]] std::weak_ordering compare(const AttributeValue& a, const AttributeValue& b);

/// Order by study, batch size and other axes; equivalent runs belong to one row of the table.
[[nodiscard]] std::weak_ordering compare_rows(const AnalyzedRun& a, const AnalyzedRun& b);

/// The same, then by seed; equivalent runs are of one grid point.
[[nodiscard]] std::weak_ordering compare_grid_points(const AnalyzedRun& a, const AnalyzedRun& b);

/// The runs of each study; `runs` are sorted by study.
template <class AnyRun>
[[nodiscard]] std::vector<std::span<AnyRun>> split_by_study(std::span<AnyRun> runs) {
    std::vector<std::span<AnyRun>> studies;
    while (!runs.empty()) {
        std::size_t size = 1;
        while (size < runs.size() && runs[size].study == runs.front().study) {
            ++size;
        }
        studies.push_back(runs.first(size));
        runs = runs.subspan(size);
    }
    return studies;
}

/// Shortest text that reads back as the same value.
[[nodiscard]] std::string to_text(const AttributeValue& value);

}  // namespace batchscope
