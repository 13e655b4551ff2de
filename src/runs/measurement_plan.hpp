#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "communication/communicator.hpp"
#include "config/grid.hpp"
#include "results/run_search.hpp"

namespace batchscope {

/// Which files are to be measured, how, and where they are written anew.
struct MeasurementRequest {
    std::vector<std::filesystem::path> paths;  ///< result files and folders of them
    std::filesystem::path output;     ///< a folder; of a line between two: the table's file
    std::vector<Override> overrides;  ///< of keys sharpness.* alone
    bool overwrite = false;
};

/// A result file, and where it is written anew.
struct MeasuredFile {
    std::filesystem::path input, output;
};

/// What is to be done for each file of a command line.
struct MeasurementPlan {
    std::vector<MeasuredFile> to_measure;
    std::vector<MeasuredFile> finished;   ///< measured with the same settings already
    std::vector<MeasuredFile> aliases;    ///< name another file as their run
    std::vector<SkippedFile> unfinished;  ///< runs that have no weights of their end
    std::vector<SkippedFile> damaged;     ///< cannot be read, or are no result files
};

/// Plans all files before anything is written. Throws Error (configuration) when settings do not go
/// with a run, an output would replace what batchscope-sharpness has not written, two files have
/// one output, or an output holds another measurement and `overwrite` is off; Error (data) when an
/// output cannot be read.
[[nodiscard]] MeasurementPlan plan_measurement(const MeasurementRequest& request);

/// The plan as rank 0 makes it, on all ranks: its view of a network file system is the one that
/// counts. Collective. Throws AgreedError.
[[nodiscard]] MeasurementPlan agree_on_plan(const MeasurementRequest& request,
                                            Communicator& communicator);

/// Writes the small files that name a measured run as that of another point, too, so that the
/// outputs are as whole a study as the inputs. On one rank.
void write_measured_aliases(const MeasurementPlan& plan);

}  // namespace batchscope
