#include "models/residual.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "core/error.hpp"

namespace batchscope {

namespace {

/// A new tensor: a ReLU at the end of the body or the shortcut keeps its output.
LayerTensor sum_of_outputs(const at::Tensor& body, const at::Tensor& shortcut) {
    if (body.sizes() != shortcut.sizes()) {
        throw run_time_error(
            fmt::format("a residual block adds values of shape ({}) to its body's "
                        "of shape ({})",
                        fmt::join(shortcut.sizes(), ", "), fmt::join(body.sizes(), ", ")),
            "give the block a shortcut that ends in the shape of its body");
    }
    return {at::add(body, shortcut), true};
}

/// Of gradients or tangents, in the place of one of them where possible. Undefined stands for zero.
LayerTensor sum(LayerTensor first, LayerTensor second) {
    if (!first.tensor.defined() || !second.tensor.defined()) {
        return first.tensor.defined() ? first : second;
    }
    if (second.writable && !first.writable) {
        std::swap(first, second);
    }
    return {
        first.writable ? first.tensor.add_(second.tensor) : at::add(first.tensor, second.tensor),
        true};
}

}  // namespace

LayerTensors Residual::forward(LayerTensors inputs, const Pass& pass) {
    LayerTensors outputs = body_.forward(shared(inputs), pass);
    LayerTensors shortcuts = shortcut_.forward(shared(inputs), pass);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        outputs[i] = sum_of_outputs(outputs[i].tensor, shortcuts[i].tensor);
        shortcuts[i] = {};
    }
    return outputs;
}

LayerTensors Residual::backward(LayerTensors output_gradients, const Pass& pass,
                                bool input_gradients_wanted) {
    LayerTensors gradients = body_.backward(shared(output_gradients), pass, input_gradients_wanted);
    LayerTensors shortcuts =
        shortcut_.backward(shared(output_gradients), pass, input_gradients_wanted);
    for (std::size_t i = 0; input_gradients_wanted && i < gradients.size(); ++i) {
        gradients[i] = sum(std::move(gradients[i]), std::move(shortcuts[i]));
    }
    return gradients;
}

LayerTensor Residual::output_again(std::size_t index, const Pass& pass) {
    return sum_of_outputs(body_.output_again(index, pass).tensor,
                          shortcut_.output_again(index, pass).tensor);
}

Tangents Residual::forward_tangents(Tangents input, const ParameterVectors& directions) {
    Tangents body = body_.forward_tangents(input.shared(), directions);
    return sum(std::move(body), shortcut_.forward_tangents(input.shared(), directions));
}

GradientAndTangents Residual::backward_tangents(GradientAndTangents output,
                                                const ParameterVectors& directions,
                                                const ParameterVectors& products,
                                                bool input_wanted) {
    const auto back = [&](Sequence& branch) {
        return branch.backward_tangents({output.gradient.shared(), output.tangents.shared()},
                                        directions, products, input_wanted);
    };
    GradientAndTangents body = back(body_);
    GradientAndTangents shortcut = back(shortcut_);
    if (!input_wanted) {
        return {};
    }
    return {sum(std::move(body.gradient), std::move(shortcut.gradient)),
            sum(std::move(body.tangents), std::move(shortcut.tangents))};
}

void Residual::forget() {
    body_.forget();
    shortcut_.forget();
}

bool Residual::has_parameters() const {
    return body_.has_parameters() || shortcut_.has_parameters();
}

CouplingLayer* Residual::coupling() {
    return body_.coupling() != nullptr || shortcut_.coupling() != nullptr ? this : nullptr;
}

LayerTensorSource Residual::estimate_population(LayerTensorSource inputs,
                                                Communicator& communicator) {
    inputs = inputs.held();
    (void)body_.estimate_population(inputs, communicator);
    (void)shortcut_.estimate_population(inputs, communicator);
    return CouplingLayer::estimate_population(std::move(inputs), communicator);
}

void Residual::append_buffers(std::vector<Buffer>& buffers) const {
    body_.append_buffers(buffers);
    shortcut_.append_buffers(buffers);
}

}  // namespace batchscope
