#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "communication/communicator.hpp"
#include "config/run_settings.hpp"
#include "data/dataset.hpp"
#include "data/device_split.hpp"
#include "models/network.hpp"
#include "results/run_record.hpp"
#include "training/batch_schedule.hpp"
#include "training/learning_rate.hpp"
#include "training/optimizer.hpp"
#include "training/step_log.hpp"

namespace batchscope {

/// The data of a run on the device, shared by all points that use the same.
struct DeviceData {
    DeviceSplit train, validation, test;
    std::vector<std::int64_t>
        train_indices;  ///< examples of the training split in the training file
    at::Tensor black;   ///< normalised black pixel; undefined for synthetic tasks
    Task task = Task::classification;
    std::int64_t classes = 0;
    std::vector<std::int64_t> example_shape;
    double constant_prediction_loss = 0;
};

/// What a display shows while a run goes on.
struct TrainingProgress {
    double fraction = 0;  ///< of the budget
    double epoch = 0;
    std::int64_t step = 0;
    double train_loss = 0;           ///< of the last step
    double examples_per_second = 0;  ///< since the start of the run
    bool evaluated = false;          ///< a row of /epochs was just added
};

/// One run of one grid point, on all ranks together.
class Trainer {
  public:
    struct Events {
        std::function<void(const TrainingProgress&)> progressed;
        /// Rows were added to the record: the moment to write it. `last`: the run has ended.
        std::function<void(const RunRecord&, bool last)> recorded;
    };

    /// `record` holds what is known before training (names, configuration, data, environment).
    Trainer(const RunSettings& settings, const DeviceData& data, Communicator& communicator,
            const at::TensorOptions& options, RunRecord record, Events events);

    /// Trains to the end of the budget, a stop rule, divergence, or a stop request, and returns the
    /// record with its final status. Collective.
    RunRecord run();

  private:
    bool train_step();
    bool finish_steps();
    void evaluate(bool all_splits);
    void complete_last_row();
    void notice_divergence();
    bool stop_rule_reached();
    void end(RunStatus status, const std::string& reason);
    void verify_replicas(std::vector<std::string>& checksums);
    void store_weights();
    void judge_collapse();
    [[nodiscard]] std::vector<Chunk> make_chunks(std::int64_t batch);
    [[nodiscard]] std::vector<Augmentation> augmentations(const at::Tensor& positions) const;
    [[nodiscard]] bool evaluation_due() const;
    [[nodiscard]] std::int64_t validation_multiple() const;
    [[nodiscard]] double seconds_fraction() const;
    [[nodiscard]] double fraction_done() const;

    const RunSettings& settings_;
    const DeviceData& data_;
    Communicator& communicator_;
    at::TensorOptions options_;
    RunRecord record_;
    Events events_;

    Network network_;
    BatchSchedule schedule_;
    LearningRateSchedule rate_;
    std::unique_ptr<Optimizer> optimizer_;
    at::Tensor initial_weights_;
    StepLog log_;

    Progress progress_;
    std::int64_t ordered_epoch_ = -1;
    at::Tensor order_;  ///< of the present epoch, on the device
    std::int64_t validation_rows_ =
        0;  ///< multiples of validation_every_examples already evaluated

    double elapsed_ = 0;           ///< training seconds of this rank so far
    double agreed_elapsed_ = 0;    ///< those of rank 0 at the last fetch: what all ranks decide by
    double training_seconds_ = 0;  ///< elapsed_ at the last fetch
    // At the last row of /epochs.
    double row_training_seconds_ = 0;
    double row_communication_seconds_ = 0;
    std::int64_t row_examples_ = 0;
};

}  // namespace batchscope
