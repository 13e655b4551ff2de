#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "../models/network_settings.hpp"
#include "core/error.hpp"
#include "core/random.hpp"
#include "measures/average_case_sharpness.hpp"
#include "measures/batch_gradients.hpp"
#include "measures/eigenvalues.hpp"
#include "measures/gradient_covariance.hpp"
#include "measures/keskar_sharpness.hpp"
#include "measures/measures.hpp"
#include "measures/pac_bayes.hpp"
#include "measures/slices.hpp"
#include "measures/spectral_density.hpp"
#include "measures/trace.hpp"
#include "measures/worst_case_sharpness.hpp"
#include "results/sharpness_columns.hpp"
#include "training/trainer.hpp"

namespace batchscope::tests_of_trainer_checkpoint {
namespace {

/// Three classes in a plane, few examples, and rows in the middle of epochs, too.
class Resuming : public ::testing::Test {
  protected:
    Resuming() {
        const auto split = [](std::int64_t count, std::uint64_t seed) {
            const RandomStream stream(seed, RandomPurpose::probe);
            at::Tensor inputs = at::empty({count, 2}, at::kFloat);
            for (std::int64_t i = 0; i < inputs.numel(); ++i) {
                inputs.data_ptr<float>()[i] =
                    static_cast<float>(stream.normal(static_cast<std::uint64_t>(i)));
            }
            const at::Tensor targets = at::arange(count, at::kLong).remainder(3);
            return DeviceSplit{inputs + targets.to(at::kFloat).unsqueeze(1), targets};
        };
        data_.train = split(46, 1);
        data_.validation = split(13, 2);
        data_.test = split(11, 3);
        data_.train_indices.resize(46);
        std::iota(data_.train_indices.begin(), data_.train_indices.end(), 100);
        data_.classes = 3;
        data_.example_shape = {2};
        data_.constant_prediction_loss = 1.1;
        settings_.model = mlp_settings({5}, true, 0.3);
        TrainingSettings& training = settings_.training;
        training.batch_size = 8;
        training.micro_batch_size = 3;
        training.learning_rate = 0.05;
        training.schedule = ScheduleKind::cosine;
        training.warmup_epochs = 1;
        training.budget.epochs = 3;
        settings_.evaluate.validation_every_examples = 30;
        settings_.output.checkpoint_minutes = 1e-12;
        settings_.sharpness.measures = {};
    }

    /// Keeps the first `most_checkpoints` as a file would: to write and read one takes longer than
    /// a step.
    RunRecord run(const Checkpoint* from = nullptr,
                  std::size_t most_checkpoints = std::numeric_limits<std::size_t>::max()) {
        checkpoints_.clear();
        SerialCommunicator communicator;
        const RunPlan plan = plan_run(settings_, data_, 1);
        Trainer trainer(
            settings_, plan, data_, communicator, at::kFloat, {},
            {[](const TrainingProgress&) {}, [](const RunRecord&, bool) {},
             [&](const Checkpoint& checkpoint) {
                 if (checkpoints_.size() < most_checkpoints) {
                     checkpoints_.push_back(parse_checkpoint(checkpoint_image(checkpoint)));
                 }
             }});
        if (from != nullptr) {
            trainer.resume(*from);
        }
        return trainer.run();
    }

    /// Equal in all that does not depend on the clock.
    static void expect_equal(const RunRecord& a, const RunRecord& b) {
        EXPECT_EQ(a.status, b.status);
        EXPECT_EQ(a.reason, b.reason);
        EXPECT_EQ(a.collapsed, b.collapsed);
        EXPECT_EQ(a.steps.step, b.steps.step);
        EXPECT_EQ(a.steps.examples, b.steps.examples);
        EXPECT_EQ(a.steps.batch_examples, b.steps.batch_examples);
        for (const auto column : {&StepColumns::train_loss, &StepColumns::learning_rate,
                                  &StepColumns::gradient_norm, &StepColumns::update_norm}) {
            EXPECT_EQ(a.steps.*column, b.steps.*column);
        }
        EXPECT_EQ(a.epochs.step, b.epochs.step);
        for (const auto column :
             {&EpochColumns::epoch, &EpochColumns::train_loss, &EpochColumns::train_accuracy,
              &EpochColumns::validation_loss, &EpochColumns::validation_accuracy,
              &EpochColumns::test_loss, &EpochColumns::test_accuracy, &EpochColumns::weight_norm,
              &EpochColumns::distance_from_start}) {
            // Rows between epochs have metrics that are unknown.
            EXPECT_TRUE(std::equal(
                (a.epochs.*column).begin(), (a.epochs.*column).end(), (b.epochs.*column).begin(),
                (b.epochs.*column).end(),
                [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); }));
        }
        expect_equal(a.sharpness, b.sharpness);
        EXPECT_EQ(a.predictions.test_class, b.predictions.test_class);
        EXPECT_EQ(a.predictions.test_loss, b.predictions.test_loss);
        EXPECT_EQ(a.predictions.test_target, b.predictions.test_target);
        ASSERT_EQ(a.weights.size(), b.weights.size());
        for (std::size_t i = 0; i < a.weights.size(); ++i) {
            EXPECT_EQ(a.weights[i].name, b.weights[i].name);
            EXPECT_EQ(a.weights[i].values, b.weights[i].values) << a.weights[i].name;
        }
    }

