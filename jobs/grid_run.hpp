#pragma once

#include <filesystem>
#include <optional>

#include "communication/communicator.hpp"
#include "communication/device_binding.hpp"
#include "config/grid.hpp"
#include "core/error.hpp"
#include "current_run.hpp"
#include "grid_state.hpp"
#include "results/checkpoint_file.hpp"
#include "results/writer_lock.hpp"
#include "run_data.hpp"
#include "train_options.hpp"

namespace batchscope {

/// Trains the selected points of a study one after the other, on all ranks together.
class GridRun {
  public:
    GridRun(const TrainOptions& options, const Study& study, const DeviceBinding& binding,
            Communicator& communicator, CurrentRun& current_run);

    /// Returns success, stopped (on request), or run_time when a point failed on all ranks alike
    /// and the others went on. Throws AgreedError. Collective.
    ExitCode run();

  private:
    struct Selection {
        std::vector<PointPlan> plans;        ///< of the whole grid
        std::vector<std::int64_t> selected;  ///< points asked for
        std::vector<std::int64_t> to_train;  ///< originals that are pending, in grid order
    };
    [[nodiscard]] Selection select();
    void check_points(const std::vector<std::int64_t>& points);
    RunStatus train_point(const GridPoint& point, std::size_t number, std::size_t count);
    [[nodiscard]] RunRecord initial_record(const GridPoint& point, const RunData& data);
    void announce(const GridPoint& point, const RunData& data) const;
    [[nodiscard]] std::optional<WriterLock> take_lock(const std::filesystem::path& file);
    void describe_start(const std::optional<Checkpoint>& checkpoint,
                        EnvironmentRecord& environment);
    void write_aliases(const Selection& selection);
    [[nodiscard]] const GridPoint& point_at(std::int64_t index) const;
    [[nodiscard]] bool on_cpu() const { return !binding_.ordinal; }

    const TrainOptions& options_;
    const Study& study_;
    DeviceBinding binding_;
    Communicator& communicator_;
    CurrentRun& current_run_;
    EnvironmentRecord environment_;
    at::TensorOptions device_;
    RunDataStore data_;
};

}  // namespace batchscope
