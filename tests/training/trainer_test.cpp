#include "training/trainer.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "../models/network_settings.hpp"
#include "../normal_tensor.hpp"
#include "data/batch_order.hpp"
#include "models/models.hpp"

namespace batchscope::tests_of_trainer {
namespace {

constexpr std::int64_t examples = 22;
constexpr std::int64_t features = 3;

/// Linear regression on random inputs.
class LinearRegression : public ::testing::Test {
  protected:
    LinearRegression() {
        const auto split = [](std::int64_t count, std::uint64_t seed) {
            const at::Tensor inputs = normal_tensor({count, features}, seed);
            return DeviceSplit{inputs, inputs.sum(1) * 0.5 + normal_tensor({count}, seed + 1)};
        };
        data_.train = split(examples, 1);
        data_.validation = split(9, 11);
        data_.test = split(7, 21);
        data_.task = Task::regression;
        data_.example_shape = {features};
        data_.constant_prediction_loss = 1e9;
        settings_.sharpness.measures = {};
        settings_.model = mlp_settings({}, false, 0.0);
        TrainingSettings& training = settings_.training;
        training.precision = Precision::float64;
        training.batch_size = examples;
        training.learning_rate = 0.1;
        training.optimizer.values["momentum"] = 0.0;
        training.budget.epochs = 5;
    }

    RunRecord run() {
        SerialCommunicator communicator;
        const Trainer::Events events{[](const TrainingProgress&) {},
                                     [this](const RunRecord& record, bool last) {
                                         rows_when_recorded_.push_back(record.epochs.epoch.size());
                                         last_recorded_ = last;
                                     },
                                     [](const Checkpoint&) {}};
        const RunPlan plan = plan_run(settings_, data_, 1);
        return Trainer(settings_, plan, data_, communicator, at::kDouble, {}, events).run();
    }
    /// Weights (features) and bias, together as the last column of ones takes it.
    [[nodiscard]] at::Tensor initial() const {
        Network network(describe_network(settings_.model, {features}, 1), {}, Task::regression, 0,
                        at::kDouble);
        network.parameters().initialise(settings_.training.seed);
        return network.parameters().weights().clone();
    }
    static at::Tensor final_of(const RunRecord& record) {
        std::vector<double> values;
        for (const NamedArray& array : record.weights) {
            const auto& part = std::get<std::vector<double>>(array.values);
            values.insert(values.end(), part.begin(), part.end());
        }
        return at::tensor(values, at::kDouble);
    }
    static at::Tensor with_ones(const at::Tensor& inputs) {
        return at::cat({inputs, at::ones({inputs.size(0), 1}, at::kDouble)}, 1);
    }
    static double loss(const DeviceSplit& split, const at::Tensor& weights) {
        const at::Tensor residual = with_ones(split.inputs).mv(weights) - split.targets;
        return 0.5 * residual.square().mean().item<double>();
    }
    static double largest(const at::Tensor& values) { return values.abs().max().item<double>(); }

