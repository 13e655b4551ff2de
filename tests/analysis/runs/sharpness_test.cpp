#include "analysis/runs/sharpness.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/not_finite.hpp"
#include "tests/analysis/example_study.hpp"

namespace batchscope {
namespace {

/// A run whose largest eigenvalue is 10 + seed, its trace 100 + seed, Keskar's metric in the
/// subspace 2, its noise scale 50.
RunRecord sharp_run(std::int64_t batch_size, std::uint64_t seed) {
    RunRecord run = study_run(batch_size, seed);
    run.steps.shares_coupled = false;
    run.steps.gradient_covariance_trace.assign(run.steps.step.size(), 100);
    run.steps.gradient_square.assign(run.steps.step.size(), 2);
    run.sharpness.scales = {{"k", {1, 2}}, {"epsilon", {1e-3, 5e-4}}};
    SharpnessRow row;
    row.epoch = 2;
    row.step = run.epochs.step.back();
    const auto offset = static_cast<double>(seed);
    row.values = {
        {"eigenvalue", {10 + offset, 1}},       {"eigenvalue_residual", {0.01 * offset, unknown}},
        {"eigenvalue_converged", {1, 0}},       {"trace", {100 + offset}},
        {"trace_standard_error", {1.5}},        {"keskar_subspace", {2, 1}},
        {"keskar_subspace_spread", {0.5, 0.5}}, {"keskar_subspace_at_start", {0, 0}}};
    run.sharpness.rows = {row};
    return run;
}

RunRecord not_converged(RunRecord run) {
    run.sharpness.rows.back().values["eigenvalue_converged"] = {0, 0};
    return run;
}

SharpnessPoint point_with(const std::map<std::string, std::vector<double>>& values) {
    RunRecord record;
    record.sharpness.rows = {{2.0, 20, values}};
    return sharpness_history(record).at(0);
}

TEST(SharpnessHistory, HoldsBothNoiseScalesAtFrozenWeights) {
    const SharpnessPoint point = point_with({{"noise_scale", {300}},
                                             {"curvature_covariance_trace_standard_error", {5}},
                                             {"gradient_curvature", {0.5}},
                                             {"simple_noise_scale", {200}},
                                             {"covariance_trace_standard_error", {8}},
                                             {"gradient_square_norm", {2}}});
    EXPECT_EQ(point.hessian_noise_scale.value, 300);
    EXPECT_EQ(point.hessian_noise_scale.error, 10);
    EXPECT_TRUE(point.hessian_noise_scale.counts);
    EXPECT_EQ(point.simple_noise_scale.value, 200);
    EXPECT_EQ(point.simple_noise_scale.error, 4);
    EXPECT_TRUE(point.simple_noise_scale.counts);
}

TEST(SharpnessHistory, ANoiseScaleAlongNegativeCurvatureDoesNotCount) {
    const SharpnessPoint point =
        point_with({{"noise_scale", {-300}}, {"gradient_curvature", {-1}}});
    EXPECT_FALSE(point.hessian_noise_scale.counts);
    EXPECT_FALSE(point.simple_noise_scale.counts);
    EXPECT_TRUE(std::isnan(point.simple_noise_scale.value));
}

TEST(SharpnessFigures, AreThoseOfTheLastStep) {
    const SharpnessFigures figures = sharpness_figures(sharp_run(64, 3));
    const auto& eigenvalue = figures.values[Headline::top_eigenvalue];
    EXPECT_EQ(eigenvalue.value, 13);
    EXPECT_EQ(eigenvalue.error, 0.03);
    EXPECT_TRUE(eigenvalue.counts);
    EXPECT_EQ(figures.values[Headline::trace].value, 103);
    EXPECT_EQ(figures.values[Headline::trace].error, 1.5);
    EXPECT_EQ(figures.values[Headline::keskar_subspace].value, 2);
    EXPECT_EQ(figures.epsilon, 1e-3);
    EXPECT_TRUE(std::isnan(figures.values[Headline::keskar_full].value));
    EXPECT_FALSE(figures.values[Headline::keskar_full].counts);
    EXPECT_EQ(figures.values[Headline::noise_scale].value, 50);

    RunRecord earlier = sharp_run(64, 3);
    earlier.sharpness.rows.back().step -= 1;
    const SharpnessFigures none = sharpness_figures(earlier);
    EXPECT_TRUE(std::isnan(none.values[Headline::top_eigenvalue].value));
    EXPECT_EQ(none.values[Headline::noise_scale].value, 50);
}

TEST(SharpnessFigures, OfADivergedRunAreUnknown) {
    const SharpnessFigures figures =
        sharpness_figures(ended(sharp_run(64, 1), RunStatus::diverged, "not finite"));
    for (const CertifiedValue& found : figures.values) {
        EXPECT_TRUE(std::isnan(found.value));
        EXPECT_FALSE(found.counts);
    }
}

TEST(SharpnessFigures, DoNotCountWithoutTheirCertificate) {
    EXPECT_FALSE(
        sharpness_figures(not_converged(sharp_run(64, 1))).values[Headline::top_eigenvalue].counts);
    RunRecord run = sharp_run(64, 1);
    run.sharpness.rows.back().values.erase("eigenvalue_converged");
    run.sharpness.rows.back().values["trace_standard_error"] = {unknown};
    run.sharpness.rows.back().values["keskar_subspace_at_start"] = {1, 0};
    run.steps.gradient_square.assign(run.steps.step.size(), -2);
    for (const CertifiedValue& found : sharpness_figures(run).values) {
        EXPECT_FALSE(found.counts);
    }
}

}  // namespace
}  // namespace batchscope
