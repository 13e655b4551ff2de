#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>

#include "communication/communicator.hpp"
#include "communication/device_binding.hpp"
#include "communication/rank_groups.hpp"
#include "config/grid.hpp"
#include "core/error.hpp"
#include "results/checkpoint_file.hpp"
#include "runs/current_run.hpp"
#include "runs/grid_selection.hpp"
#include "runs/run_data.hpp"
#include "runs/run_plans.hpp"
#include "runs/work_loop.hpp"

namespace batchscope {

/// Trains points of a study one after the other, on all ranks of `communicator` together.
class GridRun final : private Work {
  public:
    /// All arguments outlive it. `alone`: these are all ranks of the job, not one of several
    /// groups.
    GridRun(const GridRequest& request, const Study& study, const GridSelection& selection,
            const RunPlans& plans, const DeviceBinding& binding, RunDataStore& data,
            Communicator& communicator, CurrentRun& current_run, bool alone);

    /// Returns the exit code of the job: success, stopped (on request), run_time when a point
    /// failed on all its ranks alike and the others went on, or as WorkSource::give_up says.
    /// Throws AgreedError. Collective over the job.
    ExitCode run(WorkSource& points);

  private:
    Outcome work_on(std::size_t position) override;
    void failed(std::size_t position, const std::string& reason) override;
    void ended() override { current_run_.end(); }

    [[nodiscard]] std::int64_t index_at(std::size_t position) const {
        return selection_.to_train[position];
    }
    [[nodiscard]] const GridPoint& point_at(std::size_t position) const {
        return study_.points[static_cast<std::size_t>(index_at(position))];
    }
    void announce(const GridPoint& point, const RunPlan& plan);
    [[nodiscard]] RunRecord record_of(const GridPoint& point, const RunPlan& plan,
                                      const RunData& data,
                                      const std::optional<Checkpoint>& checkpoint) const;

    const GridRequest& request_;
    const Study& study_;
    const GridSelection& selection_;
    const RunPlans& plans_;
    const DeviceBinding& binding_;
    RunDataStore& data_;
    Communicator& communicator_;
    CurrentRun& current_run_;
    bool alone_;
    EnvironmentRecord environment_;
    std::set<std::string> warnings_;  ///< said already: points of a grid are much alike
};

}  // namespace batchscope
