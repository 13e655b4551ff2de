#include "analysis/statistics/lack_of_fit.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "analysis/statistics/critical_batch_fit.hpp"
#include "tests/analysis/calibration.hpp"
#include "tests/analysis/statistics/scaling_curves.hpp"

namespace batchscope::tests_of_lack_of_fit {
namespace {

TEST(LackOfFit, MatchesTheAnalysisOfVarianceOfRepeatedRuns) {
    // Two runs at each batch size a factor exp(+-0.1) around exact values of another curve.
    std::vector<StepsToTarget> points;
    const std::vector<double> log_steps{6.0, 5.0, 4.5, 3.0};
    for (std::size_t i = 0; i < log_steps.size(); ++i) {
        const double batch_size = 32 << (2 * i);
        points.push_back({batch_size, 1 + 2 * i, std::exp(log_steps[i] + 0.1)});
        points.push_back({batch_size, 2 + 2 * i, std::exp(log_steps[i] - 0.1)});
    }
    const CriticalBatchFit fit = fit_critical_batch(points, 0.95);
    const double scatter = 8 * 0.01;
    EXPECT_EQ(fit.lack_of_fit.curve_degrees, 2);
    EXPECT_EQ(fit.lack_of_fit.scatter_degrees, 4);
    EXPECT_NEAR(fit.lack_of_fit.f, ((fit.sum_of_squares - scatter) / 2) / (scatter / 4), 1e-9);
    // P(F > f) with 2 and 4 degrees of freedom is (1 + f / 2)^-2.
    EXPECT_NEAR(fit.lack_of_fit.p, std::pow(1 + fit.lack_of_fit.f / 2, -2), 1e-12);
}

TEST(LackOfFit, OfIdenticalSeedsIsNoTest) {
    std::vector<StepsToTarget> points = oracle_points();
    for (const StepsToTarget& point : oracle_points()) {
        points.push_back({point.batch_size, 2, point.steps});
    }
    const LackOfFit test = fit_critical_batch(points, 0.95).lack_of_fit;
    EXPECT_TRUE(std::isnan(test.p));
    EXPECT_TRUE(test.has_identical_repeats);
    EXPECT_GT(test.scatter_degrees, 0);
    EXPECT_FALSE(fit_critical_batch(oracle_points(), 0.95).lack_of_fit.has_identical_repeats);
}

TEST(LackOfFit, CountsOnlyWhatSeedsShare) {
    // Two seeds on small batches, two on large ones, none on both: the level between the halves is
    // free, so one degree of freedom less remains for the curve.
    std::vector<StepsToTarget> points;
    for (const StepsToTarget& point : noisy_points(256, 4, 0.05, 0, 11)) {
        if ((point.seed <= 2) == (point.batch_size <= 256)) {
            points.push_back(point);
        }
    }
    const CriticalBatchFit fit = fit_critical_batch(points, 0.95);
    EXPECT_EQ(fit.degrees_of_freedom, 16 - 4 - 1);
    EXPECT_EQ(fit.lack_of_fit.curve_degrees, 8 - 1 - 2);
    EXPECT_EQ(fit.lack_of_fit.scatter_degrees, 2 * (2 - 1) * (4 - 1));
    EXPECT_GT(fit.lack_of_fit.f, 0);
}

TEST(LackOfFit, ConvergesWithMissingRuns) {
    std::vector<StepsToTarget> points = noisy_points(256, 4, 0.05, 0.2, 12);
    std::erase_if(points, [](const StepsToTarget& point) {
        return point.seed == 3 && point.batch_size > 512;
    });
    points.erase(points.begin());
    const CriticalBatchFit fit = fit_critical_batch(points, 0.95);
    std::reverse(points.begin(), points.end());
    const CriticalBatchFit reversed = fit_critical_batch(points, 0.95);
    EXPECT_EQ(fit.lack_of_fit.f, reversed.lack_of_fit.f);
    EXPECT_GT(fit.lack_of_fit.p, 0);
    EXPECT_LT(fit.lack_of_fit.p, 1);
    EXPECT_EQ(fit.lack_of_fit.scatter_degrees, 28 - 8 - 4 + 1);
}

TEST(LackOfFit, RejectsTheRightCurveAsOftenAsItSays) {
    constexpr std::uint64_t repetitions = repetitions_of(5000);
    int rejected = 0;
    for (std::uint64_t stream = 0; stream < repetitions; ++stream) {
        const CriticalBatchFit fit =
            fit_critical_batch(noisy_points(256, 3, 0.1, 0.1, 1000 + stream), 0.95);
        rejected += fit.lack_of_fit.p < 0.05 ? 1 : 0;
    }
    constexpr auto fits = static_cast<double>(repetitions);
    EXPECT_NEAR(rejected / fits, 0.05, 4 * std::sqrt(0.05 * 0.95 / fits));
}

}  // namespace
}  // namespace batchscope::tests_of_lack_of_fit