    static void expect_equal(const SharpnessRecord& a, const SharpnessRecord& b) {
        ASSERT_EQ(a.rows.size(), b.rows.size());
        for (std::size_t i = 0; i < a.rows.size(); ++i) {
            EXPECT_EQ(a.rows[i].step, b.rows[i].step);
            for (const auto& [column, values] : a.rows[i].values) {
                const auto& others = b.rows[i].values.at(column);
                EXPECT_TRUE(column == "seconds" ||
                            std::equal(values.begin(), values.end(), others.begin(), others.end(),
                                       [](double x, double y) {
                                           return x == y || (std::isnan(x) && std::isnan(y));
                                       }))
                    << column;
            }
        }
    }

    /// Goes on from every checkpoint of a run, and for some of them from that run's first again.
    /// Returns the undisturbed run.
    RunRecord expect_every_checkpoint_to_lead_to_the_same_end(std::size_t stride = 1) {
        RunRecord whole = run();
        EXPECT_EQ(whole.status, RunStatus::complete);
        const std::vector<Checkpoint> checkpoints = checkpoints_;
        EXPECT_GT(checkpoints.size(), whole.steps.step.size());
        for (std::size_t i = 0; i < checkpoints.size(); i += stride) {
            const Checkpoint& checkpoint = checkpoints[i];
            SCOPED_TRACE(to_string(checkpoint.phase) + " after step " +
                         std::to_string(checkpoint.step()));
            expect_equal(run(&checkpoint, i % 5 == 0 ? 1 : 0), whole);
            if (!checkpoints_.empty()) {
                const Checkpoint second = checkpoints_.front();
                expect_equal(run(&second, 0), whole);
            }
        }
        return whole;
    }
    /// Every measure, each so small that a row takes little.
    void measure_all() {
        SharpnessSettings& sharpness = settings_.sharpness;
        sharpness.measures = names_of(measures());
        sharpness.examples = 20;
        for (const KeyValues& values :
             {values_of(EigenvalueSettings{.products = 12}), values_of(TraceSettings{9}),
              values_of(DensitySettings{2, 4, 10}), values_of(KeskarSettings{{1e-2}, 3, 2, 2}),
              values_of(WorstCaseSettings{.iterations = 2}),
              values_of(AverageCaseSettings{.draws = 2}), values_of(PacBayesSettings{.draws = 1}),
              values_of(SliceSettings{.points = 3}), values_of(GradientCovarianceSettings{3}),
              values_of(BatchGradientSettings{{4, 20, 8}, 3})}) {
            sharpness.values.insert(values.begin(), values.end());
        }
    }

