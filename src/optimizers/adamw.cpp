#include "optimizers/adamw.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <cmath>

#include "core/error.hpp"
#include "optimizers/cpu_optimizer.hpp"
#include "optimizers/fused_optimizer.hpp"

namespace batchscope {

namespace {

struct AdamWStep {
    double average, rate, beta1, beta2, epsilon, decay, correction1, correction2_root;
};

// The loop over one parameter; inlined into versions for each instruction set below.
template <class Real>
[[gnu::always_inline]] inline SquaredNorms update_by_adamw(Real* __restrict w, Real* __restrict m,
                                                           Real* __restrict s,
                                                           const Real* __restrict g, std::int64_t n,
                                                           const AdamWStep& step) {
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
    SquaredNorms norms;
    for (std::int64_t first = 0; first < n; first += squares_in_a_row) {
        const std::int64_t end = std::min(n, first + squares_in_a_row);
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

BATCHSCOPE_EACH_INSTRUCTION_SET SquaredNorms adamw_step(float* w, float* m, float* s,
                                                        const float* g, std::int64_t n,
                                                        const AdamWStep& step) {
    return update_by_adamw(w, m, s, g, n, step);
}
BATCHSCOPE_EACH_INSTRUCTION_SET SquaredNorms adamw_step(double* w, double* m, double* s,
                                                        const double* g, std::int64_t n,
                                                        const AdamWStep& step) {
    return update_by_adamw(w, m, s, g, n, step);
}

template <class Real>
class CpuAdamW final : public CpuOptimizer<Real> {
    using Base = CpuOptimizer<Real>;

  public:
    CpuAdamW(const OptimizerSettings& settings, const Parameters& parameters)
        : Base(settings, parameters),
          own_(settings_of<AdamWSettings>(settings.values)),
          second_(at::zeros_like(parameters.weights())),
          steps_(at::zeros({1}, at::kDouble)) {}

    std::vector<Optimizer::State> state() override {
        return {{"first_moment", this->first_},
                {"second_moment", second_},
                {"optimizer_steps", steps_}};
    }

  private:
    void begin_step() override { steps_ += 1; }

    SquaredNorms update_range(Real* w, const Real* g, std::int64_t offset, std::int64_t size,
                              const typename Base::Scales& scales) override {
        const double count = steps_.template data_ptr<double>()[0];
        const AdamWStep step{scales.average,
                             scales.rate,
                             own_.beta1,
                             own_.beta2,
                             own_.epsilon,
                             scales.decay,
                             1.0 - std::pow(own_.beta1, count),
                             std::sqrt(1.0 - std::pow(own_.beta2, count))};
        auto* m = this->first_.template data_ptr<Real>() + offset;
        auto* s = second_.template data_ptr<Real>() + offset;
        return adamw_step(w, m, s, g, size, step);
    }

    AdamWSettings own_;
    at::Tensor second_, steps_;
};

class FusedAdamW final : public FusedOptimizer {
  public:
    FusedAdamW(const OptimizerSettings& settings, const Parameters& parameters)
        : FusedOptimizer(settings, parameters, /*with_second_moment=*/true),
          own_(settings_of<AdamWSettings>(settings.values)) {}

    std::vector<State> state() override {
        return {{"first_moment", first_}, {"second_moment", second_}, {"optimizer_steps", steps_}};
    }

  private:
    void update_group(Group& group, double rate) override {
        at::_fused_adamw_(group.weights, group.gradients, group.first, group.second, {},
                          group.steps, rate, own_.beta1, own_.beta2, group.decay, own_.epsilon,
                          /*amsgrad=*/false, /*maximize=*/false);
    }

    AdamWSettings own_;
};

KeyValues square_root_scaled(const TrainingSettings& training, double ratio) {
    auto scaled = settings_of<AdamWSettings>(training.optimizer.values);
    scaled.beta1 = 1.0 - ratio * (1.0 - scaled.beta1);
    scaled.beta2 = 1.0 - ratio * (1.0 - scaled.beta2);
    scaled.epsilon /= std::sqrt(ratio);
    if (scaled.beta1 < 0 || scaled.beta2 < 0) {
        throw configuration_error(
            fmt::format(
                "training.learning_rate_scaling: sqrt_adam at batch_size {} gives beta1 {:.3g} and "
                "beta2 {:.3g}: the rule ends where (1 - beta) x B / reference exceeds 1",
                training.batch_size, scaled.beta1, scaled.beta2),
            "use smaller batches, a larger training.reference_batch_size, larger betas, or sqrt");
    }
    return values_of(scaled);
}

}  // namespace

std::vector<KeyOf<AdamWSettings>> keys_of(Type<AdamWSettings> /*type*/) {
    return {
        number_key<AdamWSettings>("beta1", fraction_below_one, &AdamWSettings::beta1,
                                  "decay of the mean of gradients, for each step"),
        number_key<AdamWSettings>("beta2", fraction_below_one, &AdamWSettings::beta2,
                                  "decay of the mean of squared gradients, for each step"),
        number_key<AdamWSettings>("epsilon", positive, &AdamWSettings::epsilon,
                                  "added to the root of the mean of squared gradients"),
    };
}

OptimizerKind adamw() {
    OptimizerKind kind;
    kind.name = "adamw";
    kind.meaning = "Adam with decoupled weight decay";
    kind.keys = component_keys<AdamWSettings>();
    kind.has_square_root_rule = true;
    kind.square_root_scaled = square_root_scaled;
    kind.make_cpu = make_for_cpu<CpuAdamW>;
    kind.make_fused = [](const OptimizerSettings& settings, const Parameters& parameters) {
        return std::make_unique<FusedAdamW>(settings, parameters);
    };
    return kind;
}

}  // namespace batchscope
