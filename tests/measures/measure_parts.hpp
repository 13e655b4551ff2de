#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <stdexcept>
#include <vector>

#include "communication/communicator.hpp"
#include "config/settings_keys.hpp"
#include "measures/measure_inputs.hpp"
#include "measures/measure_kind.hpp"

namespace batchscope {

/// Stands for a part of the inputs that a measure has no use for: the test fails where it has one.
class UnusedPart final : public Objective,
                         public ExampleGradients,
                         public LossSurface,
                         public SymmetricOperator {
  public:
    [[nodiscard]] std::int64_t size() const override { fail(); }
    [[nodiscard]] at::TensorOptions options() const override { fail(); }
    [[nodiscard]] ValueAndGradient value_and_gradient(const at::Tensor& /*point*/) override {
        fail();
    }
    [[nodiscard]] std::int64_t examples() const override { fail(); }
    [[nodiscard]] at::Tensor weighted_gradient(const at::Tensor& /*weights*/) override { fail(); }
    [[nodiscard]] at::Tensor batch_gradient(const std::vector<std::int64_t>& /*indices*/) override {
        fail();
    }
    [[nodiscard]] SplitMetrics at(const at::Tensor& /*point*/) override { fail(); }
    [[nodiscard]] at::Tensor apply(const at::Tensor& /*vectors*/) override { fail(); }

  private:
    [[noreturn]] static void fail() {
        throw std::logic_error("the measure uses a part of its inputs that the test does not give");
    }
};

/// What a test gives a measure, by the names of MeasureInputs; all outlive the measure. It is on
/// one rank where no communicator is given.
struct MeasureParts {
    at::Tensor weights{};
    Objective* loss = nullptr;
    ExampleGradients* gradients = nullptr;
    LossSurface* surface = nullptr;
    SymmetricOperator* hessian = nullptr;
    SymmetricOperator* gauss_newton = nullptr;
    const FilterLayout* filters = nullptr;
    Communicator* communicator = nullptr;
};

/// A measure as a run makes it, of parts that need no network.
template <class Settings>
[[nodiscard]] std::unique_ptr<Measure> make_measure(const MeasureKind& kind,
                                                    const Settings& settings, std::uint64_t seed,
                                                    const MeasureParts& parts) {
    static UnusedPart unused;
    static const FilterLayout no_filters;
    static SerialCommunicator alone;
    const auto given = [](auto* part, auto& otherwise) -> auto& {
        return part != nullptr ? *part : otherwise;
    };
    RunSettings run;
    run.sharpness.seed = seed;
    run.sharpness.values = values_of(settings);
    return kind.make({.run = run,
                      .weights = parts.weights,
                      .loss = given(parts.loss, unused),
                      .gradients = given(parts.gradients, unused),
                      .surface = given(parts.surface, unused),
                      .hessian = given(parts.hessian, unused),
                      .gauss_newton = given(parts.gauss_newton, unused),
                      .filters = given(parts.filters, no_filters),
                      .communicator = given(parts.communicator, alone)});
}

}  // namespace batchscope
