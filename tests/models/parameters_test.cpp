#include "models/parameters.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "models/network.hpp"
#include "network_settings.hpp"

namespace batchscope::tests_of_parameters {
namespace {

Parameters example(at::ScalarType type = at::kDouble) {
    return {{{"fc1.weight", {3, 4}, 0.5},
             {"fc1.bias", {3}, 0.25, 0, false},
             {"bn1.weight", {3}, 0, 1, false},
             {"fc2.weight", {40, 50}, 0.1}},
            2,
            at::TensorOptions(type)};
}

TEST(Parameters, AreViewsOfOneFlatTensor) {
    auto parameters = example();
    EXPECT_EQ(parameters.count(), 12 + 3 + 3 + 2000);
    EXPECT_EQ(parameters.weights().numel(), 2018);
    EXPECT_EQ(parameters.gradients().numel(), 2018);
    EXPECT_EQ(parameters.gradients_and_extra().numel(), 2020);
    parameters.weights().copy_(at::arange(2018, at::kDouble));
    parameters.gradients_and_extra().copy_(at::arange(2020, at::kDouble));
    EXPECT_EQ(parameters.view("fc1.weight").weight[2][3].item<double>(), 11);
    EXPECT_EQ(parameters.view("fc1.bias").weight[0].item<double>(), 12);
    EXPECT_EQ(parameters.view("fc2.weight").gradient[39][49].item<double>(), 2017);
    EXPECT_EQ(parameters.extra()[1].item<double>(), 2019);
    const at::Tensor weight = parameters.view("bn1.weight").weight;
    weight.fill_(-1);
    EXPECT_EQ(parameters.weights()[15].item<double>(), -1);
}

TEST(Parameters, StartAtZero) {
    const auto parameters = example();
    EXPECT_TRUE(parameters.weights().eq(0).all().item<bool>());
    EXPECT_TRUE(parameters.gradients_and_extra().eq(0).all().item<bool>());
}

TEST(Parameters, RefuseAnUnknownName) {
    EXPECT_THROW((void)example().view("fc9.weight"), Error);
}

TEST(InitialWeights, FillTheirRangeEvenlyOrAreTheirConstant) {
    auto parameters = example();
    parameters.initialise(7);
    for (const auto& view : parameters.views()) {
        const double bound = view.shape.initial_bound;
        if (bound == 0) {
            EXPECT_TRUE(view.weight.eq(view.shape.initial_value).all().item<bool>());
        } else {
            EXPECT_LE(view.weight.abs().max().item<double>(), bound) << view.shape.name;
            EXPECT_GT(view.weight.abs().max().item<double>(), 0.5 * bound) << view.shape.name;
        }
    }
    const at::Tensor many = parameters.view("fc2.weight").weight;
    const double deviation = 0.1 / std::sqrt(3.0);
    EXPECT_NEAR(many.mean().item<double>(), 0, 4 * deviation / std::sqrt(2000.0));
    EXPECT_NEAR(many.std().item<double>(), deviation, 0.05 * deviation);
}

// LibTorch's default: uniform within 1/sqrt(fan in), weights and biases alike.
TEST(InitialWeights, OfANetworkHaveLibTorchsDefaultBounds) {
    const Network network(describe_network(simple_cnn_settings(true, 0.4), {3, 8, 8}, 10), {},
                          Task::classification, 0, at::kDouble);
    const auto bound = [&](const char* name) {
        return network.parameters().view(name).shape.initial_bound;
    };
    EXPECT_DOUBLE_EQ(bound("conv1.weight"), 1 / std::sqrt(3.0 * 25));
    EXPECT_DOUBLE_EQ(bound("conv1.bias"), 1 / std::sqrt(3.0 * 25));
    EXPECT_DOUBLE_EQ(bound("conv2.weight"), 1 / std::sqrt(32.0 * 25));
    EXPECT_DOUBLE_EQ(bound("fc1.weight"), 1 / std::sqrt(64.0 * 4));
    EXPECT_DOUBLE_EQ(bound("fc2.bias"), 1 / std::sqrt(1024.0));
    EXPECT_EQ(network.parameters().view("bn1.weight").shape.initial_value, 1);
    EXPECT_EQ(network.parameters().view("bn1.bias").shape.initial_value, 0);
}

TEST(InitialWeights, DependOnTheSeedAlone) {
    auto first = example();
    auto second = example();
    first.initialise(7);
    second.weights().fill_(3);
    second.initialise(7);
    EXPECT_TRUE(first.weights().equal(second.weights()));
    second.initialise(8);
    EXPECT_FALSE(first.weights().equal(second.weights()));
}

TEST(InitialWeights, DifferBetweenLayersOfOneShape) {
    Parameters parameters({{"a", {50}, 1}, {"b", {50}, 1}}, 0, at::kDouble);
    parameters.initialise(7);
    EXPECT_FALSE(parameters.view("a").weight.equal(parameters.view("b").weight));
}

TEST(InitialWeights, AreTheSameRoundedInFloat32) {
    auto single = example(at::kFloat);
    auto both = example(at::kDouble);
    single.initialise(7);
    both.initialise(7);
    EXPECT_TRUE(single.weights().equal(both.weights().to(at::kFloat)));
}

TEST(Checksum, ChangesWithOneBitOfTheWeightsOnly) {
    auto parameters = example(at::kFloat);
    parameters.initialise(7);
    const std::string before = parameters.checksum();
    EXPECT_EQ(before.size(), 16U);
    parameters.gradients_and_extra().fill_(5);
    EXPECT_EQ(parameters.checksum(), before);
    auto* last = parameters.weights().data_ptr<float>() + parameters.count() - 1;
    const float value = *last;
    *last = std::nextafter(value, 1.0F);
    EXPECT_NE(parameters.checksum(), before);
    *last = value;
    EXPECT_EQ(parameters.checksum(), before);
    parameters.weights()[0] = 0.0F;
    const std::string zero = parameters.checksum();
    parameters.weights()[0] = -0.0F;
    EXPECT_NE(parameters.checksum(), zero);
}

}  // namespace
}  // namespace batchscope::tests_of_parameters
