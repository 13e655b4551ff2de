#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "training/optimizer.hpp"

namespace batchscope {

namespace {

// Elements whose squares are summed in the weights' own type before the sum goes on in double:
// thousands of equal numbers in float32 would all be rounded to the same side.
constexpr std::int64_t run_size = 256;

struct Norms {
    double gradient = 0;  ///< squared
    double update = 0;    ///< squared
};

struct SgdStep {
    double average, rate, momentum, decay;
    bool nesterov;
};

struct AdamStep {
    double average, rate, beta1, beta2, epsilon, decay, correction1, correction2_root;
};

// Loops over one parameter; inlined into versions for each instruction set below.
template <class Real>
[[gnu::always_inline]] inline Norms update_sgd(Real* __restrict w, Real* __restrict v,
                                               const Real* __restrict g, std::int64_t n,
                                               const SgdStep& step) {
    const auto average = static_cast<Real>(step.average);
    const auto rate = static_cast<Real>(step.rate);
    const auto momentum = static_cast<Real>(step.momentum);
    const auto decay = static_cast<Real>(step.decay);
    const auto ahead = static_cast<Real>(step.nesterov ? 1 : 0);
    Norms norms;
    for (std::int64_t first = 0; first < n; first += run_size) {
        const std::int64_t end = std::min(n, first + run_size);
        Real gradient_sum = 0;
        Real update_sum = 0;
#pragma omp simd reduction(+ : gradient_sum, update_sum)
        for (std::int64_t i = first; i < end; ++i) {
            const Real gradient = g[i] * average;
            gradient_sum += gradient * gradient;
            const Real decayed = gradient + decay * w[i];
            v[i] = momentum * v[i] + decayed;
            const Real direction = ahead * (decayed + momentum * v[i]) + (1 - ahead) * v[i];
            const Real change = rate * direction;
            update_sum += change * change;
            w[i] -= change;
        }
        norms.gradient += static_cast<double>(gradient_sum);
        norms.update += static_cast<double>(update_sum);
    }
    return norms;
}

template <class Real>
[[gnu::always_inline]] inline Norms update_adam(Real* __restrict w, Real* __restrict m,
                                                Real* __restrict s, const Real* __restrict g,
                                                std::int64_t n, const AdamStep& step) {
    const auto average = static_cast<Real>(step.average);
    const auto shrink = static_cast<Real>(step.rate * step.decay);
    const auto size = static_cast<Real>(step.rate / step.correction1);
    const auto beta1 = static_cast<Real>(step.beta1);
    const auto beta2 = static_cast<Real>(step.beta2);
    // In double: 1 - 0.999F is off by 1e-5 of itself.
    const auto rest1 = static_cast<Real>(1.0 - step.beta1);
    const auto rest2 = static_cast<Real>(1.0 - step.beta2);
    const auto epsilon = static_cast<Real>(step.epsilon);
    const auto root = static_cast<Real>(step.correction2_root);
    Norms norms;
    for (std::int64_t first = 0; first < n; first += run_size) {
        const std::int64_t end = std::min(n, first + run_size);
        Real gradient_sum = 0;
        Real update_sum = 0;
#pragma omp simd reduction(+ : gradient_sum, update_sum)
        for (std::int64_t i = first; i < end; ++i) {
            const Real gradient = g[i] * average;
            gradient_sum += gradient * gradient;
            m[i] = beta1 * m[i] + rest1 * gradient;
            s[i] = beta2 * s[i] + rest2 * gradient * gradient;
            const Real change = shrink * w[i] + size * m[i] / (std::sqrt(s[i]) / root + epsilon);
            update_sum += change * change;
            w[i] -= change;
        }
        norms.gradient += static_cast<double>(gradient_sum);
        norms.update += static_cast<double>(update_sum);
    }
    return norms;
}

#define BATCHSCOPE_EACH_INSTRUCTION_SET __attribute__((target_clones("avx512f", "avx2", "default")))
BATCHSCOPE_EACH_INSTRUCTION_SET Norms sgd(float* w, float* v, const float* g, std::int64_t n,
                                          const SgdStep& step) {
    return update_sgd(w, v, g, n, step);
}
BATCHSCOPE_EACH_INSTRUCTION_SET Norms sgd(double* w, double* v, const double* g, std::int64_t n,
                                          const SgdStep& step) {
    return update_sgd(w, v, g, n, step);
}
BATCHSCOPE_EACH_INSTRUCTION_SET Norms adam(float* w, float* m, float* s, const float* g,
                                           std::int64_t n, const AdamStep& step) {
    return update_adam(w, m, s, g, n, step);
}
BATCHSCOPE_EACH_INSTRUCTION_SET Norms adam(double* w, double* m, double* s, const double* g,
                                           std::int64_t n, const AdamStep& step) {
    return update_adam(w, m, s, g, n, step);
}
#undef BATCHSCOPE_EACH_INSTRUCTION_SET

template <class Real>
class CpuOptimizer : public Optimizer {
  public:
    CpuOptimizer(const OptimizerSettings& settings, const Parameters& parameters)
        : settings_(settings), first_(at::zeros_like(parameters.weights())) {}

