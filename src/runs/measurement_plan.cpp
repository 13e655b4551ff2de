#include "runs/measurement_plan.hpp"

#include <fmt/format.h>

#include <map>

#include "core/error.hpp"
#include "results/result_file.hpp"
#include "results/writer_lock.hpp"
#include "runs/finished_run.hpp"
#include "runs/measurement_settings.hpp"

namespace batchscope {

namespace {

namespace fs = std::filesystem;

ReadParts no_arrays() {
    return {.steps = false, .predictions = false, .weights = false, .data = false};
}

void refuse_folder_of_input(const MeasuredFile& file) {
    std::error_code failure;
    const auto folder = [&](const fs::path& path) {
        return fs::weakly_canonical(fs::absolute(path).parent_path(), failure);
    };
    if (folder(file.input) == folder(file.output)) {
        throw configuration_error(
            fmt::format("--output: the measurement of {} would lie in its own folder",
                        file.input.string()),
            "name another folder; files that are read never change");
    }
}

/// Whether the output is there and holds the measurement that is asked for.
bool is_measured(const fs::path& output, const FinishedRun& run, const RunSettings& settings,
                 bool overwrite) {
    std::error_code failure;
    if (!fs::exists(output, failure)) {
        return false;
    }
    RunRecord before;
    try {
        before = read_result(output, no_arrays());
    } catch (const Error&) {
        if (overwrite) {
            return false;
        }
        throw;
    }
    const auto section = before.sharpness.settings.find(measurement_settings_name);
    if (section == before.sharpness.settings.end()) {
        throw configuration_error(
            fmt::format("{} is a result of training, not of batchscope-sharpness", output.string()),
            "name another folder with --output; results of training are never replaced");
    }
    if (overwrite) {
        return false;
    }
    check_same_measurement(
        output, before,
        with_sharpness_section(before.configuration, std::get<std::string>(section->second)), run,
        settings);
    return true;
}

class Planner {
  public:
    explicit Planner(const MeasurementRequest& request) : request_(request) {}

    MeasurementPlan plan() {
        for (const fs::path& file : find_result_files(request_.paths, plan_.damaged)) {
            try {
                add(read_finished_run(file, no_arrays()));
            } catch (const Error& error) {
                if (error.code() != ExitCode::data || concerns_output_) {
                    throw;
                }
                plan_.damaged.push_back({file, error.problem()});
            }
        }
        return std::move(plan_);
    }

  private:
    void add(const FinishedRun& run) {
        const MeasuredFile file{run.file,
                                request_.output / run.settings.study / run.file.filename()};
        if (!run.record.alias_of.empty()) {
            refuse_conflicts(file);
            plan_.aliases.push_back(file);
            return;
        }
        if (const std::string reason = reason_without_weights(run); !reason.empty()) {
            plan_.unfinished.push_back({run.file, reason});
            return;
        }
        (void)weights_checksum(run.file, run.record);
        refuse_conflicts(file);
        const RunSettings settings = measurement_settings(run, request_.overrides);
        concerns_output_ = true;
        const bool finished = is_measured(file.output, run, settings, request_.overwrite);
        concerns_output_ = false;
        (finished ? plan_.finished : plan_.to_measure).push_back(file);
    }

    void refuse_conflicts(const MeasuredFile& file) {
        refuse_folder_of_input(file);
        const auto [first, is_new] = inputs_.emplace(file.output, file.input);
        if (!is_new) {
            throw configuration_error(
                fmt::format("{} and {} would both be written to {}", first->second.string(),
                            file.input.string(), file.output.string()),
                "measure them one after the other, with different --output");
        }
    }

    const MeasurementRequest& request_;
    MeasurementPlan plan_;
    std::map<fs::path, fs::path> inputs_;  ///< by output
    bool concerns_output_ = false;         ///< an error now is one of an output, not of an input
};

/// A list of files as one text: names hold any character but 0.
std::string as_text(const std::vector<MeasuredFile>& files) {
    std::string text;
    for (const MeasuredFile& file : files) {
        for (const fs::path& path : {file.input, file.output}) {
            text += path.string();
            text.push_back('\0');
        }
    }
    return text;
}

std::vector<MeasuredFile> as_files(const std::string& text) {
    std::vector<std::string> names;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find('\0', begin);
        names.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    std::vector<MeasuredFile> files;
    for (std::size_t i = 0; i + 1 < names.size(); i += 2) {
        files.push_back({names[i], names[i + 1]});
    }
    return files;
}

}  // namespace

MeasurementPlan plan_measurement(const MeasurementRequest& request) {
    return Planner(request).plan();
}

MeasurementPlan agree_on_plan(const MeasurementRequest& request, Communicator& communicator) {
    MeasurementPlan plan;
    communicator.together([&] {
        if (communicator.rank() == 0) {
            plan = plan_measurement(request);
        }
    });
    // What else is in it is for rank 0 to say and to write.
    plan.to_measure = as_files(communicator.broadcast(as_text(plan.to_measure)));
    return plan;
}

void write_measured_aliases(const MeasurementPlan& plan) {
    for (const MeasuredFile& file : plan.aliases) {
        RunRecord alias = read_result(file.input);
        const fs::path original = file.output.parent_path() / alias.alias_of;
        std::error_code failure;
        if (!fs::exists(original, failure) || fs::exists(file.output, failure)) {
            continue;
        }
        try {
            const WriterLock lock(file.output);
            write_result(file.output, alias);
        } catch (const AnotherWriter&) {
            // Another job that ends at the same time writes the same file.
        }
    }
}

}  // namespace batchscope
