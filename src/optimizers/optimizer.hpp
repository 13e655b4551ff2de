#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

#include "models/parameters.hpp"

namespace batchscope {

/// Changes the weights by one step.
class Optimizer {
  public:
    virtual ~Optimizer() = default;

    /// One update from the summed gradients of a batch of `batch` examples. Returns (2) doubles on
    /// the parameters' device: squared norms of the mean gradient (without decay) and of the change
    /// of the weights.
    virtual at::Tensor update(Parameters& parameters, double rate, double batch) = 0;

    struct State {
        std::string name;
        at::Tensor values;
    };
    /// What a checkpoint must hold; the tensors are live.
    [[nodiscard]] virtual std::vector<State> state() = 0;
};

}  // namespace batchscope
