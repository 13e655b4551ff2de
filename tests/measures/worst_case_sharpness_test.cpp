#include "measures/worst_case_sharpness.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "example_functions.hpp"
#include "measure_parts.hpp"
#include "replayed_ranks.hpp"
#include "resumption_checks.hpp"

namespace batchscope::tests_of_worst_case_sharpness {
namespace {

double number(const MeasuredValues& values, const std::string& name) {
    return values.at(name).at(0);
}

MeasuredValues measure(const WorstCaseSettings& settings, Objective& objective,
                       const at::Tensor& weights) {
    return finish(*make_measure(worst_case_sharpness(), settings, 1,
                                {.weights = weights, .loss = &objective}));
}

/// max over |e| <= radius of slope . e + 1/2 e' diag(curvature) e, for a slope without zeros, by
/// the multiplier of the trust region (More & Sorensen 1983): e = slope / (m - curvature) with |e|
/// = radius and m above every curvature, or m = 0 and e within.
double ball_maximum(const at::Tensor& slope, const at::Tensor& curvature, double radius) {
    const auto step = [&](double multiplier) { return slope / (multiplier - curvature); };
    double low = std::max(0.0, curvature.max().item<double>());
    double high = low + slope.norm().item<double>() / radius;
    if (low == 0 && step(0).norm().item<double>() <= radius) {
        high = 0;
    }
    for (int halvings = 0; halvings < 200; ++halvings) {
        const double middle = (low + high) / 2;
        (step(middle).norm().item<double>() > radius ? low : high) = middle;
    }
    const at::Tensor e = step(high);
    return at::dot(e, slope + 0.5 * curvature * e).item<double>();
}

TEST(WorstCase, OfAQuadraticIsTheTrustRegionMaximum) {
    constexpr std::int64_t n = 15;
    const at::Tensor x = normal(n, 1);
    for (const double slope_size : {1.0, 0.1}) {
        const at::Tensor slope = slope_size * normal(n, 2);
        const at::Tensor curvature = at::linspace(-3, 5, n, doubles);
        ExampleObjective objective(n, quadratic(x, slope, curvature, 0.4));
        const WorstCaseSettings settings;
        const MeasuredValues found = measure(settings, objective, x);

        const double sam = ball_maximum(slope, curvature, settings.radius);
        EXPECT_NEAR(number(found, "sam_sharpness"), sam, 1e-3 * sam);
        EXPECT_LE(number(found, "sam_sharpness"), sam * (1 + 1e-9));
        const at::Tensor e = settings.radius * slope / slope.norm();
        EXPECT_NEAR(number(found, "sam_first_order"),
                    at::dot(e, slope + 0.5 * curvature * e).item<double>(), 1e-12);

        // In u = e / |x| the ball is plain, the slope |x| g and the curvature x^2 h.
        const double adaptive =
            ball_maximum(x.abs() * slope, x.square() * curvature, settings.adaptive_radius);
        EXPECT_NEAR(number(found, "adaptive_sharpness"), adaptive, 1e-2 * adaptive);
        EXPECT_LE(number(found, "adaptive_sharpness"), adaptive * (1 + 1e-9));
        const at::Tensor scaled = x.abs() * slope;
        const at::Tensor adaptive_e = settings.adaptive_radius * x.square() * slope / scaled.norm();
        EXPECT_NEAR(number(found, "adaptive_first_order"),
                    at::dot(adaptive_e, slope + 0.5 * curvature * adaptive_e).item<double>(),
                    1e-12);
        EXPECT_GT(number(found, "sam_sharpness"), number(found, "sam_first_order"));
    }
}

TEST(WorstCase, AdaptiveIsTheSameForRescaledWeights) {
    constexpr std::int64_t n = 12;
    const at::Tensor x = normal(n, 3);
    const at::Tensor slope = normal(n, 4);
    const at::Tensor curvature = normal(n, 5);
    const at::Tensor factor = normal(n, 6).exp() * normal(n, 7).sign();
    ExampleObjective objective(n, quadratic(x, slope, curvature, 1.0));
    // The same function of w / factor: its weights are factor x.
    ExampleObjective rescaled(n, [&](const at::Tensor& w) -> Objective::ValueAndGradient {
        const auto found = objective.value_and_gradient(w / factor);
        return {found.value, found.gradient / factor};
    });
    const MeasuredValues first = measure({}, objective, x);
    const MeasuredValues second = measure({}, rescaled, factor * x);
    for (const char* name : {"adaptive_sharpness", "adaptive_first_order"}) {
        EXPECT_NEAR(number(first, name), number(second, name), 1e-9 * std::abs(number(first, name)))
            << name;
    }
    EXPECT_GT(std::abs(number(first, "sam_sharpness") - number(second, "sam_sharpness")),
              1e-2 * number(first, "sam_sharpness"));
}

TEST(WorstCase, AdaptiveLeavesWeightsOfZeroAlone) {
    constexpr std::int64_t n = 8;
    const at::Tensor x = normal(n, 8);
    x.narrow(0, 0, 3).zero_();
    ExampleObjective objective(n, quadratic(x, normal(n, 9), at::ones({n}, doubles)));
    measure({}, objective, x);
    const auto& points = objective.log.points;
    for (std::size_t i = points.size() / 2 + 1; i < points.size(); ++i) {
        EXPECT_TRUE(points[i].narrow(0, 0, 3).eq(0).all().item<bool>());
    }
}

TEST(WorstCase, StaysInTheBallAndCountsItsIterations) {
    constexpr std::int64_t n = 10;
    const at::Tensor x = normal(n, 10);
    ExampleObjective objective(n, quadratic(x, normal(n, 11), normal(n, 12)));
    const WorstCaseSettings settings;
    measure(settings, objective, x);
    const auto& points = objective.log.points;
    // The weights; then for each ball the first-order point and the iterations.
    const std::size_t per_ball = 1 + static_cast<std::size_t>(settings.iterations);
    ASSERT_EQ(points.size(), 1 + 2 * per_ball);
    for (std::size_t i = 0; i < per_ball; ++i) {
        EXPECT_LE((points[1 + i] - x).norm().item<double>(), settings.radius * (1 + 1e-9));
        EXPECT_LE(((points[1 + per_ball + i] - x) / x).norm().item<double>(),
                  settings.adaptive_radius * (1 + 1e-9));
    }
}

TEST(WorstCase, AtAMinimumClimbsFromARandomPointToTheLargestCurvature) {
    constexpr std::int64_t n = 12;
    const at::Tensor x = normal(n, 13);
    at::Tensor curvature = at::linspace(0, 1, n, doubles);
    curvature[4] = 10;
    ExampleObjective objective(n, quadratic(x, at::zeros({n}, doubles), curvature));
    const WorstCaseSettings settings;
    const MeasuredValues found = measure(settings, objective, x);
    const double top = 0.5 * 10 * settings.radius * settings.radius;
    EXPECT_NEAR(number(found, "sam_sharpness"), top, 1e-2 * top);
    EXPECT_EQ(number(found, "sam_first_order"), 0);
    EXPECT_EQ(number(found, "adaptive_first_order"), 0);
}

TEST(WorstCase, IsNeverNegativeThoughTheFirstOrderValueMayBe) {
    // A top so narrow that the first-order step leaps over it.
    constexpr std::int64_t n = 5;
    const at::Tensor x = normal(n, 14);
    ExampleObjective objective(
        n, quadratic(x, 1e-3 * normal(n, 15), at::full({n}, -100.0, doubles), 1.0));
    const MeasuredValues found = measure({}, objective, x);
    EXPECT_LT(number(found, "sam_first_order"), 0);
    EXPECT_LT(number(found, "adaptive_first_order"), 0);
    EXPECT_GE(number(found, "sam_sharpness"), 0);
    EXPECT_GE(number(found, "adaptive_sharpness"), 0);
}

TEST(WorstCase, OfAFlatFunctionIsZero) {
    ExampleObjective objective(6, [](const at::Tensor& w) -> Objective::ValueAndGradient {
        return {3, at::zeros_like(w)};
    });
    for (const auto& [name, values] : measure({}, objective, normal(6, 16))) {
        EXPECT_EQ(values, std::vector<double>{0.0}) << name;
    }
    // Nor is there an ellipsoid around weights that are all zero.
    ExampleObjective sloped(
        6, quadratic(at::zeros({6}, doubles), at::ones({6}, doubles), at::ones({6}, doubles)));
    const MeasuredValues found = measure({}, sloped, at::zeros({6}, doubles));
    EXPECT_EQ(number(found, "adaptive_sharpness"), 0);
    EXPECT_GT(number(found, "sam_sharpness"), 0);
}

struct SmallCase {
    static constexpr std::int64_t n = 6;
    at::Tensor x = normal(n, 17);
    ExampleObjective objective{n, quadratic(x, normal(n, 18), normal(n, 19), 1.0)};
    WorstCaseSettings settings{.radius = 0.05, .adaptive_radius = 0.5, .iterations = 9};
    std::unique_ptr<Measure> make() {
        return make_measure(worst_case_sharpness(), settings, 4,
                            {.weights = x, .loss = &objective});
    }
};

TEST(WorstCase, GoesOnFromEveryState) {
    SmallCase small;
    expect_resumable([&] { return small.make(); });
}

TEST(WorstCase, IsUnharmedByAStopInAnyEvaluation) {
    SmallCase small;
    expect_unharmed_by_stops([&] { return small.make(); }, small.objective.log);
}

TEST(WorstCase, IsUnknownWhereTheLossIsNot) {
    SmallCase small;
    expect_end_with_not_a_number([&] { return small.make(); }, small.objective.log,
                                 [](const MeasuredValues& found) {
                                     EXPECT_TRUE(std::isnan(number(found, "adaptive_sharpness")));
                                 });
    small.objective.log.not_a_number_after = 0;
    const auto measure = small.make();
    for (const auto& [name, values] : finish(*measure)) {
        EXPECT_TRUE(std::isnan(values[0])) << name;
    }
    EXPECT_EQ(small.objective.log.points.size(), 1U);
}

TEST(WorstCase, KeepsRanksInStepThatRoundUnlike) {
    SmallCase small;
    expect_ranks_in_step(small.objective, [&](Objective& objective, Communicator& communicator) {
        return make_measure(
            worst_case_sharpness(), small.settings, 4,
            {.weights = small.x, .loss = &objective, .communicator = &communicator});
    });
}

TEST(WorstCase, RefusesTheStateOfOtherSettings) {
    SmallCase small;
    const auto measure = small.make();
    small.settings.radius = 0.06;
    EXPECT_THROW(small.make()->restore(measure->state()), Error);
    EXPECT_THROW(small.make()->restore({}), Error);
}

}  // namespace
}  // namespace batchscope::tests_of_worst_case_sharpness
