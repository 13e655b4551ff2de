#include "optimizers/sgd.hpp"

#include <ATen/ATen.h>

#include <algorithm>

#include "config/study_rules.hpp"
#include "optimizers/cpu_optimizer.hpp"
#include "optimizers/fused_optimizer.hpp"

namespace batchscope {

namespace {

struct SgdStep {
    double average, rate, momentum, decay;
    bool nesterov;
};

// The loop over one parameter; inlined into versions for each instruction set below.
template <class Real>
[[gnu::always_inline]] inline SquaredNorms update_by_sgd(Real* __restrict w, Real* __restrict v,
                                                         const Real* __restrict g, std::int64_t n,
                                                         const SgdStep& step) {
    const auto average = static_cast<Real>(step.average);
    const auto rate = static_cast<Real>(step.rate);
    const auto momentum = static_cast<Real>(step.momentum);
    const auto decay = static_cast<Real>(step.decay);
    const auto ahead = static_cast<Real>(step.nesterov ? 1 : 0);
    SquaredNorms norms;
    for (std::int64_t first = 0; first < n; first += squares_in_a_row) {
        const std::int64_t end = std::min(n, first + squares_in_a_row);
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

BATCHSCOPE_EACH_INSTRUCTION_SET SquaredNorms sgd_step(float* w, float* v, const float* g,
                                                      std::int64_t n, const SgdStep& step) {
    return update_by_sgd(w, v, g, n, step);
}
BATCHSCOPE_EACH_INSTRUCTION_SET SquaredNorms sgd_step(double* w, double* v, const double* g,
                                                      std::int64_t n, const SgdStep& step) {
    return update_by_sgd(w, v, g, n, step);
}

template <class Real>
class CpuSgd final : public CpuOptimizer<Real> {
    using Base = CpuOptimizer<Real>;

  public:
    CpuSgd(const OptimizerSettings& settings, const Parameters& parameters)
        : Base(settings, parameters), own_(settings_of<SgdSettings>(settings.values)) {}

    std::vector<Optimizer::State> state() override { return {{"momentum", this->first_}}; }

  private:
    SquaredNorms update_range(Real* w, const Real* g, std::int64_t offset, std::int64_t size,
                              const typename Base::Scales& scales) override {
        const SgdStep step{scales.average, scales.rate, own_.momentum, scales.decay, own_.nesterov};
        auto* v = this->first_.template data_ptr<Real>() + offset;
        return sgd_step(w, v, g, size, step);
    }

    SgdSettings own_;
};

class FusedSgd final : public FusedOptimizer {
  public:
    FusedSgd(const OptimizerSettings& settings, const Parameters& parameters)
        : FusedOptimizer(settings, parameters, /*with_second_moment=*/false),
          own_(settings_of<SgdSettings>(settings.values)) {}

    std::vector<State> state() override { return {{"momentum", first_}}; }

  private:
    void update_group(Group& group, double rate) override {
        const bool with_momentum = own_.momentum != 0;
        at::_fused_sgd_(group.weights, group.gradients,
                        with_momentum ? at::TensorList(group.first) : at::TensorList(), group.decay,
                        own_.momentum, rate, /*dampening=*/0.0, own_.nesterov && with_momentum,
                        /*maximize=*/false,
                        /*is_first_step=*/false);
    }

    SgdSettings own_;
};

void check_nesterov(const GivenValues& given) {
    const std::string nesterov = "training.optimizer.nesterov";
    const auto values = given.values_of(nesterov);
    if (std::find(values.begin(), values.end(), Value{true}) != values.end() &&
        given.values_of("training.optimizer.momentum") == std::vector<Value>{0.0}) {
        refuse(given, {nesterov}, "true has no effect: momentum is 0",
               "set a momentum, or nesterov: false");
    }
}

}  // namespace

std::vector<KeyOf<SgdSettings>> keys_of(Type<SgdSettings> /*type*/) {
    auto nesterov = boolean_key<SgdSettings>("nesterov", &SgdSettings::nesterov,
                                             "look ahead along the momentum (Nesterov)");
    nesterov.is_switched_on = [](const SgdSettings& settings) { return settings.momentum != 0.0; };
    return {
        number_key<SgdSettings>("momentum", fraction_below_one, &SgdSettings::momentum,
                                "how much of the last update goes on"),
        nesterov,
    };
}

OptimizerKind sgd() {
    OptimizerKind kind;
    kind.name = "sgd";
    kind.meaning = "stochastic gradient descent with momentum";
    kind.keys = component_keys<SgdSettings>();
    kind.check_study = check_nesterov;
    kind.make_cpu = make_for_cpu<CpuSgd>;
    kind.make_fused = [](const OptimizerSettings& settings, const Parameters& parameters) {
        return std::make_unique<FusedSgd>(settings, parameters);
    };
    return kind;
}

}  // namespace batchscope
