#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "communication/communicator.hpp"
#include "core/error.hpp"
#include "runs/finished_run.hpp"
#include "runs/line_table.hpp"
#include "runs/measurement_plan.hpp"
#include "runs/run_data.hpp"

namespace batchscope {

/// Throws Error (configuration), with both values, where two runs are not of one network and one
/// split of the same data: there is no line between them then. How they were trained may differ.
void check_same_function(const FinishedRun& a, const FinishedRun& b);

/// Walks the line between the two files of a request, on all ranks together, and writes the table.
class LineWalk {
  public:
    /// `points`: of the line, 3k + 1. All arguments outlive it.
    LineWalk(const MeasurementRequest& request, std::int64_t points, const DeviceBinding& binding,
             RunDataStore& data, Communicator& communicator);

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

    const MeasurementRequest& request_;
    std::int64_t points_;
    RunDataStore& data_;
    Communicator& communicator_;
    EnvironmentRecord environment_;
    std::string identity_;          ///< of the line: both ends and the number of points
    std::vector<LinePoint> found_;  ///< so far
};

}  // namespace batchscope
