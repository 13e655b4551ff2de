#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "communication/communicator.hpp"
#include "core/error.hpp"
#include "finished_run.hpp"
#include "line_table.hpp"
#include "run_data.hpp"
#include "sharpness_options.hpp"

namespace batchscope {

/// Throws Error (configuration), with both values, where two runs are not of one network and one
/// split of the same data: there is no line between them then. How they were trained may differ.
void check_same_function(const FinishedRun& a, const FinishedRun& b);

/// Walks the line between the two files of `options`, on all ranks together, and writes the table.
class LineWalk {
  public:
    /// All arguments outlive it.
    LineWalk(const SharpnessOptions& options, const DeviceBinding& binding, RunDataStore& data,
             Communicator& communicator);

    /// Returns success, or stopped (on request; the next start goes on). Throws AgreedError.
    /// Collective.
    ExitCode run();

  private:
    [[nodiscard]] FinishedRun read(const std::filesystem::path& file);
    void describe(const FinishedRun& a, const FinishedRun& b, double distance) const;
    [[nodiscard]] std::unique_ptr<Network> checked_network(const FinishedRun& run,
                                                           const RunData& data);
    void resume();
    void save();

    const SharpnessOptions& options_;
    RunDataStore& data_;
    Communicator& communicator_;
    EnvironmentRecord environment_;
    std::string identity_;            ///< of the line: both ends and the number of points
    std::vector<LinePoint> figures_;  ///< so far
};

}  // namespace batchscope
