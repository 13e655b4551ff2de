#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

#include "config/run_settings.hpp"
#include "models/parameters.hpp"

namespace batchscope {

/// Changes the weights by one step. SGD: v <- m v + g, w <- w - rate v (Nesterov: w - rate (g + m
/// v)), so that a changing rate needs no momentum correction; weight decay adds decay x w to g.
/// AdamW: Loshchilov and Hutter 2019.
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

/// One pass over memory per update on one thread, written for the CPU: averaging, norms, decay,
/// momentum and step together.
[[nodiscard]] std::unique_ptr<Optimizer> make_cpu_optimizer(const OptimizerSettings& settings,
                                                            const Parameters& parameters);
/// LibTorch's fused kernels: for GPUs, and the oracle of the CPU version.
[[nodiscard]] std::unique_ptr<Optimizer> make_fused_optimizer(const OptimizerSettings& settings,
                                                              const Parameters& parameters);
/// The one for the parameters' device.
[[nodiscard]] std::unique_ptr<Optimizer> make_optimizer(const OptimizerSettings& settings,
                                                        const Parameters& parameters);

}  // namespace batchscope
