#include "analysis/runs/run_collection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "analysis/runs/configuration_differences.hpp"
#include "analysis/runs/isolated_reader.hpp"
#include "core/error.hpp"
#include "results/result_file.hpp"

namespace batchscope {

namespace {

namespace fs = std::filesystem;

/// What make_run asks nothing of. Left unread: it is half of the data sets of a file.
std::set<std::string> unused_columns() {
    return {"steps/learning_rate",
            "steps/gradient_norm",
            "steps/update_norm",
            "steps/seconds",
            "steps/share_gradient_square_sum",
            "steps/shares",
            "epochs/weight_norm",
            "epochs/distance_from_start",
            "epochs/evaluation_seconds",
            "epochs/communication_seconds",
            "epochs/examples_per_second",
            "predictions/validation_loss",
            "predictions/test_loss",
            "environment/device_ids",
            "environment/affinities",
            "environment/threads",
            "environment/examples_per_rank",
            "environment/initial_weights_checksum",
            "environment/final_weights_checksum",
            "environment/text"};
}

AnalyzedRun read_run(const fs::path& file) {
    static const ReadParts parts{.weights = false, .data = false, .without = unused_columns()};
    return make_run(file, read_result(file, parts));
}

void read_runs(const std::vector<fs::path>& files, RunCollection& collection) {
    read_in_child_processes(
        files, read_run, [&collection](const fs::path& file, ReadOutcome outcome) {
            if (auto* run = std::get_if<AnalyzedRun>(&outcome)) {
                collection.runs.push_back(std::move(*run));
                return;
            }
            const std::string& problem = std::get<std::string>(outcome);
            const std::string prefix = fmt::format("cannot read {}: ", file.string());
            collection.skipped.push_back(
                {file, problem.starts_with(prefix) ? problem.substr(prefix.size()) : problem});
        });
}

bool is_finished(const AnalyzedRun& run) {
    return run.status == RunStatus::complete || run.status == RunStatus::diverged;
}

/// What to keep of files of the same grid point comes first. Not by how good the run is: that would
/// bias the means.
bool grid_order(const AnalyzedRun& a, const AnalyzedRun& b) {
    if (const auto order = compare_grid_points(a, b); order != 0) {
        return order < 0;
    }
    if (is_finished(a) != is_finished(b)) {
        return is_finished(a);
    }
    return a.file < b.file;
}

void skip_duplicates(RunCollection& collection) {
    std::vector<AnalyzedRun> kept;
    for (AnalyzedRun& run : collection.runs) {
        if (!kept.empty() && compare_grid_points(kept.back(), run) == 0) {
            collection.skipped.push_back(
                {run.file, fmt::format("the same grid point as {}", kept.back().file.string()),
                 true});
        } else {
            kept.push_back(std::move(run));
        }
    }
    collection.runs = std::move(kept);
}

void set_gaps(std::span<AnalyzedRun> runs) {
    const bool test = out_of_sample_split(runs) == "test";
    for (AnalyzedRun& run : runs) {
        FinalMetrics& metrics = run.metrics;
        metrics.gap_loss =
            (test ? metrics.test_loss : metrics.validation_loss) - metrics.train_loss;
        metrics.gap_accuracy =
            metrics.train_accuracy - (test ? metrics.test_accuracy : metrics.validation_accuracy);
    }
}

}  // namespace

std::string out_of_sample_split(std::span<const AnalyzedRun> runs) {
    const bool test = std::any_of(runs.begin(), runs.end(), [](const AnalyzedRun& run) {
        return std::isfinite(run.metrics.test_loss);
    });
    return test ? "test" : "validation";
}

RunCollection collect_runs(const std::vector<fs::path>& paths) {
    RunCollection collection;
    const std::vector<fs::path> files = find_result_files(paths, collection.skipped);
    read_runs(files, collection);
    std::sort(collection.runs.begin(), collection.runs.end(), grid_order);
    for (const std::span<AnalyzedRun> study : split_by_study(std::span(collection.runs))) {
        collection.separated_by[study.front().study] = separate_configurations(study);
        set_gaps(study);
    }
    std::sort(collection.runs.begin(), collection.runs.end(), grid_order);
    skip_duplicates(collection);
    std::sort(collection.skipped.begin(), collection.skipped.end(),
              [](const SkippedFile& a, const SkippedFile& b) { return a.file < b.file; });
    return collection;
}

}  // namespace batchscope
