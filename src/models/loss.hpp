#pragma once

#include <ATen/core/Tensor.h>

#include "data/dataset.hpp"

namespace batchscope {

/// Loss of single examples, without weight decay: cross-entropy in nats (classification, targets
/// are int64 classes) or half the squared error (regression, targets are reals). Computed in double
/// precision: a mean over a split is then exact to its last digits, whatever the order of
/// summation. outputs: (examples, classes) or (examples, 1). Returns (examples) doubles.
[[nodiscard]] at::Tensor example_losses(Task task, const at::Tensor& outputs,
                                        const at::Tensor& targets);

/// Sum of the losses (a scalar tensor of the outputs' type), and its gradient with respect to the
/// outputs: softmax - onehot, or prediction - target. A sum, not a mean: parts of a batch add up.
struct LossAndGradient {
    at::Tensor loss_sum;
    at::Tensor gradient;
};
[[nodiscard]] LossAndGradient loss_and_gradient(Task task, const at::Tensor& outputs,
                                                const at::Tensor& targets);

/// How the gradient of the loss sum with respect to the outputs changes when these change by
/// `tangents`, (k * examples, classes) for k directions: the Hessian of the loss at the outputs
/// times the tangents, p t - p (p.t) with probabilities p, or t itself.
[[nodiscard]] at::Tensor loss_gradient_tangents(Task task, const at::Tensor& outputs,
                                                const at::Tensor& tangents);

}  // namespace batchscope
