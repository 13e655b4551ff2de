#pragma once

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "config/run_settings.hpp"
#include "models/parameters.hpp"
#include "optimizers/optimizer.hpp"

namespace batchscope {

/// Whether weight decay acts on this parameter.
[[nodiscard]] inline bool is_decayed(const OptimizerSettings& settings,
                                     const Parameters::View& view) {
    return settings.weight_decay_on == WeightDecayTarget::all || view.shape.is_weight;
}

/// Of the mean gradient (without decay) and of the change of the weights.
struct SquaredNorms {
    double gradient = 0;
    double update = 0;
};

/// Elements whose squares are summed in the weights' own type before the sum goes on in double:
/// thousands of equal numbers in float32 would all be rounded to the same side.
inline constexpr std::int64_t squares_in_a_row = 256;

/// What the optimizers for the CPU share: the walk over the parameters, and norms in double. The
/// loop over one parameter is a kernel of its own, compiled for each instruction set.
template <class Real>
class CpuOptimizer : public Optimizer {
  public:
    struct Scales {
        double rate, average, decay;
    };

    CpuOptimizer(const OptimizerSettings& settings, const Parameters& parameters)
        : settings_(settings), first_(at::zeros_like(parameters.weights())) {}

    at::Tensor update(Parameters& parameters, double rate, double batch) override {
        begin_step();
        SquaredNorms total;
        std::int64_t offset = 0;
        for (const Parameters::View& view : parameters.views()) {
            const std::int64_t size = view.weight.numel();
            const SquaredNorms part = update_range(
                view.weight.template data_ptr<Real>(),
                view.gradient.template const_data_ptr<Real>(), offset, size,
                {rate, 1.0 / batch, is_decayed(settings_, view) ? settings_.weight_decay : 0.0});
            total.gradient += part.gradient;
            total.update += part.update;
            offset += size;
        }
        at::Tensor norms = at::empty({2}, at::kDouble);
        norms.data_ptr<double>()[0] = total.gradient;
        norms.data_ptr<double>()[1] = total.update;
        return norms;
    }

  protected:
    virtual void begin_step() {}
    /// Updates `size` weights whose optimizer state starts at `offset`.
    virtual SquaredNorms update_range(Real* weights, const Real* gradients, std::int64_t offset,
                                      std::int64_t size, const Scales& scales) = 0;

    OptimizerSettings settings_;
    at::Tensor first_;  ///< momentum
};

/// Before a kernel: compiles it for each instruction set, chosen when the program starts.
#define BATCHSCOPE_EACH_INSTRUCTION_SET __attribute__((target_clones("avx512f", "avx2", "default")))

/// An optimizer for the type of the parameters.
template <template <class> class Kind>
std::unique_ptr<Optimizer> make_for_cpu(const OptimizerSettings& settings,
                                        const Parameters& parameters) {
    if (parameters.weights().scalar_type() == at::kDouble) {
        return std::make_unique<Kind<double>>(settings, parameters);
    }
    return std::make_unique<Kind<float>>(settings, parameters);
}

}  // namespace batchscope
