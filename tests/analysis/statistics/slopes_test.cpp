#include "analysis/statistics/slopes.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

namespace batchscope::tests_of_slopes {
namespace {

TEST(LeastSquaresSlope, RecoversALine) {
    const std::vector<double> x{4, 5, 6, 8, 12};
    std::vector<double> y;
    for (const double value : x) {
        y.push_back(0.9 - 0.0125 * value);
    }
    EXPECT_NEAR(least_squares_slope(x, y), -0.0125, 1e-15);
}

TEST(LeastSquaresSlope, GivesThePublishedSlopeOfAnscombesQuartet) {
    const std::vector<double> x{10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
    const std::vector<double> y{8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68};
    EXPECT_NEAR(least_squares_slope(x, y), 0.5000909, 1e-7);
}

TEST(LeastSquaresSlope, DoesNotDependOnTheOrder) {
    const std::vector<double> x{1, 2, 4, 7, 3};
    const std::vector<double> y{0.1, 0.7, 0.3, 0.30000000000000004, 1e-9};
    const std::vector<double> other_x{3, 7, 1, 4, 2};
    const std::vector<double> other_y{1e-9, 0.30000000000000004, 0.1, 0.3, 0.7};
    EXPECT_EQ(least_squares_slope(x, y), least_squares_slope(other_x, other_y));
}

TEST(LeastSquaresSlope, IsUnknownWithoutTwoPlaces) {
    EXPECT_TRUE(std::isnan(least_squares_slope({}, {})));
    EXPECT_TRUE(std::isnan(least_squares_slope(std::vector{1.0}, std::vector{2.0})));
    EXPECT_TRUE(std::isnan(least_squares_slope(std::vector{1.0, 1.0}, std::vector{2.0, 3.0})));
    EXPECT_EQ(least_squares_slope(std::vector{1.0, 2.0}, std::vector{2.0, 2.0}), 0);
}

TEST(LeastSquaresSlope, RefusesWhatDoesNotPair) {
    EXPECT_THROW((void)least_squares_slope(std::vector{1.0}, {}), std::invalid_argument);
    EXPECT_THROW(
        (void)least_squares_slope(std::vector{1.0, 2.0},
                                  std::vector{1.0, std::numeric_limits<double>::infinity()}),
        std::invalid_argument);
}

TEST(SlopeTest, TestsOneSlopeForEachSeed) {
    const std::vector<double> x{4, 6, 8};
    const std::vector<std::vector<double>> rows{{1, 3, 5}, {0, 4, 8}, {2, 5, 8}};
    const SlopeTest test = slope_test(x, rows, 0.95);
    EXPECT_EQ(test.slopes, (std::vector<double>{1, 2, 1.5}));
    EXPECT_EQ(test.mean.n, 3);
    EXPECT_EQ(test.mean.mean, 1.5);
    EXPECT_EQ(test.mean.p_two_sided, paired_comparison(test.slopes, 0.95).p_two_sided);
}

TEST(SlopeTest, TellsWhetherLinesFit) {
    // Numpy's least squares of rows and columns against rows and a slope; scipy.stats.f.sf.
    const std::vector<double> x{4, 6, 8};
    const SlopeTest bent =
        slope_test(x, std::vector<std::vector<double>>{{1, 2, 6}, {2, 4, 7}, {1, 4, 8}}, 0.95);
    EXPECT_NEAR(bent.fit.f, 3.125, 1e-12);
    EXPECT_NEAR(bent.fit.p, 0.1518345432829106, 1e-12);
    const SlopeTest straight =
        slope_test(x, std::vector<std::vector<double>>{{1, 3, 5}, {0, 4, 8}, {2, 5, 8}}, 0.95);
    EXPECT_NEAR(straight.fit.f, 0, 1e-12);
    EXPECT_NEAR(straight.fit.p, 1, 1e-12);
    EXPECT_TRUE(std::isnan(slope_test(x, std::vector<std::vector<double>>{{1, 2, 6}}, 0.95).fit.p));
    EXPECT_TRUE(std::isnan(
        slope_test(std::vector{4.0, 6.0}, std::vector<std::vector<double>>{{1, 3}, {2, 3}}, 0.95)
            .fit.p));
}

TEST(SlopeTest, IsUnknownWithoutSlopes) {
    EXPECT_EQ(slope_test(std::vector{1.0, 2.0}, {}, 0.95).mean.n, 0);
    const std::vector<std::vector<double>> rows{{1}, {2}};
    const SlopeTest constant_x = slope_test(std::vector{4.0}, rows, 0.95);
    EXPECT_EQ(constant_x.mean.n, 0);
    EXPECT_TRUE(std::isnan(constant_x.mean.mean));
    const std::vector<std::vector<double>> one_seed{{1, 3}};
    const SlopeTest single = slope_test(std::vector{1.0, 2.0}, one_seed, 0.95);
    EXPECT_EQ(single.mean.mean, 2);
    EXPECT_TRUE(std::isnan(single.mean.p_two_sided));
}

TEST(SlopeError, IsThatOfErrorsWhichAllActInOneDirection) {
    // The slope of y on 0, 1, 2 is (y2 - y0) / 2.
    EXPECT_DOUBLE_EQ(slope_error({0, 1, 2}, {0.1, 5, 0.3}), 0.2);
    EXPECT_EQ(slope_error({0, 1, 2}, {0, 0, 0}), 0);
}

}  // namespace
}  // namespace batchscope::tests_of_slopes