    at::Tensor update(Parameters& parameters, double rate, double batch) override {
        begin_step();
        Norms total;
        std::int64_t offset = 0;
        for (const Parameters::View& view : parameters.views()) {
            const bool decayed =
                settings_.weight_decay_on == WeightDecayTarget::all || view.shape.is_weight;
            const std::int64_t size = view.weight.numel();
            const Norms part =
                update_range(view.weight.template data_ptr<Real>(),
                             view.gradient.template const_data_ptr<Real>(), offset, size,
                             {rate, 1.0 / batch, decayed ? settings_.weight_decay : 0.0});
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
    struct Scales {
        double rate, average, decay;
    };
    virtual void begin_step() {}
    /// Updates `size` weights whose optimizer state starts at `offset`.
    virtual Norms update_range(Real* weights, const Real* gradients, std::int64_t offset,
                               std::int64_t size, const Scales& scales) = 0;

    OptimizerSettings settings_;
    at::Tensor first_;  ///< momentum
};

template <class Real>
class CpuSgd final : public CpuOptimizer<Real> {
    using Base = CpuOptimizer<Real>;

  public:
    using Base::Base;
    std::vector<Optimizer::State> state() override { return {{"momentum", this->first_}}; }

  private:
    Norms update_range(Real* w, const Real* g, std::int64_t offset, std::int64_t size,
                       const typename Base::Scales& scales) override {
        const SgdStep step{scales.average, scales.rate, this->settings_.momentum, scales.decay,
                           this->settings_.nesterov};
        auto* v = this->first_.template data_ptr<Real>() + offset;
        return sgd(w, v, g, size, step);
    }
};

template <class Real>
class CpuAdamW final : public CpuOptimizer<Real> {
    using Base = CpuOptimizer<Real>;

  public:
    CpuAdamW(const OptimizerSettings& settings, const Parameters& parameters)
        : Base(settings, parameters),
          second_(at::zeros_like(parameters.weights())),
          steps_(at::zeros({1}, at::kDouble)) {}
    std::vector<Optimizer::State> state() override {
        return {{"first_moment", this->first_},
                {"second_moment", second_},
                {"optimizer_steps", steps_}};
    }

  private:
    void begin_step() override { steps_ += 1; }

    Norms update_range(Real* w, const Real* g, std::int64_t offset, std::int64_t size,
                       const typename Base::Scales& scales) override {
        const OptimizerSettings& settings = this->settings_;
        const double count = steps_.template data_ptr<double>()[0];
        const AdamStep step{scales.average,
                            scales.rate,
                            settings.beta1,
                            settings.beta2,
                            settings.epsilon,
                            scales.decay,
                            1.0 - std::pow(settings.beta1, count),
                            std::sqrt(1.0 - std::pow(settings.beta2, count))};
        auto* m = this->first_.template data_ptr<Real>() + offset;
        auto* s = second_.template data_ptr<Real>() + offset;
        return adam(w, m, s, g, size, step);
    }

    at::Tensor second_, steps_;
};

template <class Real>
std::unique_ptr<Optimizer> make_for_type(const OptimizerSettings& settings,
                                         const Parameters& parameters) {
    if (settings.name == OptimizerKind::adamw) {
        return std::make_unique<CpuAdamW<Real>>(settings, parameters);
    }
    return std::make_unique<CpuSgd<Real>>(settings, parameters);
}

}  // namespace

std::unique_ptr<Optimizer> make_cpu_optimizer(const OptimizerSettings& settings,
                                              const Parameters& parameters) {
    return parameters.weights().scalar_type() == at::kDouble
               ? make_for_type<double>(settings, parameters)
               : make_for_type<float>(settings, parameters);
}

std::unique_ptr<Optimizer> make_optimizer(const OptimizerSettings& settings,
                                          const Parameters& parameters) {
    return parameters.weights().is_cpu() ? make_cpu_optimizer(settings, parameters)
                                         : make_fused_optimizer(settings, parameters);
}

}  // namespace batchscope
