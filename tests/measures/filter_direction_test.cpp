#include "measures/filter_direction.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace batchscope::tests_of_filter_direction {
namespace {

at::Tensor numbers(const std::vector<double>& values) {
    return at::tensor(values, at::kDouble);
}

TEST(FilterNormalised, GivesEachFilterTheNormOfItsWeights) {
    const FilterLayout layout = {{.offset = 0, .filters = 2, .filter_size = 2, .is_weight = true},
                                 {.offset = 4, .filters = 2, .filter_size = 1, .is_weight = false},
                                 {.offset = 6, .filters = 1, .filter_size = 3, .is_weight = true}};
    const at::Tensor weights = numbers({3, 4, 0, 2, 7, 8, 2, 2, 1});
    const at::Tensor direction = numbers({0, -1, 6, 8, 5, 5, 0, 4, 3});
    EXPECT_TRUE(at::allclose(filter_normalised(direction, weights, layout),
                             numbers({0, -5, 1.2, 1.6, 0, 0, 0, 2.4, 1.8}), 1e-15));
}

TEST(FilterNormalised, OfZerosIsZero) {
    const FilterLayout layout = {{.offset = 0, .filters = 2, .filter_size = 2, .is_weight = true}};
    // Weights of zero; a direction of zero.
    EXPECT_TRUE(at::equal(filter_normalised(numbers({1, 2, 0, 0}), numbers({0, 0, 1, 2}), layout),
                          at::zeros({4}, at::kDouble)));
}

}  // namespace
}  // namespace batchscope::tests_of_filter_direction
