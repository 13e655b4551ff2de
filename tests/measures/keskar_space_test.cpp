#include "measures/keskar_space.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "measures/random_vectors.hpp"

namespace batchscope::tests_of_keskar_space {
namespace {

const at::TensorOptions doubles = at::TensorOptions().dtype(at::kDouble);

at::Tensor normal(std::int64_t rows, std::int64_t size, std::uint64_t seed) {
    return RandomVectors(seed, RandomVectorUse::subset, size, doubles).normal(0, rows);
}

/// Distance relative to the size of `expected`.
double distance(const at::Tensor& found, const at::Tensor& expected) {
    return ((found - expected).norm() / expected.norm()).item<double>();
}

TEST(LeastSquares, IsThePseudoinverse) {
    // Barely taller than wide, one block of rows, and several with a short last one.
    for (const auto& [rows, columns] :
         {std::pair{2, 1}, {6, 5}, {300, 7}, {8192, 3}, {8193, 4}, {16500, 3}}) {
        const at::Tensor a = normal(columns, rows, 1);
        const at::Tensor x = normal(1, rows, 2)[0];
        const at::Tensor expected = at::mv(at::linalg_pinv(a.t()), x);
        EXPECT_LT(distance(least_squares(a, x), expected), 1e-10) << rows << " x " << columns;
    }
}

TEST(LeastSquares, LosesNoDigitsTwiceWhenColumnsAreNearlyDependent) {
    // Condition 1e7: normal equations would square it and keep two digits.
    at::Tensor a = normal(3, 9000, 3);
    a[2] = a[0] + 1e-7 * a[2];
    const at::Tensor expected = at::tensor({1.0, -2.0, 0.5}, doubles);
    EXPECT_LT(distance(least_squares(a, at::mv(a.t(), expected)), expected), 1e-7);
}

TEST(KeskarSpace, OfAllWeightsIsTheIdentity) {
    const at::Tensor x = normal(1, 9, 4)[0];
    const KeskarSpace space(x);
    EXPECT_EQ(space.dimension(), 9);
    EXPECT_TRUE(at::equal(space.half_widths(0.5), 0.5 * (x.abs() + 1)));
    EXPECT_TRUE(at::equal(space.point(x), 2 * x));
    EXPECT_TRUE(at::equal(space.gradient(x), x));
}

TEST(KeskarSpace, OfRandomColumnsMapsByThem) {
    SerialCommunicator communicator;
    const at::Tensor x = normal(1, 50, 5)[0];
    const KeskarSpace space(x, 4, 7, communicator);
    const at::Tensor a =
        RandomVectors(7, RandomVectorUse::keskar_subspace, 50, doubles).normal(0, 4).t();
    EXPECT_EQ(space.dimension(), 4);
    const at::Tensor z = normal(1, 4, 6)[0];
    EXPECT_LT(distance(space.point(z), x + at::mv(a, z)), 1e-15);
    EXPECT_LT(distance(space.gradient(x), at::mv(a.t(), x)), 1e-14);
    const at::Tensor coordinates = at::mv(at::linalg_pinv(a), x);
    EXPECT_LT(distance(space.half_widths(1e-3), 1e-3 * (coordinates.abs() + 1)), 1e-12);
    // The columns belong to the seed, not to the weights.
    const KeskarSpace other(2 * x, 4, 7, communicator);
    EXPECT_LT(distance(other.gradient(x), space.gradient(x)), 1e-15);
    const KeskarSpace reseeded(x, 4, 8, communicator);
    EXPECT_GT(distance(reseeded.gradient(x), space.gradient(x)), 0.1);
}

}  // namespace
}  // namespace batchscope::tests_of_keskar_space
