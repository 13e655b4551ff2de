#include "measures/random_vectors.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

namespace batchscope::tests_of_random_vectors {
namespace {

const at::TensorOptions doubles = at::TensorOptions().dtype(at::kDouble);

TEST(RandomVectors, RowsDoNotDependOnTheBlockTheyAreDrawnIn) {
    const RandomVectors vectors(3, RandomVectorUse::trace_probe, 5000, doubles);
    const at::Tensor all = vectors.normal(0, 4);
    EXPECT_TRUE(at::equal(vectors.normal(2, 1)[0], all[2]));
    EXPECT_FALSE(at::equal(all[0], all[1]));
}

TEST(RandomVectors, SeedsAndUsesGiveOtherNumbers) {
    const auto first = [](std::uint64_t seed, RandomVectorUse use) {
        return RandomVectors(seed, use, 8, doubles).uniform(0, 1);
    };
    const at::Tensor numbers = first(1, RandomVectorUse::trace_probe);
    EXPECT_FALSE(at::equal(numbers, first(2, RandomVectorUse::trace_probe)));
    EXPECT_FALSE(at::equal(numbers, first(1, RandomVectorUse::trace_sketch)));
}

TEST(RandomVectors, HaveTheMomentsOfTheirDistribution) {
    const RandomVectors vectors(7, RandomVectorUse::average_case, 100'000, doubles);
    const double error = 4.0 / std::sqrt(100'000.0);  // four standard errors of a mean
    const at::Tensor normal = vectors.normal(0, 1);
    EXPECT_NEAR(normal.mean().item<double>(), 0, error);
    EXPECT_NEAR(normal.square().mean().item<double>(), 1, error * std::sqrt(2.0));
    const at::Tensor signs = vectors.rademacher(0, 1);
    EXPECT_TRUE(signs.abs().eq(1).all().item<bool>());
    EXPECT_NEAR(signs.mean().item<double>(), 0, error);
    const at::Tensor uniform = vectors.uniform(0, 1);
    EXPECT_NEAR(uniform.mean().item<double>(), 0.5, error / std::sqrt(12.0));
    EXPECT_TRUE(uniform.ge(0).logical_and(uniform.lt(1)).all().item<bool>());
}

}  // namespace
}  // namespace batchscope::tests_of_random_vectors
