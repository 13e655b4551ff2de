#include "measures/keskar_sharpness.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "example_functions.hpp"
#include "measure_parts.hpp"
#include "measures/random_vectors.hpp"
#include "resumption_checks.hpp"

namespace batchscope::tests_of_keskar_sharpness {
namespace {

KeskarSettings in_full_space() {
    KeskarSettings settings;
    settings.subspace = 0;
    return settings;
}

MeasuredValues measure(const KeskarSettings& settings, Objective& objective,
                       const at::Tensor& weights, std::uint64_t seed = 1) {
    return finish(*make_measure(keskar_sharpness(), settings, seed,
                                {.weights = weights, .loss = &objective}));
}

/// max over |z_i| <= width_i of slope . z + 1/2 z' diag(curvature) z, variable by variable.
double box_maximum(const at::Tensor& slope, const at::Tensor& curvature, const at::Tensor& width) {
    const auto gain = [&](const at::Tensor& z) { return slope * z + 0.5 * curvature * z * z; };
    const at::Tensor top = at::where(curvature < 0, -slope / curvature, at::zeros_like(slope));
    return at::maximum(at::maximum(gain(width), gain(-width)), gain(at::clamp(top, -width, width)))
        .sum()
        .item<double>();
}

at::Tensor half_widths(const at::Tensor& weights, double epsilon) {
    return epsilon * (weights.abs() + 1);
}

TEST(Keskar, FindsTheMaximumOfAConvexSeparableFunctionExactly) {
    constexpr std::int64_t n = 60;
    constexpr double offset = 0.3;
    const at::Tensor x = normal(n, 1);
    const at::Tensor curvature = normal(n, 2).square() + 0.1;
    // At a minimum: z = 0 is stuck there, and random starts find the corners.
    ExampleObjective at_minimum(n, quadratic(x, at::zeros({n}, doubles), curvature, offset));
    // On a slope that reaches over the box: the only maximum is the corner that it points to.
    const at::Tensor slope = 2e-3 * 3 * curvature * (x.abs() + 1) * normal(n, 3).sign();
    ExampleObjective on_slope(n, quadratic(x, slope, curvature, offset));
    const KeskarSettings settings = in_full_space();
    const MeasuredValues minimum = measure(settings, at_minimum, x);
    const MeasuredValues sloped = measure(settings, on_slope, x);
    for (std::size_t i = 0; i < settings.epsilon.size(); ++i) {
        const at::Tensor width = half_widths(x, settings.epsilon[i]);
        const double top = box_maximum(at::zeros({n}, doubles), curvature, width);
        EXPECT_NEAR(minimum.at("keskar_full")[i], 100 * top / (1 + offset),
                    1e-9 * 100 * top / (1 + offset));
        EXPECT_EQ(minimum.at("keskar_full_first_order")[i], 0);
        EXPECT_EQ(minimum.at("keskar_full_ascent")[i], 0);  // it starts where the gradient is zero
        EXPECT_GT(minimum.at("keskar_full_spread")[i], 0);
        EXPECT_EQ(minimum.at("keskar_full_at_start")[i], 0);

        const double sloped_phi = 100 * box_maximum(slope, curvature, width) / (1 + offset);
        EXPECT_NEAR(sloped.at("keskar_full")[i], sloped_phi, 1e-9 * sloped_phi);
        EXPECT_NEAR(sloped.at("keskar_full_ascent")[i], sloped_phi, 1e-9 * sloped_phi);
        EXPECT_LT(sloped.at("keskar_full_first_order")[i], sloped_phi);
        EXPECT_NEAR(sloped.at("keskar_full_spread")[i], 0, 1e-9 * sloped_phi);
    }
}

TEST(Keskar, FindsTheMaximumAtASaddleToOnePercent) {
    constexpr std::int64_t n = 50;
    const at::Tensor x = normal(n, 4);
    // Curvatures from -5 to 4; where negative, the top lies within the box or beyond.
    const at::Tensor curvature = at::linspace(-5, 4, n, doubles);
    for (const double slope_size : {3e-3, 1e-3, 1e-4}) {
        const at::Tensor sign = normal(n, 5).sign();
        // Steep enough where convex that there is one maximum only.
        const at::Tensor slope = sign * at::where(curvature > 0, 1.1e-3 * curvature * (x.abs() + 1),
                                                  at::full_like(x, slope_size));
        ExampleObjective objective(n, quadratic(x, slope, curvature, 0.5));
        const KeskarSettings settings = in_full_space();
        const MeasuredValues found = measure(settings, objective, x);
        for (std::size_t i = 0; i < settings.epsilon.size(); ++i) {
            const double top = box_maximum(slope, curvature, half_widths(x, settings.epsilon[i]));
            const double phi = 100 * top / 1.5;
            EXPECT_NEAR(found.at("keskar_full")[i], phi, 1e-2 * phi) << slope_size;
            EXPECT_LE(found.at("keskar_full")[i], phi * (1 + 1e-12));
            EXPECT_NEAR(found.at("keskar_full_ascent")[i], phi, 5e-2 * phi) << slope_size;
        }
    }
}

TEST(Keskar, FindsATopWithinTheBox) {
    // A concave function of coupled variables, its top well inside.
    constexpr std::int64_t n = 20;
    const at::Tensor x = normal(n, 6);
    const at::Tensor mixing = RandomVectors(7, RandomVectorUse::subset, n, doubles).normal(0, n);
    const at::Tensor curvature = mixing.matmul(mixing.t()) + at::eye(n, doubles);
    const at::Tensor top = 3e-4 * normal(n, 8).sign();
    ExampleObjective objective(n, [&](const at::Tensor& w) -> Objective::ValueAndGradient {
        const at::Tensor step = w - x - top;
        const at::Tensor bent = at::mv(curvature, step);
        return {1 - 0.5 * at::dot(step, bent).item<double>(), -bent};
    });
    const MeasuredValues found = measure(in_full_space(), objective, x);
    const double f = objective.value_and_gradient(x).value;
    const double phi_at_top = 100 * (1 - f) / (1 + f);
    for (const double phi : found.at("keskar_full")) {
        EXPECT_NEAR(phi, phi_at_top, 1e-2 * phi_at_top);
    }
}

TEST(Keskar, OfALinearFunctionIsItsFirstOrderBound) {
    constexpr std::int64_t n = 40;
    const at::Tensor x = normal(n, 9);
    const at::Tensor slope = normal(n, 10);
    ExampleObjective objective(n, quadratic(x, slope, at::zeros({n}, doubles), 2.0));
    const KeskarSettings settings;  // 100 columns: more than weights
    const MeasuredValues found = measure(settings, objective, x);
    for (std::size_t i = 0; i < settings.epsilon.size(); ++i) {
        const double bound =
            100.0 / 3 * (slope.abs() * half_widths(x, settings.epsilon[i])).sum().item<double>();
        EXPECT_NEAR(found.at("keskar_full")[i], bound, 1e-10 * bound);
        EXPECT_NEAR(found.at("keskar_full_ascent")[i], bound, 1e-10 * bound);
        EXPECT_NEAR(found.at("keskar_full_first_order")[i], bound, 1e-10 * bound);
        for (const auto& [name, values] : found) {
            if (name.starts_with("keskar_subspace")) {
                EXPECT_TRUE(std::isnan(values[i])) << name;
            }
        }
    }
}

TEST(Keskar, OfALinearFunctionInASubspaceIsItsFirstOrderBoundThere) {
    constexpr std::int64_t n = 300;
    constexpr std::int64_t p = 7;
    const at::Tensor x = normal(n, 11);
    const at::Tensor slope = normal(n, 12);
    ExampleObjective objective(n, quadratic(x, slope, at::zeros({n}, doubles), 2.0));
    KeskarSettings settings;
    settings.subspace = p;
    const std::uint64_t seed = 5;
    const MeasuredValues found = measure(settings, objective, x, seed);
    const at::Tensor columns =
        RandomVectors(seed, RandomVectorUse::keskar_subspace, n, doubles).normal(0, p);
    // The pseudoinverse by singular values, as an oracle of another kind.
    const at::Tensor coordinates = at::mv(at::linalg_pinv(columns.t()), x);
    for (std::size_t i = 0; i < settings.epsilon.size(); ++i) {
        const at::Tensor width = half_widths(coordinates, settings.epsilon[i]);
        const double bound =
            100.0 / 3 * (at::mv(columns, slope).abs() * width).sum().item<double>();
        EXPECT_NEAR(found.at("keskar_subspace")[i], bound, 1e-9 * bound);
        EXPECT_NEAR(found.at("keskar_subspace_first_order")[i], bound, 1e-9 * bound);
        EXPECT_EQ(found.at("keskar_subspace_at_start")[i], 0);
        EXPECT_EQ(found.at("keskar_subspace_by_iteration").size(),
                  settings.epsilon.size() * static_cast<std::size_t>(settings.iterations + 1));
    }
}

TEST(Keskar, FindsTheMaximumOfAQuadraticInASubspace) {
    // f = 1/2 |A^+ (w - x)|^2: separable in z, whatever A is.
    constexpr std::int64_t n = 200;
    constexpr std::int64_t p = 5;
    const std::uint64_t seed = 8;
    const at::Tensor x = normal(n, 13);
    const at::Tensor inverse = at::linalg_pinv(
        RandomVectors(seed, RandomVectorUse::keskar_subspace, n, doubles).normal(0, p).t());
    const at::Tensor slope = 0.1 * normal(p, 14);
    ExampleObjective objective(n, [&](const at::Tensor& w) -> Objective::ValueAndGradient {
        const at::Tensor z = at::mv(inverse, w - x);
        return {1 + at::dot(slope + 0.5 * z, z).item<double>(), at::mv(inverse.t(), slope + z)};
    });
    KeskarSettings settings;
    settings.subspace = p;
    const MeasuredValues found = measure(settings, objective, x, seed);
    const at::Tensor coordinates = at::mv(inverse, x);
    for (std::size_t i = 0; i < settings.epsilon.size(); ++i) {
        const double top = box_maximum(slope, at::ones({p}, doubles),
                                       half_widths(coordinates, settings.epsilon[i]));
        EXPECT_NEAR(found.at("keskar_subspace")[i], 100 * top / 2, 1e-8 * 100 * top / 2);
    }
}

TEST(Keskar, GrowsWithEpsilonAndWithIterationsAndIsNeverNegative) {
    constexpr std::int64_t n = 30;
    KeskarSettings settings = in_full_space();
    settings.epsilon = {1e-4, 1e-3, 1e-2, 1e-1};
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        const at::Tensor x = normal(n, 100 + seed);
        const at::Tensor inner = normal(n, 200 + seed);
        // A wavy function, with maxima of all kinds in the larger boxes.
        ExampleObjective objective(n, [&](const at::Tensor& w) -> Objective::ValueAndGradient {
            const at::Tensor phase = 20 * (w - x) + inner;
            return {(1 + at::sin(phase)).mean().item<double>(),
                    20 * at::cos(phase) / static_cast<double>(n)};
        });
        const MeasuredValues found = measure(settings, objective, x, seed);
        const auto& phi = found.at("keskar_full");
        for (std::size_t i = 0; i < phi.size(); ++i) {
            EXPECT_GT(phi[i], i == 0 ? 0 : phi[i - 1]);
            EXPECT_GE(phi[i], found.at("keskar_full_ascent")[i]);
            const double* by_iteration = found.at("keskar_full_by_iteration").data() + 11 * i;
            EXPECT_GE(by_iteration[0], 0);
            EXPECT_TRUE(std::is_sorted(by_iteration, by_iteration + 11));
            EXPECT_LE(by_iteration[10], phi[i]);
        }
    }
}

TEST(Keskar, CountsAHigherPointInASmallerBox) {
    // A narrow peak that only searches of the small box meet: its corner, beside a smooth hill.
    constexpr std::int64_t n = 4;
    const at::Tensor x = at::zeros({n}, doubles);
    ExampleObjective objective(n, [](const at::Tensor& w) -> Objective::ValueAndGradient {
        const at::Tensor distance = w - 1e-3;
        const at::Tensor peak = 10 * at::exp(-distance.square().sum() / 1e-8);
        return {(0.5 + w.sum() + peak).item<double>(), 1 - 2e8 * peak * distance};
    });
    KeskarSettings settings = in_full_space();
    settings.epsilon = {1e-2, 1e-3};
    settings.starts = 1;
    settings.iterations = 1;
    const MeasuredValues found = measure(settings, objective, x);
    EXPECT_NEAR(found.at("keskar_full")[1], 100 * 10.004 / 1.5, 1e-6);
    EXPECT_EQ(found.at("keskar_full")[0], found.at("keskar_full")[1]);
    EXPECT_LT(found.at("keskar_full_by_iteration")[1], 10);  // the large box itself did not meet it
}

TEST(Keskar, OfAFlatFunctionIsZeroAndFlagged) {
    ExampleObjective objective(200, [](const at::Tensor& w) -> Objective::ValueAndGradient {
        return {0.25, at::zeros_like(w)};
    });
    const MeasuredValues found = measure({}, objective, normal(200, 15));
    for (const std::string space : {"keskar_full", "keskar_subspace"}) {
        for (std::size_t i = 0; i < 2; ++i) {
            EXPECT_EQ(found.at(space)[i], 0);
            EXPECT_EQ(found.at(space + "_at_start")[i], 1);
            EXPECT_EQ(found.at(space + "_spread")[i], 0);
            EXPECT_EQ(found.at(space + "_first_order")[i], 0);
        }
        EXPECT_EQ(found.at(space + "_by_iteration"), std::vector<double>(22, 0.0));
    }
}

TEST(Keskar, IsZeroAndFlaggedAtAMaximum) {
    constexpr std::int64_t n = 10;
    const at::Tensor x = normal(n, 16);
    ExampleObjective objective(
        n, quadratic(x, at::zeros({n}, doubles), at::full({n}, -1.0, doubles), 1.0));
    const MeasuredValues found = measure(in_full_space(), objective, x);
    EXPECT_EQ(found.at("keskar_full")[0], 0);
    EXPECT_EQ(found.at("keskar_full_at_start")[0], 1);
}

TEST(Keskar, SeesDifferencesFarBelowSinglePrecision) {
    constexpr std::int64_t n = 20;
    const at::Tensor x = normal(n, 17);
    const at::Tensor slope = 1e-9 * normal(n, 18);
    ExampleObjective objective(n, quadratic(x, slope, at::zeros({n}, doubles), 0.7));
    const MeasuredValues found = measure(in_full_space(), objective, x);
    const double bound =
        100 / 1.7 * (slope.abs() * half_widths(x, 1e-3)).sum().item<double>();  // about 1e-9
    EXPECT_NEAR(found.at("keskar_full")[0], bound, 1e-3 * bound);
    EXPECT_EQ(found.at("keskar_full_at_start")[0], 0);
}

TEST(Keskar, EvaluatesWithinTheBoxAloneAndCountsIt) {
    constexpr std::int64_t n = 120;
    constexpr std::int64_t p = 6;
    const at::Tensor x = normal(n, 19);
    // Sines: tops within the box and at its faces.
    ExampleObjective objective(n, [&](const at::Tensor& w) -> Objective::ValueAndGradient {
        return {(1 + at::sin(900 * (w - x))).mean().item<double>(),
                900 * at::cos(900 * (w - x)) / static_cast<double>(n)};
    });
    KeskarSettings settings;
    settings.subspace = p;
    settings.epsilon = {1e-3};
    const std::uint64_t seed = 3;
    const MeasuredValues found = measure(settings, objective, x, seed);
    const auto full = static_cast<std::size_t>(found.at("keskar_full_evaluations")[0]);
    const auto subspace = static_cast<std::size_t>(found.at("keskar_subspace_evaluations")[0]);
    const auto& points = objective.log.points;
    ASSERT_EQ(points.size(), 1 + full + subspace);
    EXPECT_TRUE(at::equal(points[0], x));
    const at::Tensor width = half_widths(x, 1e-3);
    double farthest = 0;
    for (std::size_t i = 1; i <= full; ++i) {
        farthest = std::max(farthest, ((points[i] - x).abs() / width).max().item<double>());
    }
    EXPECT_LE(farthest, 1 + 1e-10);  // x + z - x rounds
    EXPECT_GT(farthest, 0.999);
    const at::Tensor inverse = at::linalg_pinv(
        RandomVectors(seed, RandomVectorUse::keskar_subspace, n, doubles).normal(0, p).t());
    const at::Tensor subspace_width = half_widths(at::mv(inverse, x), 1e-3);
    for (std::size_t i = 1 + full; i < points.size(); ++i) {
        const at::Tensor z = at::mv(inverse, points[i] - x);
        EXPECT_LE((z.abs() / subspace_width).max().item<double>(), 1 + 1e-10);
    }
    // Five starts of ten iterations and the check, few of them searching for long.
    EXPECT_GE(full, 10U);
    EXPECT_LE(full, 250U);
}

TEST(Keskar, UsesTheSameStartsAndColumnsForAllWeights) {
    constexpr std::int64_t n = 30;
    KeskarSettings settings;
    settings.subspace = 4;
    settings.iterations = 0;  // the starts alone
    settings.epsilon = {1e-3};
    const auto steps_from = [&](const at::Tensor& x) {
        ExampleObjective objective(n,
                                   quadratic(x, at::zeros({n}, doubles), at::ones({n}, doubles)));
        measure(settings, objective, x);
        std::vector<at::Tensor> steps;
        for (const at::Tensor& point : objective.log.points) {
            steps.push_back(point - x);
        }
        return steps;
    };
    // Weights of opposite sign have the same box.
    const at::Tensor x = normal(n, 20);
    const auto steps = steps_from(x);
    const auto mirrored = steps_from(-x);
    ASSERT_EQ(steps.size(), 9U);  // the weights, and four random starts in each space
    for (std::size_t i = 0; i < steps.size(); ++i) {
        EXPECT_LT((steps[i] - mirrored[i]).abs().max().item<double>(), 1e-15);
    }
}

TEST(Keskar, DoesNotChangeWhenWeightsAreReordered) {
    constexpr std::int64_t n = 25;
    const at::Tensor x = normal(n, 21);
    const at::Tensor curvature = normal(n, 22);
    const at::Tensor slope = 1e-2 * normal(n, 23);
    ExampleObjective objective(n, quadratic(x, slope, curvature, 1.0));
    ExampleObjective flipped(n, quadratic(x.flip(0), slope.flip(0), curvature.flip(0), 1.0));
    KeskarSettings settings = in_full_space();
    settings.starts = 1;  // others are drawn by place
    const MeasuredValues first = measure(settings, objective, x);
    const MeasuredValues second = measure(settings, flipped, x.flip(0));
    EXPECT_NEAR(first.at("keskar_full")[0], second.at("keskar_full")[0],
                1e-10 * first.at("keskar_full")[0]);
    EXPECT_TRUE(std::isnan(first.at("keskar_full_spread")[0]));
}

}  // namespace
}  // namespace batchscope::tests_of_keskar_sharpness
