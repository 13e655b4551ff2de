#include "training/local_gradient.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "../models/network_settings.hpp"
#include "../normal_tensor.hpp"
#include "models/models.hpp"

namespace batchscope::tests_of_local_gradient {
namespace {

constexpr std::int64_t examples = 24;
constexpr std::int64_t features = 5;
constexpr std::int64_t batch = 11;

/// A small classifier with dropout, in micro-batches of 3.
class LocalGradientTest : public ::testing::Test {
  protected:
    LocalGradientTest() {
        data_.train = {normal_tensor({examples, features}, 1),
                       normal_tensor({examples, 3}, 2).argmax(1).to(at::kLong)};
        data_.task = Task::classification;
        data_.classes = 3;
        data_.example_shape = {features};
        settings_.model = mlp_settings({7}, false, 0.3);
    }

    [[nodiscard]] Network network() const {
        Network made(describe_network(settings_.model, {features}, 3), {}, Task::classification, 4,
                     at::kDouble);
        made.parameters().initialise(5);
        return made;
    }

    struct Found {
        at::Tensor gradient;
        double loss, squares;
        std::int64_t groups;
    };
    Found compute(std::int64_t groups, std::int64_t step_batch = batch) {
        settings_.training.noise_groups = groups;
        Network network = this->network();
        SerialCommunicator communicator;
        const TrainingHooks hooks;
        LocalGradient local_gradient(settings_, {settings_, data_, 3}, network, communicator,
                                     hooks);
        const LocalGradient::Sums sums = local_gradient.compute({2, 2 * batch, 0, 7}, step_batch);
        return {network.parameters().gradients().clone(), sums.loss.item<double>(),
                sums.squares.item<double>(), local_gradient.groups_in(step_batch)};
    }

    RunSettings settings_;
    DeviceData data_;
};

TEST_F(LocalGradientTest, OfOneGroupIsThatOfTheNetworkBitForBit) {
    const Found found = compute(1);
    Network network = this->network();
    SerialCommunicator communicator;
    BatchLoader loader(settings_, data_, 3);
    const at::Tensor loss =
        network.forward_backward(loader.micro_batches({2, 2 * batch, 0, 7}, {0, batch}),
                                 {settings_.training.seed, 2, batch}, communicator);
    const at::Tensor gradient = network.parameters().gradients();
    EXPECT_TRUE(at::equal(found.gradient, gradient));
    EXPECT_EQ(found.loss, loss.item<double>());
    EXPECT_EQ(found.squares, at::dot(gradient, gradient).item<double>() / batch);
    EXPECT_EQ(found.groups, 1);
}

TEST_F(LocalGradientTest, OfSeveralGroupsIsTheSameToRounding) {
    const Found one = compute(1);
    for (const std::int64_t groups : {2, 3, 5}) {
        const Found several = compute(groups);
        EXPECT_TRUE(at::allclose(several.gradient, one.gradient, 1e-12, 1e-14)) << groups;
        EXPECT_NEAR(several.loss, one.loss, 1e-12);
        EXPECT_EQ(several.groups, groups);
        // |a|^2 / n + |b|^2 / m is never below |a + b|^2 / (n + m).
        EXPECT_GT(several.squares, one.squares);
    }
}

TEST_F(LocalGradientTest, SquaresAreThoseOfTheGroups) {
    for (const std::int64_t groups : {2, 3}) {
        double squares = 0;
        Network network = this->network();
        SerialCommunicator communicator;
        BatchLoader loader(settings_, data_, 3);
        for (std::int64_t group = 0; group < groups; ++group) {
            // As the batch of 11 is split over so many ranks.
            const LocalBatch part =
                local_batch_of(batch, static_cast<int>(group), static_cast<int>(groups));
            (void)network.forward_backward(loader.micro_batches({2, 2 * batch, 0, 7}, part),
                                           {settings_.training.seed, 2, batch}, communicator);
            const at::Tensor gradient = network.parameters().gradients();
            squares +=
                at::dot(gradient, gradient).item<double>() / static_cast<double>(part.size());
        }
        EXPECT_DOUBLE_EQ(compute(groups).squares, squares);
    }
}

TEST_F(LocalGradientTest, LeavesOutEmptyGroups) {
    const Found two = compute(5, 2);
    EXPECT_EQ(two.groups, 2);
    EXPECT_TRUE(at::allclose(two.gradient, compute(1, 2).gradient, 1e-12, 1e-14));
    EXPECT_DOUBLE_EQ(two.squares, compute(2, 2).squares);
}

TEST(GroupOf, CoversALocalBatchWithoutGaps) {
    for (const std::int64_t groups : {1, 2, 3, 7}) {
        std::int64_t next = 5;
        for (std::int64_t group = 0; group < groups; ++group) {
            const LocalBatch part = group_of({5, 10}, group, groups);
            EXPECT_EQ(part.begin, next);
            EXPECT_LE(part.size(), (5 + groups - 1) / groups);
            next = part.end;
        }
        EXPECT_EQ(next, 10);
    }
}

}  // namespace
}  // namespace batchscope::tests_of_local_gradient
