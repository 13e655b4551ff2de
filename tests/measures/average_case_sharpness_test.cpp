#include "measures/average_case_sharpness.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "example_functions.hpp"
#include "measure_parts.hpp"
#include "resumption_checks.hpp"

namespace batchscope::tests_of_average_case_sharpness {
namespace {

// Four filters of five weights, and their biases.
const FilterLayout layout = {{.offset = 0, .filters = 4, .filter_size = 5, .is_weight = true},
                             {.offset = 20, .filters = 4, .filter_size = 1, .is_weight = false}};
constexpr std::int64_t n = 24;

ExampleSurface surface_of(ExampleObjective::Function function) {
    return {n, [function = std::move(function)](const at::Tensor& w) {
                return SplitMetrics{function(w).value, 0.5};
            }};
}

MeasuredValues measure(const AverageCaseSettings& settings, LossSurface& surface,
                       const at::Tensor& weights, std::uint64_t seed = 1) {
    return finish(*make_measure(average_case_sharpness(), settings, seed,
                                {.weights = weights, .surface = &surface, .filters = &layout}));
}

/// 1/2 sum_i sigma_i^2 h_i with sigma_i = deviation |w_f| / sqrt(filter size).
double expectation(const at::Tensor& weights, const at::Tensor& curvature, double deviation) {
    const at::Tensor norms = weights.narrow(0, 0, 20).view({4, 5}).square().sum(1, true);
    return 0.5 * deviation * deviation *
           (norms / 5 * curvature.narrow(0, 0, 20).view({4, 5})).sum().item<double>();
}

TEST(AverageCase, OfAQuadraticIsHalfTheCurvatureTimesTheVariance) {
    const at::Tensor x = normal(n, 1);
    const at::Tensor curvature = normal(n, 2).square();
    auto surface = surface_of(quadratic(x, normal(n, 3), curvature, 0.7));
    const AverageCaseSettings settings{.deviation = 0.1, .draws = 400};
    const double expected = expectation(x, curvature, settings.deviation);
    int within_two_errors = 0;
    constexpr int seeds = 20;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        const MeasuredValues found = measure(settings, surface, x, seed);
        const double distance = std::abs(found.at("average_sharpness")[0] - expected);
        const double error = found.at("average_sharpness_standard_error")[0];
        EXPECT_LT(distance, 4 * error) << seed;
        within_two_errors += distance < 2 * error ? 1 : 0;
    }
    EXPECT_GE(within_two_errors, 16);  // 95 of 100 are expected
}

TEST(AverageCase, DrawsHaveTheNormOfTheirFilterAndLeaveBiasesAlone) {
    const at::Tensor x = normal(n, 4);
    x.narrow(0, 5, 5).zero_();  // a filter of zeros
    auto surface = surface_of(quadratic(x, at::zeros({n}, doubles), at::ones({n}, doubles)));
    const AverageCaseSettings settings{.deviation = 0.3, .draws = 5};
    measure(settings, surface, x);
    ASSERT_EQ(surface.log.points.size(), 6U);
    EXPECT_TRUE(at::equal(surface.log.points[0], x));
    const auto filter_norms = [](const at::Tensor& w) {
        return w.narrow(0, 0, 20).view({4, 5}).norm(2, 1);
    };
    for (std::size_t i = 1; i < 6; ++i) {
        const at::Tensor step = surface.log.points[i] - x;
        EXPECT_TRUE(at::allclose(filter_norms(step), 0.3 * filter_norms(x), 1e-12, 1e-14));
        EXPECT_TRUE(step.narrow(0, 20, 4).eq(0).all().item<bool>());
        EXPECT_TRUE(step.narrow(0, 5, 5).eq(0).all().item<bool>());
    }
}

TEST(AverageCase, IsTheSameForRescaledFilters) {
    const at::Tensor x = normal(n, 5);
    at::Tensor factor = at::ones({n}, doubles);
    factor.narrow(0, 0, 20).view({4, 5}).copy_(
        at::tensor({0.5, 2.0, 8.0, 0.25}, doubles).unsqueeze(1).expand({4, 5}));
    const auto function = quadratic(x, normal(n, 6), normal(n, 7));
    auto surface = surface_of(function);
    auto rescaled = surface_of([&](const at::Tensor& w) { return function(w / factor); });
    const MeasuredValues first = measure({}, surface, x);
    const MeasuredValues second = measure({}, rescaled, factor * x);
    EXPECT_NEAR(first.at("average_sharpness")[0], second.at("average_sharpness")[0], 1e-13);
}

TEST(AverageCase, OfOneDrawHasNoErrorBar) {
    const at::Tensor x = normal(n, 8);
    auto surface = surface_of(quadratic(x, normal(n, 9), normal(n, 10)));
    const MeasuredValues found = measure({.deviation = 0.1, .draws = 1}, surface, x);
    EXPECT_TRUE(std::isfinite(found.at("average_sharpness")[0]));
    EXPECT_TRUE(std::isnan(found.at("average_sharpness_standard_error")[0]));
}

struct SmallCase {
    at::Tensor x = normal(n, 11);
    ExampleSurface surface = surface_of(quadratic(x, normal(n, 12), normal(n, 13), 1.0));
    AverageCaseSettings settings{.deviation = 0.1, .draws = 6};
    std::unique_ptr<Measure> make() {
        return make_measure(average_case_sharpness(), settings, 4,
                            {.weights = x, .surface = &surface, .filters = &layout});
    }
};

TEST(AverageCase, GoesOnFromEveryState) {
    SmallCase small;
    expect_resumable([&] { return small.make(); });
}

TEST(AverageCase, IsUnharmedByAStopInAnyEvaluation) {
    SmallCase small;
    expect_unharmed_by_stops([&] { return small.make(); }, small.surface.log);
}

TEST(AverageCase, IsUnknownWhereTheLossIsNot) {
    SmallCase small;
    expect_end_with_not_a_number([&] { return small.make(); }, small.surface.log,
                                 [](const MeasuredValues& found) {
                                     for (const auto& [name, values] : found) {
                                         EXPECT_TRUE(std::isnan(values[0])) << name;
                                     }
                                 });
    small.surface.log.not_a_number_after = 3;
    const auto measure = small.make();
    finish(*measure);
    EXPECT_EQ(small.surface.log.points.size(), 4U);  // no draws for nothing
}

TEST(AverageCase, RefusesTheStateOfOtherSettings) {
    SmallCase small;
    const auto measure = small.make();
    small.settings.draws = 7;
    EXPECT_THROW(small.make()->restore(measure->state()), Error);
}

}  // namespace
}  // namespace batchscope::tests_of_average_case_sharpness
