#include "models/loss.hpp"

#include <ATen/ATen.h>

namespace batchscope {

at::Tensor example_losses(Task task, const at::Tensor& outputs, const at::Tensor& targets) {
    const at::Tensor precise = outputs.to(at::kDouble);
    if (task == Task::regression) {
        return precise.flatten().sub(targets.to(at::kDouble)).square_().mul_(0.5);
    }
    return at::log_softmax(precise, 1).gather(1, targets.unsqueeze(1)).squeeze(1).neg_();
}

LossAndGradient loss_and_gradient(Task task, const at::Tensor& outputs, const at::Tensor& targets) {
    if (task == Task::regression) {
        const at::Tensor residual = outputs - targets.to(outputs.scalar_type()).unsqueeze(1);
        return {residual.square().sum().mul_(0.5), residual};
    }
    const at::Tensor class_of_row = targets.unsqueeze(1);
    at::Tensor log_probabilities = at::log_softmax(outputs, 1);
    const at::Tensor loss_sum = log_probabilities.gather(1, class_of_row).sum().neg_();
    at::Tensor gradient = log_probabilities.exp_();
    gradient.scatter_add_(1, class_of_row,
                          at::full({1, 1}, -1.0, gradient.options()).expand_as(class_of_row));
    return {loss_sum, gradient};
}

at::Tensor loss_gradient_tangents(Task task, const at::Tensor& outputs,
                                  const at::Tensor& tangents) {
    if (task == Task::regression) {
        return tangents;
    }
    const at::Tensor probabilities = at::softmax(outputs, 1).unsqueeze(0);
    const at::Tensor weighted =
        tangents.view({-1, outputs.size(0), outputs.size(1)}) * probabilities;
    return (weighted - probabilities * weighted.sum(2, /*keepdim=*/true)).flatten(0, 1);
}

}  // namespace batchscope
