#include "analysis/runs/run_collection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>

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
    static const ReadParts parts{.weights = false,
                                 .data = false,
                                 .without = unused_columns(),
                                 .environment_texts = {"batchscope", "libtorch", "mpi"}};
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

/// Of the values of an axis that are the same number in float32 the one with the shortest text
/// stands for all: programs and tools write 0.003 as either.
void unify_axis_values(std::span<AnalyzedRun> runs) {
    std::map<std::pair<std::string, float>, double> shortest;
    const auto each_number = [&runs](const auto& action) {
        for (AnalyzedRun& run : runs) {
            for (auto& [key, value] : run.axes) {
                if (double* number = std::get_if<double>(&value);
                    number != nullptr && !std::isnan(*number)) {
                    action(std::pair(key, static_cast<float>(*number)), *number);
                }
            }
        }
    };
    const auto digits = [](double number) { return fmt::format("{}", number).size(); };
    each_number([&](const auto& place, double& number) {
        const auto [known, is_new] = shortest.emplace(place, number);
        if (!is_new && digits(number) < digits(known->second)) {
            known->second = number;
        }
    });
    each_number([&](const auto& place, double& number) { number = shortest.at(place); });
}

/// Runs of one study that were trained on different data are studies of their own: no mean is over
/// both. Their names say which. Runs without a hash stay.
void separate_data(RunCollection& collection) {
    std::map<std::string, std::set<std::string>> hashes;
    for (const AnalyzedRun& run : collection.runs) {
        if (!run.data_hash.empty()) {
            hashes[run.study].insert(run.data_hash);
        }
    }
    for (AnalyzedRun& run : collection.runs) {
        const std::set<std::string>& of_study = hashes[run.study];
        if (of_study.size() > 1 && !run.data_hash.empty()) {
            constexpr std::size_t digits = 8;
            run.study_on_all_data = run.study;
            run.study += fmt::format(" [data {}]", run.data_hash.substr(0, digits));
        }
    }
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
    separate_data(collection);
    std::sort(collection.runs.begin(), collection.runs.end(), grid_order);
    for (const std::span<AnalyzedRun> study : split_by_study(std::span(collection.runs))) {
        unify_axis_values(study);
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
