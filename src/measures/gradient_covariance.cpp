#include "measures/gradient_covariance.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "measures/measure_inputs.hpp"
#include "measures/random_vectors.hpp"
#include "measures/sample_moments.hpp"
#include "measures/stored_fields.hpp"
#include "measures/stored_tensor.hpp"

namespace batchscope {

namespace {

class GradientCovariance final : public Measure {
  public:
    GradientCovariance(const GradientCovarianceSettings& settings, std::uint64_t seed,
                       at::Tensor weights, Objective& loss, ExampleGradients& gradients,
                       SymmetricOperator& hessian)
        : settings_(settings),
          seed_(seed),
          weights_(std::move(weights)),
          loss_(loss),
          gradients_(gradients),
          hessian_(hessian) {}

    [[nodiscard]] std::string name() const override { return "gradient_covariance"; }
    void advance() override;
    [[nodiscard]] bool finished() const override;
    [[nodiscard]] std::vector<NamedArray> state() const override;
    void restore(const std::vector<NamedArray>& state) override;
    [[nodiscard]] MeasuredValues values() const override;

  private:
    void measure_gradient();
    void measure_probes();

    GradientCovarianceSettings settings_;
    std::uint64_t seed_;
    at::Tensor weights_;
    Objective& loss_;
    ExampleGradients& gradients_;
    SymmetricOperator& hessian_;

    at::Tensor gradient_;                            ///< G; undefined before the first advance()
    double gradient_curvature_ = 0;                  ///< G' H G
    std::vector<double> traces_, curvature_traces_;  ///< |u|^2 and u' H u of each probe so far
};

void GradientCovariance::advance() {
    gradient_.defined() ? measure_probes() : measure_gradient();
}

bool GradientCovariance::finished() const {
    return gradient_.defined() && static_cast<std::int64_t>(traces_.size()) >= settings_.probes;
}

void GradientCovariance::measure_gradient() {
    const at::Tensor gradient = loss_.value_and_gradient(weights_).gradient;
    const at::Tensor product = hessian_.apply(gradient.unsqueeze(0))[0];
    gradient_curvature_ = gradient.dot(product).item<double>();
    gradient_ = gradient;
}

void GradientCovariance::measure_probes() {
    const auto done = static_cast<std::int64_t>(traces_.size());
    const std::int64_t count = std::min(hessian_.preferred_block(), settings_.probes - done);
    const at::Tensor signs = RandomVectors(seed_, RandomVectorUse::gradient_covariance,
                                           gradients_.examples(), loss_.options())
                                 .rademacher(done, count);
    const double scale = 1.0 / std::sqrt(static_cast<double>(gradients_.examples()));
    std::vector<at::Tensor> rows;
    for (const at::Tensor& sign : signs.unbind()) {
        rows.push_back((gradients_.weighted_gradient(sign) - gradient_ * sign.sum()).mul_(scale));
    }
    const at::Tensor probes = at::stack(rows);
    const at::Tensor products = hessian_.apply(probes);
    const at::Tensor metrics =
        at::stack({(probes * probes).sum(1), (probes * products).sum(1)}).cpu();
    for (std::int64_t i = 0; i < count; ++i) {
        traces_.push_back(metrics[0][i].item<double>());
        curvature_traces_.push_back(metrics[1][i].item<double>());
    }
}

std::vector<NamedArray> GradientCovariance::state() const {
    const auto probes = static_cast<std::size_t>(settings_.probes);
    std::vector<NamedArray> state{
        stored_settings(seed_, settings_),
        stored_list("traces", "|u|^2 of each probe", traces_, probes),
        stored_list("curvature_traces", "u' Hessian u of each probe", curvature_traces_, probes)};
    if (gradient_.defined()) {
        state.push_back(stored_tensor("gradient", "gradient of the mean loss", gradient_));
        state.push_back(stored_numbers("gradient_curvature", "gradient' Hessian gradient",
                                       {gradient_curvature_}));
    }
    return state;
}

void GradientCovariance::restore(const std::vector<NamedArray>& state) {
    require_settings(state, seed_, settings_);
    const auto probes = static_cast<std::size_t>(settings_.probes);
    traces_ = restored_list(state, "traces", probes);
    curvature_traces_ = restored_list(state, "curvature_traces", probes);
    const bool begun = std::any_of(state.begin(), state.end(), [](const NamedArray& array) {
        return array.name == "gradient";
    });
    if (begun) {
        gradient_ = at::empty({loss_.size()}, loss_.options());
        restore_tensor(state, "gradient", gradient_);
        gradient_curvature_ = restored_numbers(state, "gradient_curvature", 1).front();
    }
}

MeasuredValues GradientCovariance::values() const {
    const double square = gradient_.dot(gradient_).item<double>();
    const SampleMoments trace = sample_moments(traces_);
    const SampleMoments curvature = sample_moments(curvature_traces_);
    return {{"covariance_trace", {trace.mean}},
            {"covariance_trace_standard_error", {trace.standard_error}},
            {"gradient_square_norm", {square}},
            {"gradient_curvature", {gradient_curvature_}},
            {"curvature_covariance_trace", {curvature.mean}},
            {"curvature_covariance_trace_standard_error", {curvature.standard_error}},
            {"noise_scale", {curvature.mean / gradient_curvature_}},
            {"simple_noise_scale", {trace.mean / square}}};
}

}  // namespace

std::vector<KeyOf<GradientCovarianceSettings>> keys_of(Type<GradientCovarianceSettings> /*type*/) {
    return {
        integer_key<GradientCovarianceSettings>("gradient_covariance.probes", 2,
                                                &GradientCovarianceSettings::probes,
                                                "random sign vectors over the examples"),
    };
}

MeasureKind gradient_covariance() {
    MeasureKind kind;
    kind.name = "gradient_covariance";
    kind.meaning = "covariance of gradients, for the full noise scale";
    kind.keys = component_keys<GradientCovarianceSettings>();
    kind.columns = {
        {.name = "covariance_trace",
         .long_name = "trace of the covariance of the examples' gradients"},
        {.name = "covariance_trace_standard_error",
         .long_name = "standard error of covariance_trace",
         .error_of = "covariance_trace"},
        {.name = "gradient_square_norm",
         .long_name = "squared L2 norm of the gradient G of the whole loss"},
        {.name = "gradient_curvature", .long_name = "G^T H G"},
        {.name = "curvature_covariance_trace",
         .long_name = "trace of the Hessian times the covariance of the examples' gradients"},
        {.name = "curvature_covariance_trace_standard_error",
         .long_name = "standard error of curvature_covariance_trace",
         .error_of = "curvature_covariance_trace"},
        {.name = "noise_scale",
         .long_name = "gradient noise scale B_noise = curvature_covariance_trace / "
                      "gradient_curvature (McCandlish 2018), in examples"},
        {.name = "simple_noise_scale",
         .long_name = "simple gradient noise scale B_simple = covariance_trace / "
                      "gradient_square_norm, in examples"},
    };
    kind.make = [](const MeasureInputs& inputs) {
        return std::make_unique<GradientCovariance>(
            settings_of<GradientCovarianceSettings>(inputs.run.sharpness.values),
            inputs.run.sharpness.seed, inputs.weights, inputs.loss, inputs.gradients,
            inputs.hessian);
    };
    return kind;
}

}  // namespace batchscope
