#include "analysis/runs/sharpness.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/not_finite.hpp"
#include "tests/analysis/example_study.hpp"

namespace batchscope::tests_of_sharpness {
namespace {

/// A run whose largest eigenvalue is 10 + seed, its trace 100 + seed, Keskar's metric in the
/// subspace 2, its noise scale 50.
RunRecord sharp_run(std::int64_t batch_size, std::uint64_t seed) {
    RunRecord run = study_run(batch_size, seed);
    run.steps.shares_coupled = false;
    run.steps.gradient_covariance_trace.assign(run.steps.step.size(), 100);
    run.steps.gradient_square.assign(run.steps.step.size(), 2);
    run.sharpness.columns.clear();  // a file of before columns described themselves
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

TEST(FinalSharpness, IsThatOfTheLastStep) {
    const FinalSharpness sharpness = final_sharpness(sharp_run(64, 3));
    const auto& eigenvalue = sharpness.values["top_eigenvalue"];
    EXPECT_EQ(eigenvalue.value, 13);
    EXPECT_EQ(eigenvalue.error, 0.03);
    EXPECT_TRUE(eigenvalue.counts);
    EXPECT_EQ(sharpness.values["trace"].value, 103);
    EXPECT_EQ(sharpness.values["trace"].error, 1.5);
    EXPECT_EQ(sharpness.values["keskar_subspace"].value, 2);
    EXPECT_EQ(sharpness.epsilon, 1e-3);
    EXPECT_TRUE(std::isnan(sharpness.values["keskar_full"].value));
    EXPECT_FALSE(sharpness.values["keskar_full"].counts);
    EXPECT_EQ(sharpness.values["noise_scale"].value, 50);

    RunRecord earlier = sharp_run(64, 3);
    earlier.sharpness.rows.back().step -= 1;
    const FinalSharpness none = final_sharpness(earlier);
    EXPECT_TRUE(std::isnan(none.values["top_eigenvalue"].value));
    EXPECT_EQ(none.values["noise_scale"].value, 50);
}

TEST(FinalSharpness, OfADivergedRunIsUnknown) {
    const FinalSharpness sharpness =
        final_sharpness(ended(sharp_run(64, 1), RunStatus::diverged, "not finite"));
    for (const auto& [name, found] : sharpness.values) {
        EXPECT_TRUE(std::isnan(found.value));
        EXPECT_FALSE(found.counts);
    }
}

TEST(FinalSharpness, DoesNotCountWithoutItsCertificate) {
    EXPECT_FALSE(final_sharpness(not_converged(sharp_run(64, 1))).values["top_eigenvalue"].counts);
    RunRecord run = sharp_run(64, 1);
    run.sharpness.rows.back().values.erase("eigenvalue_converged");
    run.sharpness.rows.back().values["trace_standard_error"] = {unknown};
    run.sharpness.rows.back().values["keskar_subspace_at_start"] = {1, 0};
    run.steps.gradient_square.assign(run.steps.step.size(), -2);
    for (const auto& [name, found] : SharpnessValues(final_sharpness(run).values)) {
        EXPECT_FALSE(found.counts);
    }
}

/// A measurement with a measure of tomorrow, which describes itself.
RunRecord run_of_tomorrow() {
    RunRecord record;
    record.sharpness.columns = {
        {.name = "barrier",
         .units = "nats",
         .long_name = "height of the barrier",
         .headline = {"barrier_height", "barrier", 15, "Barrier between minima", "Barriers"}},
        {.name = "barrier_error",
         .long_name = "its error",
         .headline = {"barrier_height_error", "error"},
         .error_of = "barrier"},
        {.name = "above", .long_name = "a", .headline = {"above"}, .counts_above = 2.0},
        {.name = "certain",
         .long_name = "c",
         .headline = {"certain"},
         .certified_by = "is_certain"},
        {.name = "is_certain", .long_name = "1 or 0"}};
    record.sharpness.rows = {{2.0,
                              20,
                              {{"barrier", {1.5}},
                               {"barrier_error", {0.25}},
                               {"above", {2.0}},
                               {"certain", {7}},
                               {"is_certain", {1}}}}};
    record.epochs.step = {20};
    return record;
}

TEST(FinalSharpness, OfAMeasureThatTheFileDescribesNeedsNoListHere) {
    const FinalSharpness sharpness = final_sharpness(run_of_tomorrow());
    ASSERT_EQ(sharpness.metrics.size(), 3U);
    EXPECT_EQ(sharpness.metrics[0],
              (SharpnessMetric{"barrier_height", "barrier_height_error", "barrier", "error",
                               "Barrier between minima", "Barriers", 15, "", "nats"}));
    const CertifiedValue& barrier = sharpness.values["barrier_height"];
    EXPECT_EQ(barrier.value, 1.5);
    EXPECT_EQ(barrier.error, 0.25);
    EXPECT_TRUE(barrier.counts);
    EXPECT_FALSE(sharpness.values["above"].counts);
    EXPECT_TRUE(sharpness.values["certain"].counts);
}

TEST(SharpnessMetrics, OfSeveralFilesStandAtTheirPositionsOnce) {
    std::vector<SharpnessMetric> metrics = metrics_of_every_table();
    const std::size_t before = metrics.size();
    const std::vector<SharpnessMetric> more = final_sharpness(run_of_tomorrow()).metrics;
    add_metrics(metrics, more);
    add_metrics(metrics, more);
    ASSERT_EQ(metrics.size(), before + 3);
    EXPECT_EQ(metrics[1].name, "barrier_height");
    EXPECT_EQ(metrics.back(), noise_scale_metric());
}

}  // namespace
}  // namespace batchscope::tests_of_sharpness
