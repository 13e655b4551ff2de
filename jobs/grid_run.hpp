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
#include "current_run.hpp"
#include "grid_selection.hpp"
#include "point_source.hpp"
#include "results/checkpoint_file.hpp"
#include "run_data.hpp"
#include "train_options.hpp"

namespace batchscope {

/// Refuses points that cannot be trained on groups of these sizes, before any output is touched.
/// Collective over the job. Throws AgreedError.
void check_points(const Study& study, const GridSelection& selection, const RankGroups& groups,
                  bool on_cpu, RunDataStore& data, Communicator& job);

/// Trains points of a study one after the other, on all ranks of `communicator` together.
class GridRun {
  public:
    /// All arguments outlive it. `alone`: these are all ranks of the job, not one of several
    /// groups.
    GridRun(const TrainOptions& options, const Study& study, const GridSelection& selection,
            const DeviceBinding& binding, RunDataStore& data, Communicator& communicator,
            CurrentRun& current_run, bool alone);

    /// Returns the exit code of the job: success, stopped (on request), run_time when a point
    /// failed on all its ranks alike and the others went on, or as PointSource::give_up says.
    /// Throws AgreedError. Collective over the job.
    ExitCode run(PointSource& points);

  private:
    ExitCode try_point(std::size_t position);
    RunStatus train_point(const GridPoint& point, std::size_t position);
    [[nodiscard]] EnvironmentRecord environment_of(const GridPoint& point) const;
    void announce(const GridPoint& point, const RunData& data);
    void describe_start(const std::optional<Checkpoint>& checkpoint,
                        EnvironmentRecord& environment);
    [[nodiscard]] bool on_cpu() const { return !binding_.ordinal; }

    const TrainOptions& options_;
    const Study& study_;
    const GridSelection& selection_;
    const DeviceBinding& binding_;
    RunDataStore& data_;
    Communicator& communicator_;
    CurrentRun& current_run_;
    bool alone_;
    EnvironmentRecord environment_;
    std::set<std::string> warnings_;  ///< said already: points of a grid are much alike
};

}  // namespace batchscope
