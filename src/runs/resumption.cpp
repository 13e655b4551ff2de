#include "runs/resumption.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <span>

#include "config/canonical_form.hpp"
#include "core/log.hpp"
#include "study/study_schema.hpp"

namespace batchscope {

namespace {

std::string as_text(const std::vector<std::byte>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::vector<std::byte> as_bytes(const std::string& text) {
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

/// Throws Error.
void check_same_run(const RunRecord& before, const GridPoint& point, const std::string& data_hash,
                    const std::filesystem::path& result_file) {
    const std::string checkpoint = checkpoint_file_of(result_file).string();
    if (before.configuration_hash != point.configuration_hash) {
        const Study study = parse_study(study_schema(), before.configuration, checkpoint);
        const RunSettings& settings = study.points.at(0).settings;
        if (!are_equal_but_for_directory(study_schema(), settings, point.settings)) {
            throw configuration_error(
                fmt::format(
                    "{} is of a run of another configuration:\n{}", checkpoint,
                    configuration_differences_text(study_schema(), settings, point.settings)),
                "restore the old values, choose another --output or study name, or begin again "
                "with --overwrite");
        }
    }
    if (before.data_hash != data_hash) {
        throw data_error(
            fmt::format("{} was made with other data (hash {}, now {})", checkpoint,
                        before.data_hash, data_hash),
            "restore the data files, choose another --output, or begin again with --overwrite");
    }
}

/// How many ranks each host holds, in rank order: equal patterns sum gradients alike.
std::string ranks_per_host(const std::vector<std::string>& hosts) {
    std::vector<std::size_t> counts;
    for (std::size_t rank = 0; rank < hosts.size(); ++rank) {
        if (rank == 0 || hosts[rank] != hosts[rank - 1]) {
            counts.push_back(0);
        }
        ++counts.back();
    }
    return fmt::format("{}", fmt::join(counts, " + "));
}

std::string each_once(const std::vector<std::string>& names) {
    const std::set<std::string> different(names.begin(), names.end());
    return fmt::format("{}", fmt::join(different, ", "));
}

}  // namespace

std::optional<Checkpoint> newest_checkpoint(const std::filesystem::path& result_file,
                                            Communicator& communicator) {
    FoundCheckpoint found;
    communicator.together([&] {
        if (communicator.rank() == 0) {
            found = find_checkpoint(result_file);
        }
    });
    for (const std::string& warning : found.warnings) {
        warn(warning);
    }
    if (!found.warnings.empty()) {
        warn(found.bytes.empty() ? std::string("no checkpoint is left: the run begins again")
                                 : fmt::format("going on from {}", found.file.string()));
    }
    const std::string bytes = communicator.broadcast(as_text(found.bytes));
    if (bytes.empty()) {
        return std::nullopt;
    }
    std::optional<Checkpoint> checkpoint;
    communicator.together([&] { checkpoint = parse_checkpoint(as_bytes(bytes)); });
    return checkpoint;
}

std::optional<Checkpoint> find_resumable(const std::filesystem::path& result_file,
                                         const GridPoint& point, const std::string& data_hash,
                                         Communicator& communicator) {
    auto checkpoint = newest_checkpoint(result_file, communicator);
    communicator.together([&] {
        if (checkpoint) {
            check_same_run(checkpoint->record, point, data_hash, result_file);
        }
    });
    return checkpoint;
}

std::vector<std::string> environment_differences(const EnvironmentRecord& before,
                                                 const EnvironmentRecord& now) {
    std::vector<std::string> differences;
    const auto compare = [&](const std::string& what, const std::string& old_value,
                             const std::string& new_value) {
        if (old_value != new_value) {
            differences.push_back(fmt::format("{}: {} before, {} now", what, old_value, new_value));
        }
    };
    compare("ranks", fmt::format("{}", before.hosts.size()), fmt::format("{}", now.hosts.size()));
    if (before.hosts.size() == now.hosts.size()) {
        compare("ranks per host", ranks_per_host(before.hosts), ranks_per_host(now.hosts));
        compare("threads of the ranks", fmt::format("{}", fmt::join(before.threads, ", ")),
                fmt::format("{}", fmt::join(now.threads, ", ")));
    }
    compare("devices", each_once(before.device_names), each_once(now.device_names));
    for (const auto& [name, value] : now.text) {
        const auto old = before.text.find(name);
        if (old != before.text.end() && name != "starts") {
            compare(name, old->second, value);
        }
    }
    return differences;
}

void warn_of_other_conditions(const EnvironmentRecord& before, const EnvironmentRecord& now) {
    const auto differences = environment_differences(before, now);
    if (!differences.empty()) {
        warn(
            fmt::format("resumed under other conditions: the run goes on equal to rounding, not "
                        "bit for bit\n  {}",
                        fmt::join(differences, "\n  ")));
    }
}

std::string with_start(const std::string& starts_before, std::int64_t step,
                       const EnvironmentRecord& environment) {
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    return fmt::format("{}{:%Y-%m-%d %H:%M:%S} UTC, from step {}, {} rank(s) on {}\n",
                       starts_before, fmt::gmtime(now), step, environment.hosts.size(),
                       each_once(environment.hosts));
}

}  // namespace batchscope
