#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "config/run_settings.hpp"
#include "models/parameters.hpp"
#include "optimizers/optimizer.hpp"

namespace batchscope {

/// What the optimizers by LibTorch's fused kernels share: groups of parameters of the same weight
/// decay, as the kernels take them, and the norms.
class FusedOptimizer : public Optimizer {
  public:
    FusedOptimizer(const OptimizerSettings& settings, const Parameters& parameters,
                   bool with_second_moment);

    at::Tensor update(Parameters& parameters, double rate, double batch) override;

  protected:
    struct Group {
        double decay = 0;
        std::vector<at::Tensor> weights, gradients, first, second, steps;
    };
    virtual void update_group(Group& group, double rate) = 0;

    at::Tensor first_, second_;  ///< moments; the second is undefined where there is none
    at::Tensor steps_;           ///< updates so far, (1)

  private:
    at::Tensor before_;  ///< weights before the step
    std::vector<Group> groups_;
};

}  // namespace batchscope
