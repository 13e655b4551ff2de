#include "models/layer.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "reference_network.hpp"

namespace batchscope::tests_of_layer {
namespace {

using reference::difference;
using reference::normal;

/// A layer with parameters of its own, run forward and backward by itself.
struct Example {
    std::unique_ptr<Parameters> parameters;
    std::unique_ptr<Layer> layer;
};

Example linear() {
    Example example;
    example.parameters = std::make_unique<Parameters>(
        std::vector<ParameterShape>{{"weight", {5, 4}, 0.5}, {"bias", {5}, 0.5}}, 0, at::kDouble);
    example.parameters->initialise(1);
    example.layer =
        make_linear(example.parameters->view("weight"), example.parameters->view("bias"));
    return example;
}

Example convolution(std::int64_t kernel) {
    Example example;
    example.parameters = std::make_unique<Parameters>(
        std::vector<ParameterShape>{{"weight", {3, 2, kernel, kernel}, 0.5}, {"bias", {3}, 0.5}}, 0,
        at::kDouble);
    example.parameters->initialise(1);
    example.layer =
        make_convolution(example.parameters->view("weight"), example.parameters->view("bias"));
    return example;
}

const Pass training{.training = true, .save = true, .seed = 5, .step = 2};

/// One micro-batch, on which the layer may work in place.
at::Tensor forward(Layer& layer, const at::Tensor& input, const Pass& pass = training) {
    return layer.forward({{input, true}}, pass).front().tensor;
}
at::Tensor backward(Layer& layer, const at::Tensor& output_gradient, const Pass& pass = training,
                    bool input_gradient_wanted = true) {
    return layer.backward({{output_gradient, true}}, pass, input_gradient_wanted).front().tensor;
}

/// Checks output, input gradient and parameter gradients of one layer against autograd.
void expect_like(
    Example& example, const at::Tensor& input,
    const std::function<at::Tensor(const at::Tensor&, const std::vector<at::Tensor>&)>& function) {
    const at::Tensor leaf = input.clone().set_requires_grad(true);
    std::vector<at::Tensor> leaves{leaf};
    std::vector<at::Tensor> parameters;
    if (example.parameters) {
        for (const auto& view : example.parameters->views()) {
            parameters.push_back(view.weight.clone().set_requires_grad(true));
            leaves.push_back(parameters.back());
        }
        example.parameters->gradients().fill_(NAN);
    }
    const at::Tensor expected = function(leaf, parameters);
    const at::Tensor output_gradient = normal(expected.sizes(), 77);
    const auto gradients = torch::autograd::grad({expected}, leaves, {output_gradient});

    const at::Tensor output = forward(*example.layer, input.clone());
    EXPECT_LT(difference(output, expected.detach()), 1e-12);
    const at::Tensor input_gradient = backward(*example.layer, output_gradient.clone());
    EXPECT_LT(difference(input_gradient, gradients[0]), 1e-12);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const auto& view = example.parameters->views()[i];
        EXPECT_LT(difference(view.gradient, gradients[i + 1]), 1e-12) << view.shape.name;
    }
    // The same examples once more, added.
    if (example.parameters) {
        Pass again = training;
        again.accumulate = true;
        (void)forward(*example.layer, input.clone(), again);
        (void)backward(*example.layer, output_gradient.clone(), again, false);
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            const auto& view = example.parameters->views()[i];
            EXPECT_LT(difference(view.gradient, 2 * gradients[i + 1]), 1e-12) << view.shape.name;
        }
    }
}

TEST(Layers, LinearEqualsAutograd) {
    auto example = linear();
    expect_like(example, normal({7, 4}, 2), [](const auto& input, const auto& parameters) {
        return at::linear(input, parameters[0], parameters[1]);
    });
}

TEST(Layers, ConvolutionKeepsTheSizeAndEqualsAutograd) {
    for (const std::int64_t kernel : {1, 3, 5}) {
        auto example = convolution(kernel);
        expect_like(example, normal({4, 2, 6, 5}, 2),
                    [&](const auto& input, const auto& parameters) {
                        return at::conv2d(input, parameters[0], parameters[1], 1, kernel / 2);
                    });
    }
}

TEST(Layers, ReluEqualsAutograd) {
    Example example{nullptr, make_relu()};
    at::Tensor input = normal({7, 4}, 2);
    input[0] = 0;  // the derivative at 0 is 0, as in LibTorch
    expect_like(example, input, [](const auto& values, const auto&) { return values.relu(); });
}

