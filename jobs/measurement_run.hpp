#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "communication/communicator.hpp"
#include "communication/device_binding.hpp"
#include "core/error.hpp"
#include "finished_run.hpp"
#include "measurement_plan.hpp"
#include "measures/sharpness_measurement.hpp"
#include "results/checkpoint_file.hpp"
#include "run_data.hpp"
#include "sharpness_options.hpp"

namespace batchscope {

/// Measures finished runs one after the other, on all ranks together, and writes their files anew.
class MeasurementRun {
  public:
    /// All arguments outlive it.
    MeasurementRun(const SharpnessOptions& options, const DeviceBinding& binding,
                   RunDataStore& data, Communicator& communicator);

    /// Returns the exit code of the job, as --help says. Throws AgreedError. Collective.
    ExitCode run(const MeasurementPlan& plan);

  private:
    enum class Outcome { measured, refused, failed, stopped };

    Outcome try_file(const MeasuredFile& file);
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
    void write_aliases(const MeasurementPlan& plan);

    const SharpnessOptions& options_;
    RunDataStore& data_;
    Communicator& communicator_;
    EnvironmentRecord environment_;
    std::string starts_;  ///< of the measurement in work
    std::string title_;   ///< of its display
};

}  // namespace batchscope