    RunSettings settings_;
    DeviceData data_;
    std::vector<std::size_t> rows_when_recorded_;
    bool last_recorded_ = false;
};

// w <- w - rate X^T (X w - y) / B.
TEST_F(LinearRegression, FullBatchGradientDescentFollowsTheClosedForm) {
    const auto record = run();
    EXPECT_EQ(record.status, RunStatus::complete);
    const at::Tensor x = with_ones(data_.train.inputs);
    at::Tensor w = initial();
    const at::Tensor start = w.clone();
    ASSERT_EQ(record.steps.step.size(), 5U);
    ASSERT_EQ(record.epochs.epoch.size(), 6U);
    for (std::size_t step = 0; step < 5; ++step) {
        const at::Tensor gradient = x.t().mv(x.mv(w) - data_.train.targets) / examples;
        EXPECT_NEAR(record.steps.train_loss[step], loss(data_.train, w), 1e-13);
        EXPECT_NEAR(record.epochs.train_loss[step], loss(data_.train, w), 1e-13);
        EXPECT_NEAR(record.epochs.validation_loss[step], loss(data_.validation, w), 1e-13);
        EXPECT_NEAR(record.epochs.test_loss[step], loss(data_.test, w), 1e-13);
        EXPECT_NEAR(record.epochs.weight_norm[step], w.norm().item<double>(), 1e-13);
        EXPECT_NEAR(record.epochs.distance_from_start[step], (w - start).norm().item<double>(),
                    1e-13);
        EXPECT_NEAR(record.steps.gradient_norm[step], gradient.norm().item<double>(), 1e-13);
        EXPECT_NEAR(record.steps.update_norm[step], 0.1 * gradient.norm().item<double>(), 1e-13);
        EXPECT_EQ(record.steps.learning_rate[step], 0.1);
        w = w - 0.1 * gradient;
    }
    EXPECT_LT(largest(final_of(record) - w), 1e-13);
    EXPECT_NEAR(record.epochs.train_loss.back(), loss(data_.train, w), 1e-13);
}

TEST_F(LinearRegression, EveryStepOfAnEpochFollowsTheOrderAndTheTrueBatchSize) {
    settings_.training.batch_size = 4;
    settings_.training.budget.epochs = 2;
    for (const std::optional<std::int64_t> micro_batch :
         {std::optional<std::int64_t>{}, {1}, {3}}) {
        settings_.training.micro_batch_size = micro_batch;
        const auto record = run();
        at::Tensor w = initial();
        std::size_t step = 0;
        for (std::int64_t epoch = 0; epoch < 2; ++epoch) {
            const at::Tensor order =
                at::tensor(epoch_order(settings_.training.seed, epoch, examples), at::kLong);
            for (const at::Tensor& batch : order.split(4)) {
                const at::Tensor x = with_ones(data_.train.inputs.index_select(0, batch));
                const at::Tensor y = data_.train.targets.index_select(0, batch);
                const double size = static_cast<double>(batch.size(0));
                const at::Tensor sum = x.t().mv(x.mv(w) - y);
                ASSERT_EQ(record.steps.batch_examples.at(step), batch.size(0));
                EXPECT_NEAR(record.steps.train_loss[step],
                            0.5 * (x.mv(w) - y).square().mean().item<double>(), 1e-13);
                EXPECT_NEAR(record.steps.share_gradient_square_sum[step],
                            sum.square().sum().item<double>() / size, 1e-11);
                EXPECT_EQ(record.steps.shares[step], 1);
                w = w - 0.1 * sum / size;
                ++step;
            }
        }
        EXPECT_EQ(record.steps.step.size(), step);
        EXPECT_LT(largest(final_of(record) - w), 1e-13);
    }
}

TEST_F(LinearRegression, HasARowBeforeTrainingAndOneForEveryEpoch) {
    settings_.training.batch_size = 4;
    settings_.training.budget.epochs = 2.5;
    const auto record = run();
    EXPECT_EQ(record.epochs.epoch, (std::vector<double>{0, 1, 2, 2.5}));
    EXPECT_EQ(record.epochs.examples, (std::vector<std::int64_t>{0, 22, 44, 55}));
    EXPECT_EQ(record.epochs.step, (std::vector<std::int64_t>{0, 6, 12, 15}));
    EXPECT_EQ(record.epochs.distance_from_start[0], 0);
    for (const double accuracy : record.epochs.train_accuracy) {
        EXPECT_TRUE(std::isnan(accuracy));
    }
    EXPECT_EQ(record.predictions.test_loss.size(), 7U);
    EXPECT_EQ(record.predictions.validation_class, std::vector<std::int64_t>(9, -1));
    // The record is offered after every row and once more at the end.
    EXPECT_EQ(rows_when_recorded_, (std::vector<std::size_t>{1, 2, 3, 4, 4}));
    EXPECT_TRUE(last_recorded_);
}

TEST_F(LinearRegression, RepeatsBitForBit) {
    settings_.training.batch_size = 4;
    const auto first = run();
    const auto second = run();
    EXPECT_EQ(first.steps.train_loss, second.steps.train_loss);
    EXPECT_EQ(first.epochs.test_loss, second.epochs.test_loss);
    EXPECT_TRUE(final_of(first).equal(final_of(second)));
    settings_.training.seed = 2;
    EXPECT_NE(run().steps.train_loss, first.steps.train_loss);
}

TEST_F(LinearRegression, EvaluatesAsOftenAsAsked) {
    settings_.training.batch_size = 4;
    settings_.training.budget.epochs = 5;
    settings_.evaluate.every_epochs = 2;
    EXPECT_EQ(run().epochs.epoch, (std::vector<double>{0, 2, 4, 5}));
    settings_.evaluate.every_epochs = 0;
    EXPECT_EQ(run().epochs.epoch, (std::vector<double>{0, 5}));
}

TEST_F(LinearRegression, RowsBetweenEpochsHoldValidationMetricsOnly) {
    settings_.training.batch_size = 4;
    settings_.training.budget.epochs = 1;
    settings_.evaluate.validation_every_examples = 10;
    const auto rows = run().epochs;
    EXPECT_EQ(rows.examples, (std::vector<std::int64_t>{0, 12, 20, 22}));
    for (const std::size_t row : {1, 2}) {
        EXPECT_TRUE(std::isnan(rows.train_loss[row]));
        EXPECT_TRUE(std::isnan(rows.test_loss[row]));
        EXPECT_FALSE(std::isnan(rows.validation_loss[row]));
    }
    EXPECT_FALSE(std::isnan(rows.train_loss[3]));
}

TEST_F(LinearRegression, RowsAtGrowingNumbersOfExamplesHoldAllMetrics) {
    // Of 22 examples at 2, 3, 4, 5, 7, 11, 16, 24, 36, ...: a step that passes several has one row.
    settings_.training.batch_size = 4;
    settings_.training.budget.epochs = 2;
    settings_.evaluate.at = EvaluationPoints::log;
    const auto rows = run().epochs;
    EXPECT_EQ(rows.examples, (std::vector<std::int64_t>{0, 4, 8, 12, 16, 22, 26, 38, 44}));
    for (std::size_t row = 0; row < rows.examples.size(); ++row) {
        EXPECT_TRUE(std::isfinite(rows.train_loss[row])) << row;
        EXPECT_TRUE(std::isfinite(rows.test_loss[row])) << row;
    }
    settings_.training.batch_size = 1;
    const auto finer = run().epochs.examples;
    for (const std::int64_t point : {2, 3, 4, 5, 7, 11, 16, 24, 36}) {
        EXPECT_EQ(std::count(finer.begin(), finer.end(), point), 1) << point;
    }
    settings_.evaluate.factor = 4;
    settings_.evaluate.every_epochs = 0;
    EXPECT_EQ(run().epochs.examples, (std::vector<std::int64_t>{0, 2, 6, 22, 44}));
}

TEST_F(LinearRegression, ARunThatDivergesEndsAtItsFirstLossThatIsNoNumber) {
    settings_.training.learning_rate = 1e200;
    settings_.training.budget.epochs = 50;
    const auto record = run();
    EXPECT_EQ(record.status, RunStatus::diverged);
    EXPECT_NE(record.reason.find("not finite"), std::string::npos) << record.reason;
    EXPECT_LT(record.epochs.epoch.size(), 5U);
    EXPECT_TRUE(record.weights.empty());
    EXPECT_FALSE(record.collapsed);
}

TEST_F(LinearRegression, StopsAtATrainLoss) {
    settings_.training.budget.epochs = 500;
    const double start = run().epochs.train_loss.front();
    settings_.training.stop.train_loss_below = 0.9 * start;
    const auto record = run();
    EXPECT_EQ(record.status, RunStatus::complete);
    EXPECT_NE(record.reason.find("train loss below"), std::string::npos);
    const auto& losses = record.epochs.train_loss;
    EXPECT_LT(losses.back(), 0.9 * start);
    EXPECT_GE(losses[losses.size() - 2], 0.9 * start);
    EXPECT_FALSE(record.weights.empty());
}

/// Training moves away from these validation targets: the first row stays the lowest.
void make_validation_worse(DeviceData& data, const at::Tensor& initial, const at::Tensor& inputs) {
    data.validation.targets = inputs.mv(initial);
}

TEST_F(LinearRegression, StopsOnAPlateauAfterItsEpochs) {
    make_validation_worse(data_, initial(), with_ones(data_.validation.inputs));
    settings_.training.budget.epochs = 50;
    settings_.training.stop.plateau_epochs = 3;
    const auto record = run();
    EXPECT_EQ(record.status, RunStatus::complete);
    EXPECT_EQ(record.epochs.epoch.back(), 3);
}

// A row of validation metrics alone may end the run; the last row must still hold all metrics.
TEST_F(LinearRegression, ThatStopsBetweenEpochsHasAllMetricsOfItsEnd) {
    make_validation_worse(data_, initial(), with_ones(data_.validation.inputs));
    settings_.training.batch_size = 4;
    settings_.training.budget.epochs = 50;
    settings_.training.stop.plateau_epochs = 1;
    settings_.evaluate.every_epochs = 4;
    settings_.evaluate.validation_every_examples = 24;
    const auto record = run();
    EXPECT_EQ(record.status, RunStatus::complete);
    EXPECT_EQ(record.epochs.examples, (std::vector<std::int64_t>{0, 26}));
    const at::Tensor w = final_of(record);
    EXPECT_NEAR(record.epochs.train_loss.back(), loss(data_.train, w), 1e-13);
    EXPECT_NEAR(record.epochs.test_loss.back(), loss(data_.test, w), 1e-13);
    EXPECT_NEAR(record.epochs.validation_loss.back(), loss(data_.validation, w), 1e-13);
}

TEST_F(LinearRegression, IsCollapsedWhereItIsNoBetterThanAConstant) {
    const double final_loss = run().epochs.train_loss.back();
    data_.constant_prediction_loss = final_loss / 0.89;
    EXPECT_FALSE(run().collapsed);
    data_.constant_prediction_loss = final_loss / 0.91;
    EXPECT_TRUE(run().collapsed);
}

TEST_F(LinearRegression, StoresNoWeightsWhereNoneAreWanted) {
    settings_.output.weights = StoredWeights::none;
    const auto record = run();
    EXPECT_TRUE(record.weights.empty());
    EXPECT_EQ(record.predictions.test_loss.size(), 7U);
}

TEST_F(LinearRegression, WithoutATestSplitItsMetricsAreUnknown) {
    data_.test = {at::empty({0, features}, at::kDouble), at::empty({0}, at::kDouble)};
    for (const double loss : run().epochs.test_loss) {
        EXPECT_TRUE(std::isnan(loss));
    }
}

// Ranks agree on the clock through the all-reduce of the next step and look at it after one more.
TEST_F(LinearRegression, ABudgetOfSecondsEndsWithinThreeSteps) {
    settings_.training.budget = {};
    settings_.training.budget.seconds = 1e-9;
    const auto record = run();
    EXPECT_EQ(record.status, RunStatus::complete);
    EXPECT_GE(record.steps.step.size(), 1U);
    EXPECT_LE(record.steps.step.size(), 3U);
    EXPECT_FALSE(std::isnan(record.epochs.train_loss.back()));
}

}  // namespace
}  // namespace batchscope::tests_of_trainer
