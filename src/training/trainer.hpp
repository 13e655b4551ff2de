#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "communication/communicator.hpp"
#include "config/run_settings.hpp"
#include "measures/evaluation.hpp"
#include "measures/sharpness_measurement.hpp"
#include "models/network.hpp"
#include "optimizers/optimizer.hpp"
#include "results/checkpoint_file.hpp"
#include "results/run_record.hpp"
#include "training/checkpoint_timer.hpp"
#include "training/local_gradient.hpp"
#include "training/run_plan.hpp"
#include "training/step_log.hpp"
#include "training/training_clock.hpp"
#include "training/training_hooks.hpp"
#include "training/training_progress.hpp"

namespace batchscope {

/// One run of one grid point, on all ranks together.
class Trainer {
  public:
    struct Events {
        std::function<void(const TrainingProgress&)> progressed;
        /// Rows were added to the record: the moment to write it. `last`: the run has ended.
        std::function<void(const RunRecord&, bool last)> recorded;
        /// The moment to write a checkpoint: output.checkpoint_minutes have gone by, or the run
        /// stops on request. On rank 0 alone.
        std::function<void(const Checkpoint&)> saved;
        TrainingHooks hooks = {};
    };

    /// `plan` is that of these settings and data, on the ranks of `communicator`. `record` holds
    /// what is known before training (names, configuration, data, environment). Settings, plan and
    /// data outlive the trainer.
    Trainer(const RunSettings& settings, const RunPlan& plan, const DeviceData& data,
            Communicator& communicator, const at::TensorOptions& options, RunRecord record,
            Events events);

    /// Goes on where `checkpoint`, of a run of equal settings, was made: bit for bit on the same
    /// number of ranks, to rounding on another. Call before run(), on all ranks alike. Throws Error
    /// (data) when it is of another program.
    void resume(const Checkpoint& checkpoint);

    /// Trains to the end of the budget, a stop rule, divergence, or a stop request, and returns the
    /// record with its final status. Collective.
    RunRecord run();

  private:
    void train();
    void train_step();
    void finish_steps();
    void evaluate();
    void add_row(const SplitMetrics& train, const SplitMetrics& validation,
                 const SplitMetrics& test);
    void measure_sharpness();
    void begin_measurement();
    void add_sharpness_row();
    void close();
    void complete_last_row();
    void store_weights();
    void notice_divergence();
    void end(RunStatus status, const std::string& reason);
    void save();
    void save_if_due();
    [[nodiscard]] Checkpoint checkpoint();
    void verify_replicas(std::vector<std::string>& checksums);
    [[nodiscard]] std::string stop_rule_reached() const;
    [[nodiscard]] bool over() const;
    [[nodiscard]] bool ended() const;
    [[nodiscard]] bool sharpness_of_epoch_due() const;
    [[nodiscard]] RunPhase phase_after_row() const;
    [[nodiscard]] bool whole_row_due() const;
    [[nodiscard]] bool log_point_due() const;
    [[nodiscard]] bool row_due() const;
    [[nodiscard]] double seconds_fraction() const;
    [[nodiscard]] double fraction_done() const;
    [[nodiscard]] double examples_per_second() const;

    const RunSettings& settings_;
    const RunPlan& plan_;
    const DeviceData& data_;
    Communicator& communicator_;
    at::TensorOptions options_;
    RunRecord record_;
    Events events_;

    Network network_;
    std::unique_ptr<Optimizer> optimizer_;
    at::Tensor initial_weights_;
    LocalGradient local_gradient_;
    StepLog log_;

    RunPhase phase_ = RunPhase::evaluation;  ///< the first row is that of the untrained network
    Progress progress_;
    MeasuredExamples sharpness_examples_;              ///< empty where sharpness is not measured
    std::optional<SharpnessMeasurement> measurement_;  ///< the one in work
    TrainingClock clock_;
    CheckpointTimer checkpoint_timer_;
};

}  // namespace batchscope
