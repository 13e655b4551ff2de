#include "measures/loss_at_weights.hpp"

#include <ATen/ATen.h>

namespace batchscope {

LossAtWeights::LossAtWeights(at::Tensor weights, SplitLoss& loss)
    : weights_(std::move(weights)), loss_(loss) {}

void LossAtWeights::advance() {
    const auto [value, gradient] = loss_.value_and_gradient(weights_);
    values_ = {{"examples", {static_cast<double>(loss_.examples())}},
               {"loss", {value}},
               {"gradient_norm", {gradient.norm().item<double>()}}};
}

}  // namespace batchscope
