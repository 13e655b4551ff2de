#include <ATen/ATen.h>

#include <utility>

#include "models/loss.hpp"
#include "models/network.hpp"

// First and second derivatives of the loss in evaluation mode, where examples are independent.
namespace batchscope {

namespace {

const Pass evaluation_pass{.training = false, .save = true};

}  // namespace

at::Tensor Network::evaluation_gradient(const at::Tensor& inputs, const at::Tensor& targets,
                                        const at::Tensor& example_weights) {
    const at::Tensor outputs = root_.forward({{inputs}}, evaluation_pass).front().tensor;
    at::Tensor loss_sum = example_losses(task_, outputs, targets).sum();
    at::Tensor gradient = loss_and_gradient(task_, outputs, targets).gradient;
    if (example_weights.defined()) {
        gradient.mul_(example_weights.to(gradient.scalar_type()).unsqueeze(1));
    }
    (void)root_.backward({{std::move(gradient), true}}, evaluation_pass, false);
    return loss_sum;
}

at::Tensor Network::curvature_products(const at::Tensor& inputs, const at::Tensor& targets,
                                       const at::Tensor& directions, Curvature curvature) {
    const ParameterVectors vectors(directions);
    const ParameterVectors products(at::empty_like(directions));
    const at::Tensor outputs = root_.forward({{inputs}}, evaluation_pass).front().tensor;
    const Tangents tangents = root_.forward_tangents({}, vectors);
    GradientAndTangents back{
        {}, {loss_gradient_tangents(task_, outputs, tangents.tensor), tangents.writable}};
    if (curvature == Curvature::hessian) {
        back.gradient = {loss_and_gradient(task_, outputs, targets).gradient, true};
    }
    (void)root_.backward_tangents(std::move(back), vectors, products, false);
    return products.values();
}

}  // namespace batchscope
