#include <ATen/ATen.h>

#include <utility>

#include "models/batch_norm.hpp"

// Batch normalisation with frozen population statistics: a scale and a shift per channel.
namespace batchscope {

namespace {

/// (channels) or (k, channels) so that it meets (examples, channels, ...) or (k, examples,
/// channels, ...).
at::Tensor per_channel(const at::Tensor& values, const at::Tensor& like) {
    std::vector<std::int64_t> shape(static_cast<std::size_t>(like.dim()), 1);
    shape[1] = values.size(-1);
    if (values.dim() == 2) {
        shape.insert(shape.begin(), values.size(0));
    }
    return values.view(shape);
}

/// Sums over everything but the channels: (k, channels) of (k, examples, channels, ...).
at::Tensor channel_sums(const at::Tensor& values) {
    return values.dim() == 3 ? values.sum(1) : values.flatten(3).sum(at::IntArrayRef{1, 3});
}

}  // namespace

at::Tensor BatchNorm::evaluate(const at::Tensor& values, bool save) {
    const at::Tensor inverse_deviation = (population_variance_ + epsilon).rsqrt();
    if (!save) {
        return ((values - per_channel(population_mean_, values)) *
                per_channel(weight_.weight * inverse_deviation, values))
            .add_(per_channel(bias_.weight, values));
    }
    normalised_ = (values - per_channel(population_mean_, values))
                      .mul_(per_channel(inverse_deviation, values));
    return (normalised_ * per_channel(weight_.weight, values))
        .add_(per_channel(bias_.weight, values));
}

LayerTensor BatchNorm::backward_of_evaluation(const at::Tensor& output_gradient, bool accumulate) {
    const at::Tensor one = output_gradient.unsqueeze(0);
    put_gradient(weight_, channel_sums(one * normalised_)[0], accumulate);
    put_gradient(bias_, channel_sums(one)[0], accumulate);
    return {output_gradient *
                per_channel(weight_.weight * (population_variance_ + epsilon).rsqrt(), normalised_),
            true};
}

Tangents BatchNorm::forward_tangents(Tangents input, const ParameterVectors& directions) {
    const at::Tensor scale = weight_.weight * (population_variance_ + epsilon).rsqrt();
    input_tangents_ = std::move(input.tensor);
    at::Tensor output = normalised_.unsqueeze(0) * per_channel(directions.of(weight_), normalised_);
    output.add_(per_channel(directions.of(bias_), normalised_));
    if (input_tangents_.defined()) {
        output.add_(input_tangents_.view(output.sizes()) * per_channel(scale, normalised_));
    }
    return {output.flatten(0, 1), true};
}

GradientAndTangents BatchNorm::backward_tangents(GradientAndTangents output,
                                                 const ParameterVectors& directions,
                                                 const ParameterVectors& products,
                                                 bool /*input_wanted*/) {
    const at::Tensor inverse_deviation = (population_variance_ + epsilon).rsqrt();
    const at::Tensor scale = per_channel(weight_.weight * inverse_deviation, normalised_);
    const at::Tensor& gradient = output.gradient.tensor;
    const at::Tensor tangents =
        output.tangents.tensor.unflatten(0, {directions.count(), normalised_.size(0)});
    at::Tensor weight_products = channel_sums(tangents * normalised_);
    at::Tensor input_tangents = tangents * scale;
    GradientAndTangents input;
    if (gradient.defined()) {
        const at::Tensor shrunk = gradient * per_channel(inverse_deviation, normalised_);
        input.gradient = {gradient * scale, true};
        input_tangents.add_(shrunk * per_channel(directions.of(weight_), normalised_));
        if (input_tangents_.defined()) {
            weight_products.add_(channel_sums(input_tangents_.view(tangents.sizes()) * shrunk));
        }
    }
    products.of(weight_).copy_(weight_products);
    products.of(bias_).copy_(channel_sums(tangents));
    input.tangents = {input_tangents.flatten(0, 1), true};
    return input;
}

LayerTensorSource BatchNorm::estimate_population(LayerTensorSource inputs,
                                                 Communicator& communicator) {
    inputs = inputs.held();
    const auto options = weight_.weight.options().dtype(at::kDouble);
    at::Tensor sum = at::zeros({weight_.weight.size(0)}, options);
    // Positions per example ride along, since a rank without examples does not know them.
    at::Tensor count = at::zeros({1}, options);
    const auto flat = [&](std::size_t i) {
        const at::Tensor values = inputs(i).tensor;
        return values.reshape({values.size(0), values.size(1), -1});
    };
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const at::Tensor values = flat(i);
        sum += values.sum(at::IntArrayRef{0, 2}, false, at::kDouble);
        count += static_cast<double>(values.size(0) * values.size(2));
    }
    communicator.sum(sum);
    communicator.sum(count);
    const at::Tensor mean = sum / count;
    at::Tensor square_sum = at::zeros_like(sum);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const at::Tensor values = flat(i);
        const at::Tensor centre = mean.to(values.scalar_type()).view({1, -1, 1});
        square_sum += (values - centre).square_().sum(at::IntArrayRef{0, 2}, false, at::kDouble);
    }
    communicator.sum(square_sum);
    population_mean_ = mean.to(weight_.weight.scalar_type());
    population_variance_ = (square_sum / count).to(weight_.weight.scalar_type());
    return CouplingLayer::estimate_population(std::move(inputs), communicator);
}

void BatchNorm::append_buffers(std::vector<Buffer>& buffers) const {
    buffers.push_back({name_ + ".running_mean", population_mean_});
    buffers.push_back({name_ + ".running_var", population_variance_});
}

void BatchNorm::forget() {
    inputs_.clear();
    moments_.clear();
    normalised_.reset();
    input_tangents_.reset();
}

}  // namespace batchscope
