#pragma once

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "../normal_tensor.hpp"
#include "core/random.hpp"
#include "data/dataset.hpp"
#include "models/network.hpp"

/// The networks once more, written with LibTorch's own operations and differentiated by its
/// autograd: the oracle of the hand-written backward passes.
namespace batchscope::reference {

/// Numbers from the standard normal distribution.
inline at::Tensor normal(at::IntArrayRef shape, std::uint64_t seed,
                         at::ScalarType type = at::kDouble) {
    return normal_tensor(shape, seed, type);
}

/// Classes 0 ... classes - 1.
inline at::Tensor labels(std::int64_t count, std::int64_t classes, std::uint64_t seed) {
    const RandomStream stream(seed, RandomPurpose::probe);
    at::Tensor values = at::empty({count}, at::kLong);
    for (std::int64_t i = 0; i < count; ++i) {
        values.data_ptr<std::int64_t>()[i] = static_cast<std::int64_t>(
            stream.below(static_cast<std::uint64_t>(i), static_cast<std::uint64_t>(classes)));
    }
    return values;
}

/// Parameters by name, as leaves of an autograd graph, in the order of the network.
class Leaves {
  public:
    explicit Leaves(const Parameters& parameters) {
        for (const Parameters::View& view : parameters.views()) {
            names_.push_back(view.shape.name);
            tensors_.push_back(view.weight.detach().clone().set_requires_grad(true));
        }
    }
    [[nodiscard]] const at::Tensor& operator[](const std::string& name) const {
        for (std::size_t i = 0; i < names_.size(); ++i) {
            if (names_[i] == name) {
                return tensors_[i];
            }
        }
        throw std::out_of_range(name);
    }
    /// Gradients of `value` with respect to all of them, flat; differentiable once more where
    /// `create_graph`.
    [[nodiscard]] at::Tensor flat_gradients(const at::Tensor& value,
                                            bool create_graph = false) const {
        std::vector<at::Tensor> flat;
        const auto gradients =
            torch::autograd::grad({value}, tensors_, {}, /*retain_graph=*/true, create_graph,
                                  /*allow_unused=*/true);
        for (std::size_t i = 0; i < gradients.size(); ++i) {
            flat.push_back(
                (gradients[i].defined() ? gradients[i] : at::zeros_like(tensors_[i])).flatten());
        }
        return at::cat(flat);
    }

  private:
    std::vector<std::string> names_;
    std::vector<at::Tensor> tensors_;
};

/// Batch normalisation in training over consecutive groups of `group` examples.
inline at::Tensor batch_norm(const at::Tensor& input, const at::Tensor& weight,
                             const at::Tensor& bias, std::int64_t group) {
    std::vector<at::Tensor> parts;
    for (const at::Tensor& part : input.split(group)) {
        parts.push_back(at::batch_norm(part, weight, bias, {}, {}, /*training=*/true, 0.0, 1e-5,
                                       /*cudnn_enabled=*/false));
    }
    return at::cat(parts);
}

/// The dropout mask of layer `index`, number by number.
inline at::Tensor dropout_mask(const at::Tensor& like, double rate, std::uint64_t index,
                               const StepContext& context, std::int64_t first_position) {
    const RandomStream stream(context.seed, RandomPurpose::dropout,
                              static_cast<std::uint64_t>(context.step), index);
    at::Tensor mask = at::empty(like.sizes(), like.options());
    const std::int64_t units = like.numel() / like.size(0);
    for (std::int64_t i = 0; i < mask.numel(); ++i) {
        std::uint32_t word = 0;
        stream.fill_words(static_cast<std::uint64_t>(first_position * units + i), {&word, 1});
        mask.flatten()[i] = word * 0x1.0p-32 < 1 - rate ? 1 / (1 - rate) : 0.0;
    }
    return mask;
}

struct Norm {
    bool on = false;
    std::int64_t group = 0;  ///< examples with common statistics
    /// In evaluation: the network that holds the population statistics.
    const Network* population = nullptr;

    [[nodiscard]] at::Tensor operator()(const Leaves& leaves, const at::Tensor& values,
                                        const std::string& name) const {
        if (!on) {
            return values;
        }
        if (population == nullptr) {
            return batch_norm(values, leaves[name + ".weight"], leaves[name + ".bias"], group);
        }
        return at::batch_norm(values, leaves[name + ".weight"], leaves[name + ".bias"],
                              buffer(name + ".running_mean"), buffer(name + ".running_var"),
                              /*training=*/false, 0.0, 1e-5, /*cudnn_enabled=*/false);
    }