TEST(Layers, MaxPoolEqualsAutogradAlsoWithOddSizesAndTies) {
    Example example{nullptr, make_max_pool()};
    for (const at::Tensor& input :
         {normal({3, 2, 6, 4}, 2), normal({3, 2, 5, 7}, 3), normal({3, 2, 6, 4}, 4).relu()}) {
        expect_like(example, input, [](const auto& values, const auto&) {
            return at::max_pool2d(values, {2, 2});
        });
    }
}

TEST(Layers, FlattenKeepsTheOrderOfMemory) {
    Example example{nullptr, make_flatten()};
    expect_like(example, normal({3, 2, 5, 7}, 3),
                [](const auto& values, const auto&) { return values.flatten(1); });
    // Convolutions on a GPU may hand over another order of memory.
    const at::Tensor last = normal({3, 2, 5, 7}, 3).contiguous(at::MemoryFormat::ChannelsLast);
    EXPECT_TRUE(forward(*example.layer, last).equal(last.contiguous().flatten(1)));
}

TEST(Layers, PoolingBeforeReluEqualsReluBeforePooling) {
    const at::Tensor input = normal({4, 3, 6, 6}, 8) - 0.5;  // whole windows are negative
    const at::Tensor leaf = input.clone().set_requires_grad(true);
    const at::Tensor expected = at::max_pool2d(leaf.relu(), {2, 2});
    const at::Tensor output_gradient = normal(expected.sizes(), 9);
    const auto gradient = torch::autograd::grad({expected}, {leaf}, {output_gradient})[0];

    const auto pool = make_max_pool();
    const auto relu = make_relu();
    const at::Tensor output = forward(*relu, forward(*pool, input.clone()));
    EXPECT_TRUE(output.equal(expected));
    EXPECT_TRUE(expected.eq(0).any().item<bool>());
    EXPECT_TRUE(backward(*pool, backward(*relu, output_gradient.clone())).equal(gradient));
}

// Layers work in place where they may: what an earlier layer keeps for its own backward pass stays.
TEST(Layers, WorkInPlaceDoesNotSpoilWhatOthersKeep) {
    auto first = linear();
    const auto relu = make_relu();
    const auto dropout = make_dropout(0.5, 0);
    Example second;
    second.parameters = std::make_unique<Parameters>(
        std::vector<ParameterShape>{{"weight", {2, 5}, 0.5}, {"bias", {2}, 0.5}}, 0, at::kDouble);
    second.parameters->initialise(2);
    second.layer = make_linear(second.parameters->view("weight"), second.parameters->view("bias"));
    const at::Tensor input = normal({6, 4}, 3);

    const at::Tensor leaf = input.clone().set_requires_grad(true);
    const at::Tensor hidden = at::linear(leaf, first.parameters->view("weight").weight,
                                         first.parameters->view("bias").weight)
                                  .relu();
    const at::Tensor mask = reference::dropout_mask(hidden.detach(), 0.5, 0, {5, 2, 6}, 0);
    const at::Tensor w = second.parameters->view("weight").weight.clone().set_requires_grad(true);
    const at::Tensor expected =
        at::linear(hidden * mask, w, second.parameters->view("bias").weight);
    const at::Tensor output_gradient = normal(expected.sizes(), 9);
    const auto gradients = torch::autograd::grad({expected}, {leaf, w}, {output_gradient});

    at::Tensor values = forward(*first.layer, input);
    values = forward(*dropout, forward(*relu, values));
    values = forward(*second.layer, values);
    at::Tensor gradient = backward(*second.layer, output_gradient);
    gradient = backward(*relu, backward(*dropout, gradient));
    gradient = backward(*first.layer, gradient);
    EXPECT_LT(difference(gradient, gradients[0]), 1e-12);
    EXPECT_LT(difference(second.parameters->view("weight").gradient, gradients[1]), 1e-12);
}

