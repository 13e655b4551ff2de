#include "models/loss.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "reference_network.hpp"

namespace batchscope::tests_of_loss {
namespace {

using reference::difference;
using reference::labels;
using reference::normal;

at::Tensor classes(std::vector<std::int64_t> values) {
    return at::tensor(values, at::kLong);
}

TEST(Loss, OfUniformOutputsIsTheLogarithmOfTheClasses) {
    for (const std::int64_t count : {2, 10, 100}) {
        const at::Tensor losses =
            example_losses(Task::classification, at::full({3, count}, 4.2, at::kDouble),
                           classes({0, 1, count - 1}));
        EXPECT_EQ(losses.scalar_type(), at::kDouble);
        for (int i = 0; i < 3; ++i) {
            EXPECT_NEAR(losses[i].item<double>(), std::log(static_cast<double>(count)), 1e-14);
        }
    }
}

TEST(Loss, OfTwoClassesIsTheLogisticLoss) {
    const at::Tensor outputs = at::tensor({1.5, -0.5}, at::kDouble).view({1, 2});
    EXPECT_NEAR(example_losses(Task::classification, outputs, classes({0})).item<double>(),
                std::log1p(std::exp(-2.0)), 1e-15);
    EXPECT_NEAR(example_losses(Task::classification, outputs, classes({1})).item<double>(),
                2 + std::log1p(std::exp(-2.0)), 1e-15);
}

TEST(Loss, StaysExactForOutputsThatWouldOverflow) {
    for (const auto type : {at::kFloat, at::kDouble}) {
        const at::Tensor outputs = at::tensor({1e4, -1e4, 0.0}, type).view({1, 3});
        EXPECT_EQ(example_losses(Task::classification, outputs, classes({0})).item<double>(), 0.0);
        EXPECT_EQ(example_losses(Task::classification, outputs, classes({1})).item<double>(), 2e4);
        const auto [sum, gradient] = loss_and_gradient(Task::classification, outputs, classes({1}));
        EXPECT_EQ(sum.item<double>(), 2e4);
        EXPECT_TRUE(gradient.equal(at::tensor({1.0, -1.0, 0.0}, type).view({1, 3})));
    }
}

// A mean in float32 is exact to float64's digits only if each loss is.
TEST(Loss, OfSingleExamplesIsInDoublePrecision) {
    const at::Tensor outputs = normal({20, 5}, 1, at::kFloat);
    const at::Tensor targets = labels(20, 5, 2);
    EXPECT_TRUE(example_losses(Task::classification, outputs, targets)
                    .equal(example_losses(Task::classification, outputs.to(at::kDouble), targets)));
}

TEST(Loss, OfRegressionIsHalfTheSquare) {
    const at::Tensor outputs = at::tensor({1.0, -2.0, 3.0}, at::kDouble).view({3, 1});
    const at::Tensor targets = at::tensor({1.0, 1.0, 5.0}, at::kDouble);
    EXPECT_TRUE(example_losses(Task::regression, outputs, targets)
                    .equal(at::tensor({0.0, 4.5, 2.0}, at::kDouble)));
    const auto [sum, gradient] = loss_and_gradient(Task::regression, outputs, targets);
    EXPECT_EQ(sum.item<double>(), 6.5);
    EXPECT_TRUE(gradient.equal(at::tensor({0.0, -3.0, -2.0}, at::kDouble).view({3, 1})));
}

TEST(Loss, GradientEqualsAutograd) {
    for (const auto task : {Task::classification, Task::regression}) {
        const bool classification = task == Task::classification;
        const at::Tensor outputs = normal({9, classification ? 4 : 1}, 1).set_requires_grad(true);
        const at::Tensor targets = classification ? labels(9, 4, 2) : normal({9}, 2);
        const at::Tensor expected = reference::loss_sum(task, outputs, targets);
        const auto gradient = torch::autograd::grad({expected}, {outputs})[0];
        const auto ours = loss_and_gradient(task, outputs.detach(), targets);
        EXPECT_LT(difference(ours.loss_sum, expected.detach()), 1e-13);
        EXPECT_LT(difference(ours.gradient, gradient), 1e-13);
        EXPECT_LT(
            difference(example_losses(task, outputs.detach(), targets).sum(), expected.detach()),
            1e-13);
    }
}

TEST(Loss, IsASumSoThatLocalBatchesAddUp) {
    const at::Tensor outputs = normal({9, 4}, 1);
    const at::Tensor targets = labels(9, 4, 2);
    const auto whole = loss_and_gradient(Task::classification, outputs, targets);
    const auto first =
        loss_and_gradient(Task::classification, outputs.narrow(0, 0, 2), targets.narrow(0, 0, 2));
    const auto rest =
        loss_and_gradient(Task::classification, outputs.narrow(0, 2, 7), targets.narrow(0, 2, 7));
    EXPECT_LT(difference(first.loss_sum + rest.loss_sum, whole.loss_sum), 1e-14);
    EXPECT_LT(difference(at::cat({first.gradient, rest.gradient}), whole.gradient), 1e-14);
}

TEST(Loss, OfNonFiniteOutputsIsNotFinite) {
    const at::Tensor outputs = at::full({1, 3}, NAN, at::kDouble);
    EXPECT_TRUE(std::isnan(
        loss_and_gradient(Task::classification, outputs, classes({1})).loss_sum.item<double>()));
}

}  // namespace
}  // namespace batchscope::tests_of_loss
