#include "measures/unit_ball.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>

#include "measures/random_vectors.hpp"

namespace batchscope::tests_of_unit_ball {
namespace {

at::Tensor normal(std::int64_t size, std::uint64_t seed) {
    return RandomVectors(seed, RandomVectorUse::subset, size,
                         at::TensorOptions().dtype(at::kDouble))
        .normal(0, 1)[0];
}

at::Tensor numbers(const std::vector<double>& values) {
    return at::tensor(values, at::kDouble);
}

TEST(UnitBall, ProjectionGoesToTheNearestPoint) {
    const at::Tensor inside = numbers({0.3, -0.4});
    const at::Tensor outside = numbers({3, -4});
    EXPECT_TRUE(at::equal(projected(UnitBall::cube, inside), inside));
    EXPECT_TRUE(at::equal(projected(UnitBall::euclidean, inside), inside));
    EXPECT_TRUE(at::equal(projected(UnitBall::cube, outside), numbers({1, -1})));
    EXPECT_TRUE(at::allclose(projected(UnitBall::euclidean, outside), numbers({0.6, -0.8})));
}

TEST(UnitBall, NoOtherPointIsSteeper) {
    const at::Tensor gradient = normal(8, 1);
    for (const auto ball : {UnitBall::cube, UnitBall::euclidean}) {
        const double steepest = at::dot(gradient, steepest_point(ball, gradient)).item<double>();
        for (std::uint64_t seed = 2; seed < 100; ++seed) {
            const at::Tensor other = projected(ball, 10 * normal(8, seed));
            EXPECT_LE(at::dot(gradient, other).item<double>(), steepest + 1e-12);
        }
    }
    EXPECT_NEAR(steepest_point(UnitBall::euclidean, gradient).norm().item<double>(), 1, 1e-15);
}

TEST(UnitBall, SteepestPointIsRightForTinyAndZeroGradients) {
    const at::Tensor tiny = 1e-300 * numbers({3, -4});
    EXPECT_TRUE(at::allclose(steepest_point(UnitBall::euclidean, tiny), numbers({0.6, -0.8})));
    EXPECT_TRUE(at::equal(steepest_point(UnitBall::cube, tiny), numbers({1, -1})));
    for (const auto ball : {UnitBall::cube, UnitBall::euclidean}) {
        EXPECT_TRUE(at::equal(steepest_point(ball, numbers({0, 0})), numbers({0, 0})));
    }
}

TEST(UnitBall, KnowsWhatIsNotFinite) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
    EXPECT_TRUE(is_finite({1, numbers({1, 2})}));
    EXPECT_FALSE(is_finite({infinity, numbers({1, 2})}));
    EXPECT_FALSE(is_finite({not_a_number, numbers({1, 2})}));
    EXPECT_FALSE(is_finite({1, numbers({1, not_a_number})}));
    EXPECT_FALSE(is_finite({1, numbers({-infinity, 1})}));
}

}  // namespace
}  // namespace batchscope::tests_of_unit_ball