// What a layer may overwrite it does, so that a straight network allocates no more; what others
// need it leaves alone.
TEST(Layers, WorkInPlaceWhereTheyMayAndOnlyThere) {
    const at::Tensor values = normal({4, 5}, 3);
    const ParameterVectors directions(at::zeros({2, 1}, at::kDouble));
    for (const bool writable : {true, false}) {
        for (const auto& layer : {make_relu(), make_dropout(0.5, 0)}) {
            const auto expect_place = [&](const LayerTensor& input, const LayerTensor& output) {
                EXPECT_EQ(output.tensor.data_ptr() == input.tensor.data_ptr(), writable);
                EXPECT_EQ(input.tensor.equal(values), !writable);
                EXPECT_TRUE(output.writable);
            };
            const LayerTensor input{values.clone(), writable};
            expect_place(input, layer->forward({input}, training).front());
            const LayerTensor gradient{values.clone(), writable};
            expect_place(gradient, layer->backward({gradient}, training, true).front());
        }
        const auto relu = make_relu();
        (void)relu->forward({{values}}, {.save = true});
        const LayerTensor tangents{at::cat({values, values}), writable};
        const LayerTensor masked = relu->forward_tangents(tangents, directions);
        EXPECT_EQ(masked.tensor.data_ptr() == tangents.tensor.data_ptr(), writable);
        EXPECT_TRUE(masked.tensor.equal(at::cat({values.relu(), values.relu()})));
        EXPECT_EQ(tangents.tensor.equal(at::cat({values, values})), !writable);
    }
}

// A view of what others need is no more to be overwritten than that.
TEST(Layers, FlattenPassesOnWhoMayWrite) {
    for (const bool writable : {true, false}) {
        const auto flatten = make_flatten();
        EXPECT_EQ(flatten->forward({{normal({3, 2, 5}, 1), writable}}, training)[0].writable,
                  writable);
        EXPECT_EQ(flatten->backward({{normal({3, 10}, 1), writable}}, training, true)[0].writable,
                  writable);
    }
}

TEST(Layers, GiveNoInputGradientWhereNoneIsWanted) {
    auto example = linear();
    (void)forward(*example.layer, normal({7, 4}, 2));
    EXPECT_FALSE(backward(*example.layer, normal({7, 5}, 3), training, false).defined());
    EXPECT_TRUE(example.layer->has_parameters());
    EXPECT_FALSE(make_relu()->has_parameters());
}

TEST(Dropout, ScalesWhatItKeepsAndZeroesTheRest) {
    const double rate = 0.3;
    const std::int64_t units = 40'000;
    const at::Tensor output = forward(*make_dropout(rate, 0), at::ones({4, units}, at::kDouble));
    const at::Tensor kept = output.ne(0);
    EXPECT_TRUE(output.masked_select(kept).eq(1 / (1 - rate)).all().item<bool>());
    const auto draws = static_cast<double>(output.numel());
    EXPECT_NEAR(kept.sum().item<double>() / draws, 1 - rate,
                4 * std::sqrt(rate * (1 - rate) / draws));
}

TEST(Dropout, IsTheSameForAnExampleInAnyMicroBatch) {
    const auto dropout = make_dropout(0.5, 1);
    const at::Tensor whole = forward(*dropout, at::ones({10, 7}, at::kDouble));
    Pass part = training;
    part.first_positions = {3};
    EXPECT_TRUE(
        forward(*dropout, at::ones({4, 7}, at::kDouble), part).equal(whole.narrow(0, 3, 4)));
}

TEST(Dropout, DependsOnSeedStepLayerAndExample) {
    const auto mask = [](std::uint64_t seed, std::int64_t step, std::uint64_t index,
                         std::int64_t first) {
        return forward(*make_dropout(0.5, index), at::ones({1, 64}, at::kDouble),
                       {.training = true, .seed = seed, .step = step, .first_positions = {first}});
    };
    const at::Tensor base = mask(1, 2, 0, 4);
    EXPECT_TRUE(base.equal(mask(1, 2, 0, 4)));
    EXPECT_FALSE(base.equal(mask(2, 2, 0, 4)));
    EXPECT_FALSE(base.equal(mask(1, 3, 0, 4)));
    EXPECT_FALSE(base.equal(mask(1, 2, 1, 4)));
    EXPECT_FALSE(base.equal(mask(1, 2, 0, 5)));
}

TEST(Dropout, DoesNothingInEvaluation) {
    const auto dropout = make_dropout(0.5, 0);
    const at::Tensor input = normal({3, 4}, 1);
    EXPECT_TRUE(forward(*dropout, input.clone(), Pass{}).equal(input));
}

}  // namespace
}  // namespace batchscope::tests_of_layer
