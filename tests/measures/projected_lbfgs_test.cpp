#include "measures/projected_lbfgs.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "example_functions.hpp"
#include "measures/random_vectors.hpp"

namespace batchscope::tests_of_projected_lbfgs {
namespace {

at::Tensor normal_rows(std::int64_t rows, std::int64_t size, std::uint64_t seed) {
    return RandomVectors(seed, RandomVectorUse::subset, size, doubles).normal(0, rows);
}

struct Climb {
    at::Tensor position;
    double value = 0;
    int iterations = 0, evaluations = 0;
};

Climb climb(const ExampleObjective::Function& function, const at::Tensor& start,
            int most_iterations) {
    SerialCommunicator communicator;
    ProjectedLbfgs search(communicator);
    Climb result;
    search.start(start, function(start));
    double before = search.value();
    while (result.iterations < most_iterations && search.iterate([&](const at::Tensor& point) {
        ++result.evaluations;
        EXPECT_LE(point.abs().max().item<double>(), 1);
        return function(point);
    })) {
        ++result.iterations;
        EXPECT_GE(search.value(), before);
        before = search.value();
    }
    result.position = search.position();
    result.value = search.value();
    return result;
}

TEST(ProjectedLbfgs, FindsTheMaximumOfAConcaveQuadraticWithManyActiveBounds) {
    constexpr std::int64_t n = 30;
    const at::Tensor mixing = normal_rows(n, n, 1);
    const at::Tensor curvature = mixing.matmul(mixing.t()) / n + 0.1 * at::eye(n, doubles);
    const at::Tensor slope = 2 * normal(n, 2);
    const auto function = [&](const at::Tensor& u) -> Objective::ValueAndGradient {
        const at::Tensor bent = at::mv(curvature, u);
        return {at::dot(u, slope - 0.5 * bent).item<double>(), slope - bent};
    };
    const Climb found = climb(function, at::zeros({n}, doubles), 200);
    // The conditions of Karush, Kuhn and Tucker are sufficient for a concave function: the
    // gradient points outward at a bound and is zero elsewhere.
    const at::Tensor gradient = function(found.position).gradient;
    const at::Tensor left = projected(UnitBall::cube, found.position + gradient) - found.position;
    EXPECT_LT(left.abs().max().item<double>(), 1e-6);
    const auto bound = found.position.abs().eq(1).sum().item<std::int64_t>();
    EXPECT_GT(bound, 3);
    EXPECT_LT(bound, n);
    EXPECT_LT(found.iterations, 60);
    EXPECT_LT(found.evaluations, 150);
}

TEST(ProjectedLbfgs, ConvergesFasterThanSteepestAscentOnAnIllConditionedTop) {
    constexpr std::int64_t n = 40;
    const at::Tensor curvature = -at::logspace(0, 4, n, 10, doubles);
    const at::Tensor top = 0.5 * normal(n, 3).sign();
    const auto function = quadratic(top, at::zeros({n}, doubles), curvature);
    const Climb found = climb(function, at::zeros({n}, doubles), 100);
    // The best fixed step for curvatures from 1 to 10^4, as often as the search evaluated.
    at::Tensor steepest = at::zeros({n}, doubles);
    for (int i = 0; i < found.evaluations; ++i) {
        steepest = steepest + 2 / (1 + 1e4) * function(steepest).gradient;
    }
    // Both values are negative, the top is at 0.
    EXPECT_GT(found.value, function(steepest).value / 20);
}

TEST(ProjectedLbfgs, GoesToACornerOfAConvexFunctionInOneIteration) {
    constexpr std::int64_t n = 50;
    const at::Tensor start = 0.5 * normal(n, 4).clamp(-2, 2);
    const auto function =
        quadratic(at::zeros({n}, doubles), at::zeros({n}, doubles), normal(n, 7).square() + 0.1);
    const Climb found = climb(function, start, 10);
    EXPECT_TRUE(at::equal(found.position, start.sign()));
    EXPECT_EQ(found.iterations, 1);
    EXPECT_EQ(found.evaluations, 1);  // that it is done is seen without another
}

TEST(ProjectedLbfgs, SettlesASaddleOfCoupledVariables) {
    // Convex in half of the directions, concave in the others, rotated: at the end no variable can
    // move upward.
    constexpr std::int64_t n = 30;
    const at::Tensor basis = std::get<0>(at::linalg_qr(normal_rows(n, n, 5)));
    const at::Tensor curvature =
        basis.matmul(at::diag(at::linspace(-5, 4, n, doubles))).matmul(basis.t());
    const auto function = [&](const at::Tensor& u) -> Objective::ValueAndGradient {
        const at::Tensor bent = at::mv(curvature, u);
        return {0.5 * at::dot(u, bent).item<double>(), bent};
    };
    const Climb found = climb(function, 0.1 * normal(n, 6).clamp(-2, 2), 300);
    const at::Tensor gradient = function(found.position).gradient;
    const at::Tensor left = projected(UnitBall::cube, found.position + gradient) - found.position;
    EXPECT_LT(left.abs().max().item<double>(), 1e-4);
    EXPECT_GT(found.value, 0);
}

TEST(ProjectedLbfgs, StopsWithoutEvaluationsWhereNothingCanRise) {
    const at::Tensor zero = at::zeros({3}, doubles);
    EXPECT_EQ(climb(quadratic(zero, zero, zero), zero, 10).evaluations, 0);
    // In the corner that the gradient points to.
    const at::Tensor corner = at::tensor({1.0, -1.0, 1.0}, doubles);
    EXPECT_EQ(climb(quadratic(zero, corner, zero), corner, 10).evaluations, 0);
}

TEST(ProjectedLbfgs, GivesUpAfterBoundedEvaluationsWhereTheGradientLies) {
    const at::Tensor zero = at::zeros({3}, doubles);
    const Climb found = climb(
        [](const at::Tensor& u) -> Objective::ValueAndGradient {
            return {-u.abs().sum().item<double>(), at::ones_like(u)};
        },
        zero, 10);
    EXPECT_EQ(found.iterations, 0);
    EXPECT_GT(found.evaluations, 5);
    EXPECT_LT(found.evaluations, 50);
    EXPECT_TRUE(at::equal(found.position, zero));
}

}  // namespace
}  // namespace batchscope::tests_of_projected_lbfgs
