#include "measures/sample_moments.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace batchscope::tests_of_sample_moments {
namespace {

TEST(SampleMoments, AreThoseOfTheTextbook) {
    const auto found = sample_moments({2, 4, 4, 4, 5, 5, 7, 9});
    EXPECT_EQ(found.mean, 5);
    EXPECT_NEAR(found.deviation, std::sqrt(32.0 / 7), 1e-15);
    EXPECT_NEAR(found.standard_error, std::sqrt(32.0 / 7 / 8), 1e-15);
}

TEST(SampleMoments, OfTooFewNumbersAreUnknown) {
    EXPECT_EQ(sample_moments({3}).mean, 3);
    EXPECT_TRUE(std::isnan(sample_moments({3}).deviation));
    EXPECT_TRUE(std::isnan(sample_moments({3}).standard_error));
    EXPECT_TRUE(std::isnan(sample_moments({}).mean));
}

}  // namespace
}  // namespace batchscope::tests_of_sample_moments
