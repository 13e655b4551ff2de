#include "measures/projected_ascent.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "example_functions.hpp"
#include "resumption_checks.hpp"

namespace batchscope::tests_of_projected_ascent {
namespace {

struct Ascent {
    double best = 0;
    std::vector<at::Tensor> points;
};

Ascent ascend(UnitBall ball, const ExampleObjective::Function& function, const at::Tensor& start,
              std::int64_t iterations) {
    SerialCommunicator communicator;
    ProjectedAscent search(ball, iterations, communicator);
    search.start(start, function(start));
    Ascent result;
    for (std::int64_t i = 0; i < iterations; ++i) {
        const double before = search.best();
        search.iterate([&](const at::Tensor& point) {
            result.points.push_back(point);
            return function(point);
        });
        EXPECT_GE(search.best(), before);
    }
    result.best = search.best();
    return result;
}

TEST(ProjectedAscent, OfALinearFunctionIsDoneAfterOneIteration) {
    const at::Tensor zero = at::zeros({20}, doubles);
    const at::Tensor slope = normal(20, 1);
    const auto function = quadratic(zero, slope, zero);
    const Ascent cube = ascend(UnitBall::cube, function, zero, 1);
    EXPECT_NEAR(cube.best, slope.abs().sum().item<double>(), 1e-12);
    const Ascent ball = ascend(UnitBall::euclidean, function, zero, 1);
    EXPECT_NEAR(ball.best, slope.norm().item<double>(), 1e-12);
}

TEST(ProjectedAscent, StaysInTheBall) {
    const at::Tensor zero = at::zeros({20}, doubles);
    const auto function = quadratic(zero, normal(20, 2), normal(20, 3));
    for (const at::Tensor& point : ascend(UnitBall::cube, function, zero, 30).points) {
        EXPECT_LE(point.abs().max().item<double>(), 1);
    }
    for (const at::Tensor& point : ascend(UnitBall::euclidean, function, zero, 30).points) {
        EXPECT_LE(point.norm().item<double>(), 1 + 1e-12);
    }
}

TEST(ProjectedAscent, HalvesItsStepsUntilItFindsATopWithinTheBall) {
    constexpr std::int64_t n = 10;
    const at::Tensor top = 0.15 * normal(n, 4);
    const auto function = quadratic(top, at::zeros({n}, doubles), -at::ones({n}, doubles), 1.0);
    for (const auto ball : {UnitBall::cube, UnitBall::euclidean}) {
        const at::Tensor zero = at::zeros({n}, doubles);
        const double height = 1 - function(zero).value;
        // Signs alone know nothing of the distance, so it takes many iterations.
        EXPECT_GT(ascend(ball, function, zero, 100).best, 1 - 0.05 * height);
    }
}

TEST(ProjectedAscent, WithFewIterationsIsNoOtherThanTheFirstOfMany) {
    // The checkpoints of 1 to 4 iterations all round to a few numbers.
    const at::Tensor zero = at::zeros({5}, doubles);
    const auto function = quadratic(zero, normal(5, 5), normal(5, 6));
    for (std::int64_t iterations = 1; iterations < 5; ++iterations) {
        const Ascent found = ascend(UnitBall::euclidean, function, zero, iterations);
        EXPECT_EQ(found.points.size(), static_cast<std::size_t>(iterations));
        EXPECT_GT(found.best, 0);
    }
}

// Checkpoints of earlier programs hold these numbers in this order.
TEST(ProjectedAscent, IsSavedAsItAlwaysWas) {
    const at::Tensor zero = at::zeros({2}, doubles);
    const auto function = quadratic(zero, at::tensor({1.0, 2.0}, doubles), zero);
    SerialCommunicator communicator;
    ProjectedAscent search(UnitBall::cube, 10, communicator);
    search.start(zero, function(zero));
    search.iterate(function);
    // Value, best value, step, iterations, rises; at the last checkpoint: step, best, iteration.
    EXPECT_EQ(numbers_in(search.state("ascent"), "ascent_progress"),
              (std::vector<double>{3, 3, 2, 1, 1, 2, 0, 0}));
}

}  // namespace
}  // namespace batchscope::tests_of_projected_ascent