  private:
    [[nodiscard]] at::Tensor buffer(const std::string& name) const {
        for (const Network::Buffer& buffer : population->buffers()) {
            if (buffer.name == name) {
                return buffer.values;
            }
        }
        throw std::out_of_range(name);
    }
};

inline at::Tensor mlp(const Leaves& leaves, const at::Tensor& inputs, int hidden_layers,
                      const Norm& norm, double dropout, const StepContext& context) {
    at::Tensor values = inputs.flatten(1);
    for (int layer = 1; layer <= hidden_layers; ++layer) {
        const std::string number = std::to_string(layer);
        values =
            at::linear(values, leaves["fc" + number + ".weight"], leaves["fc" + number + ".bias"]);
        values = norm(leaves, values, "bn" + number).relu();
        if (dropout > 0) {
            values = values * dropout_mask(values.detach(), dropout,
                                           static_cast<std::uint64_t>(layer - 1), context, 0);
        }
    }
    const std::string last = std::to_string(hidden_layers + 1);
    return at::linear(values, leaves["fc" + last + ".weight"], leaves["fc" + last + ".bias"]);
}

/// ReLU stands before the pooling here, as in the paper.
inline at::Tensor simple_cnn(const Leaves& leaves, const at::Tensor& inputs, const Norm& norm,
                             double dropout, const StepContext& context) {
    const auto block = [&](const at::Tensor& values, const std::string& number) {
        const at::Tensor convolved = at::conv2d(values, leaves["conv" + number + ".weight"],
                                                leaves["conv" + number + ".bias"], 1, 2);
        return at::max_pool2d(norm(leaves, convolved, "bn" + number).relu(), {2, 2});
    };
    at::Tensor values = block(block(inputs, "1"), "2").flatten(1);
    values =
        norm(leaves, at::linear(values, leaves["fc1.weight"], leaves["fc1.bias"]), "bn3").relu();
    if (dropout > 0) {
        values = values * dropout_mask(values.detach(), dropout, 0, context, 0);
    }
    return at::linear(values, leaves["fc2.weight"], leaves["fc2.bias"]);
}

inline at::Tensor loss_sum(Task task, const at::Tensor& outputs, const at::Tensor& targets) {
    if (task == Task::regression) {
        return (outputs.squeeze(1) - targets).square().sum() * 0.5;
    }
    return at::cross_entropy_loss(outputs, targets, {}, at::Reduction::Sum);
}

/// H v for each row v of `vectors` with the Hessian H of `loss`, by differentiating its gradient.
inline at::Tensor hessian_products(const Leaves& leaves, const at::Tensor& loss,
                                   const at::Tensor& vectors) {
    const at::Tensor gradient = leaves.flat_gradients(loss, /*create_graph=*/true);
    std::vector<at::Tensor> products;
    for (const at::Tensor& vector : vectors.unbind()) {
        products.push_back(leaves.flat_gradients(gradient.dot(vector)));
    }
    return at::stack(products);
}

/// J' H_L J v, with the Jacobian of the outputs row by row.
inline at::Tensor gauss_newton_products(const Leaves& leaves, Task task, const at::Tensor& outputs,
                                        const at::Tensor& vectors) {
    std::vector<at::Tensor> rows;
    for (const at::Tensor& value : outputs.flatten().unbind()) {
        rows.push_back(leaves.flat_gradients(value));
    }
    const at::Tensor jacobian = at::stack(rows);  // (examples * outputs, parameters)
    const at::Tensor changes =
        at::mm(vectors, jacobian.t()).view({-1, outputs.size(0), outputs.size(1)}).unsqueeze(3);
    const at::Tensor p = at::softmax(outputs.detach(), 1);
    const at::Tensor loss_hessian = task == Task::classification
                                        ? at::diag_embed(p) - p.unsqueeze(2) * p.unsqueeze(1)
                                        : at::ones({outputs.size(0), 1, 1}, outputs.options());
    return at::mm(at::matmul(loss_hessian, changes).flatten(1), jacobian);
}

/// Consecutive micro-batches of at most `size` examples.
inline std::vector<MicroBatch> micro_batches_of(const at::Tensor& inputs, const at::Tensor& targets,
                                                std::int64_t size) {
    std::vector<MicroBatch> micro_batches;
    for (std::int64_t first = 0; first < inputs.size(0); first += size) {
        const std::int64_t count = std::min(size, inputs.size(0) - first);
        micro_batches.push_back(
            {inputs.narrow(0, first, count).clone(), targets.narrow(0, first, count), first});
    }
    return micro_batches;
}

/// Largest difference, relative to the largest value of `expected`.
inline double difference(const at::Tensor& actual, const at::Tensor& expected) {
    if (actual.sizes() != expected.sizes()) {
        return INFINITY;
    }
    const double scale = std::max(1e-300, expected.abs().max().item<double>());
    // NaN must not pass as small.
    const double largest = (actual - expected).abs().max().item<double>();
    return std::isnan(largest) ? INFINITY : largest / scale;
}

}  // namespace batchscope::reference
