#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "models/network.hpp"
#include "reference_network.hpp"

/// Two small residual networks, and the same once more with LibTorch's own operations.
namespace batchscope::reference {

/// Batch normalisation of some values by the layer of that name.
using NormOf = std::function<at::Tensor(const at::Tensor& values, const std::string& name)>;
/// Dropout of some values by layer `index`.
using DropoutOf = std::function<at::Tensor(const at::Tensor& values, std::uint64_t index)>;

struct ResidualNetwork {
    std::vector<std::int64_t> example_shape;
    Network::Builder builder;
    std::function<at::Tensor(const Leaves&, const at::Tensor& inputs, const NormOf&,
                             const DropoutOf&)>
        outputs;
};

inline constexpr double residual_dropout = 0.3;
inline constexpr std::int64_t residual_classes = 4;

/// As He 2016: a block with the identity, one with a projection. The last is one of full
/// pre-activation (He 2016b), whose ReLU would work in place on what the shortcut adds.
inline ResidualNetwork residual_cnn() {
    Network::Builder network;
    network.convolution("conv", 2, 3, 3).batch_norm("bn", 3).relu();
    network.residual(Network::Builder()
                         .convolution("one.conv1", 3, 3, 3)
                         .batch_norm("one.bn1", 3)
                         .relu()
                         .convolution("one.conv2", 3, 3, 3)
                         .batch_norm("one.bn2", 3));
    network.relu();
    network.residual(
        Network::Builder().convolution("two.conv1", 3, 5, 3).batch_norm("two.bn1", 5).max_pool(),
        Network::Builder().max_pool().convolution("two.shortcut", 3, 5, 1).batch_norm("two.bn", 5));
    network.residual(Network::Builder()
                         .relu()
                         .convolution("three.conv1", 5, 5, 3)
                         .batch_norm("three.bn1", 5)
                         .relu()
                         .convolution("three.conv2", 5, 5, 3));
    network.max_pool().flatten().linear("fc", 5, residual_classes);
    const auto outputs = [](const Leaves& leaves, const at::Tensor& inputs, const NormOf& norm,
                            const DropoutOf& /*dropout*/) {
        const auto convolution = [&](const at::Tensor& values, const std::string& name) {
            const at::Tensor& weight = leaves[name + ".weight"];
            return at::conv2d(values, weight, leaves[name + ".bias"], 1, weight.size(2) / 2);
        };
        at::Tensor x = norm(convolution(inputs, "conv"), "bn").relu();
        at::Tensor body = norm(convolution(x, "one.conv1"), "one.bn1").relu();
        x = (norm(convolution(body, "one.conv2"), "one.bn2") + x).relu();
        body = at::max_pool2d(norm(convolution(x, "two.conv1"), "two.bn1"), {2, 2});
        x = body + norm(convolution(at::max_pool2d(x, {2, 2}), "two.shortcut"), "two.bn");
        body = norm(convolution(x.relu(), "three.conv1"), "three.bn1").relu();
        x = convolution(body, "three.conv2") + x;
        return at::linear(at::max_pool2d(x, {2, 2}).flatten(1), leaves["fc.weight"],
                          leaves["fc.bias"]);
    };
    return {{2, 5, 4}, std::move(network), outputs};
}

/// Blocks with all that may go wrong: ReLU or dropout at the beginning or the end of a branch, a
/// block in a block, a block without batch normalisation.
inline ResidualNetwork residual_mlp() {
    Network::Builder network;
    network.linear("fc1", 6, 7).batch_norm("bn1", 7).relu();
    network.residual(Network::Builder()
                         .relu()
                         .linear("fc2", 7, 5)
                         .batch_norm("bn2", 5)
                         .relu()
                         .dropout(residual_dropout)
                         .linear("fc3", 5, 7));
    network.residual(Network::Builder()
                         .residual(Network::Builder().linear("fc4", 7, 7).relu())
                         .batch_norm("bn3", 7)
                         .relu(),
                     Network::Builder().relu().linear("fc5", 7, 7));
    network.relu();
    network.residual(Network::Builder()
                         .dropout(residual_dropout)
                         .linear("fc6", 7, 7)
                         .relu()
                         .dropout(residual_dropout));
    network.linear("fc7", 7, residual_classes);
    const auto outputs = [](const Leaves& leaves, const at::Tensor& inputs, const NormOf& norm,
                            const DropoutOf& dropout) {
        const auto linear = [&](const at::Tensor& values, const std::string& name) {
            return at::linear(values, leaves[name + ".weight"], leaves[name + ".bias"]);
        };
        at::Tensor x = norm(linear(inputs, "fc1"), "bn1").relu();
        at::Tensor body = dropout(norm(linear(x.relu(), "fc2"), "bn2").relu(), 0);
        x = linear(body, "fc3") + x;
        body = linear(x, "fc4").relu() + x;
        x = norm(body, "bn3").relu() + linear(x.relu(), "fc5");
        x = x.relu();
        x = dropout(linear(dropout(x, 1), "fc6").relu(), 2) + x;
        return linear(x, "fc7");
    };
    return {{6}, std::move(network), outputs};
}

/// Outputs in training, for a batch that starts at position 0.
inline at::Tensor training_outputs(const ResidualNetwork& network, const Leaves& leaves,
                                   const at::Tensor& inputs, std::int64_t group,
                                   const StepContext& context) {
    return network.outputs(
        leaves, inputs,
        [&](const at::Tensor& values, const std::string& name) {
            return batch_norm(values, leaves[name + ".weight"], leaves[name + ".bias"], group);
        },
        [&](const at::Tensor& values, std::uint64_t index) {
            return values * dropout_mask(values.detach(), residual_dropout, index, context, 0);
        });
}

/// Outputs in evaluation, with the population statistics that `trained` holds.
inline at::Tensor evaluation_outputs(const ResidualNetwork& network, const Leaves& leaves,
                                     const at::Tensor& inputs, const Network& trained) {
    const Norm norm{true, 0, &trained};
    return network.outputs(
        leaves, inputs,
        [&](const at::Tensor& values, const std::string& name) {
            return norm(leaves, values, name);
        },
        [](const at::Tensor& values, std::uint64_t) { return values; });
}

inline at::Tensor examples_for(const ResidualNetwork& network, std::int64_t count) {
    std::vector<std::int64_t> shape{count};
    shape.insert(shape.end(), network.example_shape.begin(), network.example_shape.end());
    return normal(shape, 11);
}

/// What estimate_population should find for the examples `inputs`: mean and biased variance of what
/// each batch normalisation gets, by the names of the network's buffers.
inline std::map<std::string, at::Tensor> population(const ResidualNetwork& network,
                                                    const Leaves& leaves,
                                                    const at::Tensor& inputs) {
    std::map<std::string, at::Tensor> statistics;
    (void)network.outputs(
        leaves, inputs,
        [&](const at::Tensor& values, const std::string& name) {
            const at::Tensor by_channel = values.detach().transpose(0, 1).flatten(1);
            const at::Tensor mean = by_channel.mean(1);
            const at::Tensor variance = by_channel.var(1, /*unbiased=*/false);
            statistics[name + ".running_mean"] = mean;
            statistics[name + ".running_var"] = variance;
            return at::batch_norm(values, leaves[name + ".weight"], leaves[name + ".bias"], mean,
                                  variance, /*training=*/false, 0.0, 1e-5,
                                  /*cudnn_enabled=*/false);
        },
        [](const at::Tensor& values, std::uint64_t) { return values; });
    return statistics;
}

inline Network make_network(const ResidualNetwork& described,
                            std::optional<std::int64_t> ghost_size = {}) {
    return {described.builder,
            {ghost_size ? BatchNormStatistics::ghost : BatchNormStatistics::global, ghost_size},
            Task::classification,
            0,
            at::TensorOptions(at::kDouble)};
}

/// Random weights, also for the scales and shifts of batch normalisation.
inline void initialise(Network& network) {
    network.parameters().initialise(3);
    for (const auto& view : network.parameters().views()) {
        if (view.shape.initial_bound == 0) {
            view.weight.add_(normal(view.weight.sizes(), 21), 0.3);
        }
    }
}

}  // namespace batchscope::reference
