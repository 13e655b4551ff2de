#include <ATen/ATen.h>

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

at::Tensor BatchNorm::normalise_for_evaluation(const at::Tensor& chunk, bool save) {
    const at::Tensor inverse_deviation = (population_variance_ + epsilon).rsqrt();
    if (!save) {
        return ((chunk - per_channel(population_mean_, chunk)) *
                per_channel(weight_.weight * inverse_deviation, chunk))
            .add_(per_channel(bias_.weight, chunk));
    }
    normalised_ =
        (chunk - per_channel(population_mean_, chunk)).mul_(per_channel(inverse_deviation, chunk));
    return (normalised_ * per_channel(weight_.weight, chunk))
        .add_(per_channel(bias_.weight, chunk));
}

at::Tensor BatchNorm::backward_for_evaluation(const at::Tensor& output_gradient) {
    const at::Tensor one = output_gradient.unsqueeze(0);
    weight_.gradient.copy_(channel_sums(one * normalised_)[0]);
    bias_.gradient.copy_(channel_sums(one)[0]);
    return output_gradient *
           per_channel(weight_.weight * (population_variance_ + epsilon).rsqrt(), normalised_);
}

Tangents BatchNorm::forward_tangents(const Tangents& input, const ParameterVectors& directions) {
    const at::Tensor scale = weight_.weight * (population_variance_ + epsilon).rsqrt();
    input_tangents_ = input;
    at::Tensor output = normalised_.unsqueeze(0) * per_channel(directions.of(weight_), normalised_);
    output.add_(per_channel(directions.of(bias_), normalised_));
    if (input.defined()) {
        output.add_(input.view(output.sizes()) * per_channel(scale, normalised_));
    }
    return output.flatten(0, 1);
}

GradientAndTangents BatchNorm::backward_tangents(const GradientAndTangents& output,
                                                 const ParameterVectors& directions,
                                                 const ParameterVectors& products) const {
    const at::Tensor inverse_deviation = (population_variance_ + epsilon).rsqrt();
    const at::Tensor scale = per_channel(weight_.weight * inverse_deviation, normalised_);
    const at::Tensor tangents =
        output.tangents.unflatten(0, {directions.count(), normalised_.size(0)});
    at::Tensor weight_products = channel_sums(tangents * normalised_);
    at::Tensor input_tangents = tangents * scale;
    GradientAndTangents input;
    if (output.gradient.defined()) {
        const at::Tensor shrunk = output.gradient * per_channel(inverse_deviation, normalised_);
        input.gradient = output.gradient * scale;
        input_tangents.add_(shrunk * per_channel(directions.of(weight_), normalised_));
        if (input_tangents_.defined()) {
            weight_products.add_(channel_sums(input_tangents_.view(tangents.sizes()) * shrunk));
        }
    }
    products.of(weight_).copy_(weight_products);
    products.of(bias_).copy_(channel_sums(tangents));
    input.tangents = input_tangents.flatten(0, 1);
    return input;
}

void BatchNorm::forget() {
    normalised_.reset();
    input_tangents_.reset();
}

}  // namespace batchscope