    RunSettings settings_;
    DeviceData data_;
    std::vector<Checkpoint> checkpoints_;  ///< of the last run
};

TEST_F(Resuming, WithMomentumLeadsToTheSameEnd) {
    (void)expect_every_checkpoint_to_lead_to_the_same_end();
}

TEST_F(Resuming, WithAdamWAndDecayLeadsToTheSameEnd) {
    settings_.training.optimizer.name = "adamw";
    settings_.training.optimizer.weight_decay = 0.1;
    settings_.training.schedule = ScheduleKind::step;
    settings_.training.step_epochs = {1.0, 2.5};
    (void)expect_every_checkpoint_to_lead_to_the_same_end();
}

TEST_F(Resuming, WithNesterovAndGhostBatchNormLeadsToTheSameEnd) {
    settings_.training.optimizer.values["nesterov"] = true;
    settings_.batch_norm = {BatchNormStatistics::ghost, 2};
    settings_.training.micro_batch_size = 4;
    settings_.training.schedule = ScheduleKind::constant;
    (void)expect_every_checkpoint_to_lead_to_the_same_end();
}

TEST_F(Resuming, InTheMiddleOfEveryMeasureLeadsToTheSameEnd) {
    measure_all();
    settings_.sharpness.every_epochs = 2;
    settings_.evaluate = {.every_epochs = 3, .validation_every_examples = {}};
    settings_.training.batch_size = 23;
    settings_.training.micro_batch_size = 23;
    // Every measure is tested from each of its states elsewhere; here all stand in one run.
    const RunRecord whole = expect_every_checkpoint_to_lead_to_the_same_end(53);
    // Before training, after epoch 2 (which has no row of /epochs) and at the end.
    std::vector<double> epochs;
    for (const SharpnessRow& row : whole.sharpness.rows) {
        epochs.push_back(row.epoch);
        for (const SharpnessColumn& column : whole.sharpness.columns) {
            EXPECT_TRUE(row.values.contains(column.name)) << column.name;
        }
    }
    EXPECT_EQ(epochs, (std::vector<double>{0, 2, 3}));
}

TEST_F(Resuming, TrainsTheSameWithAndWithoutMeasures) {
    const RunRecord without = run(nullptr, 0);
    measure_all();
    settings_.sharpness.every_epochs = 1;
    RunRecord with = run(nullptr, 0);
    EXPECT_EQ(with.sharpness.rows.size(), 4U);
    with.sharpness = {};
    expect_equal(with, without);
}

TEST_F(Resuming, MeasuresNothingAtWeightsWithoutALoss) {
    settings_.sharpness.measures = {"eigenvalues"};
    settings_.sharpness.every_epochs = 1;
    settings_.evaluate = {.every_epochs = 0, .validation_every_examples = {}};
    settings_.model.values["batch_norm"] = false;
    settings_.training.schedule = ScheduleKind::constant;
    settings_.training.warmup_epochs = 0;
    settings_.training.optimizer.values["momentum"] = 0.0;
    settings_.training.learning_rate = 1e38;
    settings_.training.batch_size = 46;  // one step an epoch: its loss is that of the start
    settings_.training.micro_batch_size = 46;
    const RunRecord record = run();
    EXPECT_EQ(record.status, RunStatus::diverged);
    EXPECT_EQ(record.sharpness.rows.size(), 1U);  // of the untrained network
    EXPECT_NE(record.reason.find("sharpness"), std::string::npos) << record.reason;
}

TEST_F(Resuming, LeadsToTheSameEndByAStopRule) {
    settings_.training.budget.epochs = 50;
    settings_.training.learning_rate = 0.5;
    settings_.training.stop.plateau_epochs = 1;
    const RunRecord whole = expect_every_checkpoint_to_lead_to_the_same_end();
    EXPECT_NE(whole.reason.find("no lower validation loss"), std::string::npos);
}

TEST_F(Resuming, SavesInEveryPhase) {
    (void)run();
    for (const RunPhase phase : {RunPhase::training, RunPhase::evaluation, RunPhase::closing}) {
        EXPECT_TRUE(std::any_of(checkpoints_.begin(), checkpoints_.end(),
                                [&](const Checkpoint& each) { return each.phase == phase; }))
            << to_string(phase);
    }
}

TEST_F(Resuming, SavesNothingWhereOnlyAStopIsToBeSaved) {
    settings_.output.checkpoint_minutes = 0;
    (void)run();
    EXPECT_TRUE(checkpoints_.empty());
}

TEST_F(Resuming, CountsTheTrainingTimeOfAllStarts) {
    (void)run();
    const Checkpoint middle = checkpoints_[checkpoints_.size() / 2];
    const RunRecord record = run(&middle);
    const auto sum = [](const std::vector<double>& values) {
        return std::accumulate(values.begin(), values.end(), 0.0);
    };
    EXPECT_NEAR(sum(record.steps.seconds), sum(record.epochs.training_seconds), 1e-9);
    EXPECT_EQ(record.steps.seconds.front(), middle.record.steps.seconds.front());
}

TEST_F(Resuming, RefusesTheStateOfAnotherOptimizer) {
    (void)run();
    const Checkpoint checkpoint = checkpoints_.back();
    settings_.training.optimizer.name = "adamw";
    try {
        (void)run(&checkpoint);
        ADD_FAILURE() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::data);
        EXPECT_NE(error.problem().find("first_moment"), std::string::npos) << error.problem();
    }
}

}  // namespace
}  // namespace batchscope::tests_of_trainer_checkpoint
