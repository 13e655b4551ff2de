#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "communication/communicator.hpp"
#include "communication/device_binding.hpp"
#include "core/error.hpp"
#include "measures/sharpness_measurement.hpp"
#include "results/checkpoint_file.hpp"
#include "runs/finished_run.hpp"
#include "runs/measurement_plan.hpp"
#include "runs/run_data.hpp"
#include "runs/work_loop.hpp"

namespace batchscope {

/// Measures finished runs one after the other, on all ranks together, and writes their files anew.
class MeasurementRun final : private Work {
  public:
    /// All arguments outlive it.
    MeasurementRun(const MeasurementRequest& request, const MeasurementPlan& plan,
                   const DeviceBinding& binding, RunDataStore& data, Communicator& communicator);

    /// Returns the exit code of the job, as --help says. Throws AgreedError. Collective.
    ExitCode run();

  private:
    Outcome work_on(std::size_t position) override;
    /// Files that cannot be measured are left out; other errors end the job.
    bool refuses(const AgreedError& error) override;
    void failed(std::size_t position, const std::string& reason) override;

    void measure(const MeasuredFile& file);
    [[nodiscard]] FinishedRun read(const MeasuredFile& file);
    [[nodiscard]] std::optional<Checkpoint> find_checkpoint_of(const MeasuredFile& file,
                                                               const FinishedRun& run,
                                                               const RunSettings& settings);
    [[nodiscard]] MeasuredValues advance_to_end(const MeasuredFile& file, const FinishedRun& run,
                                                const RunSettings& settings,
                                                SharpnessMeasurement& measurement,
                                                const std::optional<Checkpoint>& resumed);
    void write(const MeasuredFile& file, FinishedRun& run, const SharpnessRecord& sharpness);
    void write_aliases();

    const MeasurementRequest& request_;
    const MeasurementPlan& plan_;
    RunDataStore& data_;
    Communicator& communicator_;
    EnvironmentRecord environment_;
    std::string starts_;  ///< of the measurement in work
    std::string title_;   ///< of its display
};

}  // namespace batchscope
