#include "runs/data_identity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/error.hpp"
#include "results/result_file.hpp"
#include "study/study_schema.hpp"

namespace batchscope {

namespace {

/// The data of these settings, wherever their files lie.
DataSettings without_directory(DataSettings data) {
    data.directory.clear();
    return data;
}

/// Where the data of a result file lay when it was trained.
std::string directory_of(const std::filesystem::path& file) {
    const RunRecord record = read_result(file, {false, false, false, false, false, true, false});
    return parse_study(study_schema(), record.configuration, file)
        .points.at(0)
        .settings.data.directory;
}

std::string place(const std::string& directory) {
    return directory.empty() ? "generated" : directory;
}

/// Throws Error where a run of the study, with data of the same settings, has another hash.
void check_runs(const GridRequest& request, const Study& study, const DataSettings& data,
                const std::string& hash) {
    for (const GridPoint& point : study.points) {
        if (without_directory(point.settings.data) != without_directory(data)) {
            continue;
        }
        const auto file = result_path(request.output, study, point);
        const ResultState state = read_result_state(file);
        if (state.exists && !state.data_hash.empty() && state.data_hash != hash) {
            throw data_error(
                fmt::format("{} was trained on other data: hash {} (from {}), those in {} have {}",
                            file.string(), state.data_hash, place(directory_of(file)),
                            place(data.directory), hash),
                "restore the data files, choose another --output or study name, or train all "
                "again with --overwrite");
        }
    }
}

}  // namespace

void refuse_other_data(const GridRequest& request, const Study& study,
                       const GridSelection& selection, RunDataStore& data,
                       Communicator& communicator) {
    if (request.overwrite) {
        return;
    }
    std::vector<DataSettings> checked;
    for (const std::int64_t index : selection.to_train) {
        const RunSettings& settings = study.points[static_cast<std::size_t>(index)].settings;
        if (std::find(checked.begin(), checked.end(), settings.data) != checked.end()) {
            continue;
        }
        checked.push_back(settings.data);
        const std::string hash = data.get(settings, communicator).hash;
        communicator.together([&] {
            if (communicator.rank() == 0) {
                check_runs(request, study, settings.data, hash);
            }
        });
    }
}

}  // namespace batchscope
