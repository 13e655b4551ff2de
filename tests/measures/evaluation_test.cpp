#include "measures/evaluation.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "../models/network_settings.hpp"
#include "../normal_tensor.hpp"
#include "models/loss.hpp"

namespace batchscope::tests_of_evaluation {
namespace {

Network network(Task task, bool batch_norm = false) {
    Network made(describe_network(mlp_settings({8}, batch_norm, 0.0), {6},
                                  task == Task::classification ? 4 : 1),
                 {}, task, 0, at::kDouble);
    made.parameters().initialise(3);
    return made;
}

DeviceSplit split_of(Task task, std::int64_t count) {
    const at::Tensor inputs = normal_tensor({count, 6}, 4);
    return {inputs, task == Task::classification ? inputs.narrow(1, 0, 4).argmax(1)
                                                 : inputs.select(1, 0) * 2 + 1};
}

// More examples than one pass takes, and not a multiple of it.
constexpr std::int64_t many = 1203;

TEST(EvaluateSplit, IsTheMeanOverEveryExampleOnce) {
    SerialCommunicator communicator;
    auto made = network(Task::classification);
    for (const std::int64_t count : {std::int64_t{1}, std::int64_t{500}, many}) {
        const auto split = split_of(Task::classification, count);
        const at::Tensor outputs = made.evaluate(split.inputs);
        const auto metrics = evaluate_split(made, split, communicator);
        const double loss = -at::log_softmax(outputs, 1)
                                 .gather(1, split.targets.unsqueeze(1))
                                 .mean()
                                 .item<double>();
        EXPECT_NEAR(metrics.loss, loss, 1e-13);
        const auto right = outputs.argmax(1).eq(split.targets).sum().item<std::int64_t>();
        EXPECT_EQ(metrics.accuracy, static_cast<double>(right) / static_cast<double>(count));
    }
}

TEST(EvaluateSplit, OfRegressionHasALossAndNoAccuracy) {
    SerialCommunicator communicator;
    auto made = network(Task::regression);
    const auto split = split_of(Task::regression, many);
    const auto metrics = evaluate_split(made, split, communicator);
    const at::Tensor residual = made.evaluate(split.inputs).squeeze(1) - split.targets;
    EXPECT_NEAR(metrics.loss, 0.5 * residual.square().mean().item<double>(), 1e-13);
    EXPECT_TRUE(std::isnan(metrics.accuracy));
}

TEST(EvaluateSplit, OfNoExamplesIsUnknown) {
    SerialCommunicator communicator;
    for (const auto task : {Task::classification, Task::regression}) {
        auto made = network(task);
        const auto metrics = evaluate_split(made, split_of(task, many), communicator);
        EXPECT_FALSE(std::isnan(metrics.loss));
        const DeviceSplit none{
            at::empty({0, 6}, at::kDouble),
            at::empty({0}, task == Task::classification ? at::kLong : at::kDouble)};
        const auto unknown = evaluate_split(made, none, communicator);
        EXPECT_TRUE(std::isnan(unknown.loss));
        EXPECT_TRUE(std::isnan(unknown.accuracy));
        EXPECT_TRUE(predict_split(made, none, communicator).loss.empty());
        EXPECT_TRUE(predict_split(made, none, communicator).predicted_class.empty());
    }
}

TEST(PredictSplit, HoldsEveryExampleInOrderAndAgreesWithTheMetrics) {
    SerialCommunicator communicator;
    auto made = network(Task::classification);
    const auto split = split_of(Task::classification, many);
    const auto predictions = predict_split(made, split, communicator);
    ASSERT_EQ(predictions.loss.size(), static_cast<std::size_t>(many));
    ASSERT_EQ(predictions.predicted_class.size(), static_cast<std::size_t>(many));
    double loss_sum = 0;
    std::int64_t right = 0;
    for (std::int64_t i = 0; i < many; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const at::Tensor outputs = made.evaluate(split.inputs.narrow(0, i, 1));
        ASSERT_EQ(predictions.predicted_class[at], outputs.argmax(1).item<std::int64_t>()) << i;
        ASSERT_NEAR(predictions.loss[at],
                    example_losses(Task::classification, outputs, split.targets.narrow(0, i, 1))
                        .item<double>(),
                    1e-12)
            << i;
        loss_sum += predictions.loss[at];
        ASSERT_EQ(predictions.target[at], split.targets[i].item<std::int64_t>()) << i;
        right += predictions.predicted_class[at] == predictions.target[at] ? 1 : 0;
    }
    const auto metrics = evaluate_split(made, split, communicator);
    EXPECT_NEAR(metrics.loss, loss_sum / many, 1e-13);
    EXPECT_EQ(metrics.accuracy, static_cast<double>(right) / many);
}

TEST(PredictSplit, OfRegressionHasNoClass) {
    SerialCommunicator communicator;
    auto made = network(Task::regression);
    const auto split = split_of(Task::regression, 7);
    const auto predictions = predict_split(made, split, communicator);
    EXPECT_EQ(predictions.predicted_class, std::vector<std::int64_t>(7, -1));
    EXPECT_EQ(predictions.target, std::vector<std::int64_t>(7, -1));
    const at::Tensor residual = made.evaluate(split.inputs).squeeze(1) - split.targets;
    for (std::size_t i = 0; i < 7; ++i) {
        const double difference = residual[static_cast<std::int64_t>(i)].item<double>();
        EXPECT_NEAR(predictions.loss[i], 0.5 * difference * difference, 1e-14);
    }
}

TEST(EstimatePopulation, UsesTheFirstExamplesOfTheTrainingSplitUpToItsLimit) {
    SerialCommunicator communicator;
    auto made = network(Task::classification, true);
    for (const std::int64_t count : {std::int64_t{10}, many, population_examples + 700}) {
        DeviceSplit train = split_of(Task::classification, count);
        const std::int64_t used = std::min(count, population_examples);
        if (used < count) {
            train.inputs.narrow(0, used, count - used).fill_(1e9);
        }
        estimate_population(made, train, communicator);
        const at::Tensor first =
            at::linear(train.inputs.narrow(0, 0, used), made.parameters().view("fc1.weight").weight,
                       made.parameters().view("fc1.bias").weight);
        const auto buffers = made.buffers();
        EXPECT_LT((buffers[0].values - first.mean(0)).abs().max().item<double>(), 1e-12);
        EXPECT_LT((buffers[1].values - first.var(0, false)).abs().max().item<double>(), 1e-12);
    }
}

}  // namespace
}  // namespace batchscope::tests_of_evaluation
