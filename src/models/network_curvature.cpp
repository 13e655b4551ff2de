#include <ATen/ATen.h>

#include <utility>

#include "models/loss.hpp"
#include "models/network.hpp"

// First and second derivatives of the loss in evaluation mode, where examples are independent.
namespace batchscope {

namespace {

constexpr Pass evaluation_pass{.training = false, .save = true};

}  // namespace

at::Tensor Network::evaluation_gradient(const at::Tensor& inputs, const at::Tensor& targets,
                                        const at::Tensor& example_weights) {
    const std::size_t last = segments_.size() - 1;
    at::Tensor values = inputs;
    for (std::size_t segment = 0; segment <= last; ++segment) {
        values = run_segment(segment, std::move(values), evaluation_pass);
        if (segment < last) {
            values = batch_norms_[segment].layer.normalise_for_evaluation(values, true);
        }
    }
    const at::Tensor loss_sum = example_losses(task_, values, targets).sum();
    at::Tensor gradient = loss_and_gradient(task_, values, targets).gradient;
    if (example_weights.defined()) {
        gradient.mul_(example_weights.to(gradient.scalar_type()).unsqueeze(1));
    }
    for (std::size_t segment = last + 1; segment-- > 0;) {
        gradient = run_segment_back(segment, std::move(gradient), evaluation_pass, segment > 0);
        if (segment > 0) {
            gradient = batch_norms_[segment - 1].layer.backward_for_evaluation(gradient);
            batch_norms_[segment - 1].layer.forget();
        }
    }
    return loss_sum;
}

at::Tensor Network::curvature_products(const at::Tensor& inputs, const at::Tensor& targets,
                                       const at::Tensor& directions, Curvature curvature) {
    const ParameterVectors vectors(directions);
    const ParameterVectors products(at::empty_like(directions));
    const std::size_t last = segments_.size() - 1;

    at::Tensor values = inputs;
    Tangents tangents;
    for (std::size_t segment = 0; segment <= last; ++segment) {
        for (auto& layer : segments_[segment]) {
            values = layer->forward(std::move(values), evaluation_pass);
            tangents = layer->forward_tangents(std::move(tangents), vectors);
        }
        if (segment < last) {
            BatchNorm& norm = batch_norms_[segment].layer;
            values = norm.normalise_for_evaluation(values, true);
            tangents = norm.forward_tangents(tangents, vectors);
        }
    }

    GradientAndTangents back{{}, loss_gradient_tangents(task_, values, tangents)};
    if (curvature == Curvature::hessian) {
        back.gradient = loss_and_gradient(task_, values, targets).gradient;
    }
    for (std::size_t segment = last + 1; segment-- > 0;) {
        auto& layers = segments_[segment];
        const bool input_wanted = segment > 0;
        const std::size_t lowest = lowest_layer_wanted(segment, input_wanted);
        for (std::size_t i = layers.size(); i-- > 0;) {
            if (i >= lowest) {
                back = layers[i]->backward_tangents(std::move(back), vectors, products,
                                                    i > lowest || input_wanted);
            }
            layers[i]->forget();
        }
        if (segment > 0) {
            BatchNorm& norm = batch_norms_[segment - 1].layer;
            back = norm.backward_tangents(back, vectors, products);
            norm.forget();
        }
    }
    return products.values();
}

}  // namespace batchscope
