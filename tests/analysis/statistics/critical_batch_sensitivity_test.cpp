#include "analysis/statistics/critical_batch_sensitivity.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "core/random.hpp"

namespace batchscope::tests_of_critical_batch_sensitivity {
namespace {

const std::vector<double> batch_sizes{32, 128, 512, 2048};

std::vector<StepsToTarget> points_with_critical_batches(const std::vector<double>& critical) {
    std::vector<StepsToTarget> points;
    for (std::size_t seed = 0; seed < critical.size(); ++seed) {
        for (const double batch_size : batch_sizes) {
            points.push_back({batch_size, seed, 1000 * (1 + critical[seed] / batch_size)});
        }
    }
    return points;
}

TEST(SeedJackknife, LeavesEachSeedOut) {
    // Of two seeds each refit is the other seed alone, whose curve is exact.
    const SeedJackknife jackknife = jackknife_over_seeds(points_with_critical_batches({200, 400}));
    EXPECT_EQ(jackknife.seeds, 2);
    EXPECT_NEAR(jackknife.smallest, 200, 1e-4);
    EXPECT_NEAR(jackknife.largest, 400, 1e-4);
    // (n - 1) / n sum (theta - mean)^2 = 1/2 x 2 (ln 2 / 2)^2.
    EXPECT_NEAR(jackknife.standard_error_of_log, std::log(2.0) / 2, 1e-6);
}

TEST(SeedJackknife, LeavesManySeedsOutInGroups) {
    const SeedJackknife jackknife =
        jackknife_over_seeds(points_with_critical_batches(std::vector<double>(50, 300)));
    EXPECT_EQ(jackknife.seeds, 50);
    EXPECT_EQ(jackknife.groups, 20);
    EXPECT_NEAR(jackknife.largest, 300, 1e-4);
}

TEST(SeedJackknife, OfEqualSeedsHasNoSpread) {
    const SeedJackknife jackknife =
        jackknife_over_seeds(points_with_critical_batches({300, 300, 300}));
    EXPECT_NEAR(jackknife.standard_error_of_log, 0, 1e-7);
}

TEST(SeedJackknife, NeedsTwoSeedsThatCanBeSpared) {
    EXPECT_TRUE(std::isnan(jackknife_over_seeds({}).smallest));
    const SeedJackknife one = jackknife_over_seeds(points_with_critical_batches({300}));
    EXPECT_EQ(one.seeds, 1);
    EXPECT_TRUE(std::isnan(one.smallest) && std::isnan(one.standard_error_of_log));
    std::vector<StepsToTarget> points = points_with_critical_batches({300, 300});
    std::erase_if(points, [](const StepsToTarget& p) { return p.seed == 1 && p.batch_size > 128; });
    EXPECT_TRUE(std::isnan(jackknife_over_seeds(points).smallest));
}

TEST(SeedJackknife, SaysWhereARefitIsUnbounded) {
    std::vector<StepsToTarget> points = points_with_critical_batches({300, 300});
    for (StepsToTarget& point : points) {
        point.steps = point.seed == 1 ? 500 : point.steps;
    }
    const SeedJackknife jackknife = jackknife_over_seeds(points);
    EXPECT_EQ(jackknife.smallest, 0);
    EXPECT_NEAR(jackknife.largest, 300, 1e-4);
    EXPECT_TRUE(std::isnan(jackknife.standard_error_of_log));
}

TEST(SeedJackknife, DoesNotDependOnTheOrder) {
    std::vector<StepsToTarget> points = points_with_critical_batches({200, 400, 250});
    const SeedJackknife first = jackknife_over_seeds(points);
    std::reverse(points.begin(), points.end());
    EXPECT_EQ(jackknife_over_seeds(points).standard_error_of_log, first.standard_error_of_log);
}

TEST(CensoringSensitivity, OfEqualRelativeSpacingIsInTheTiltAlone) {
    std::vector<StepsToTarget> points = points_with_critical_batches({300});
    for (StepsToTarget& point : points) {
        point.after = point.steps * 0.9;
        point.at_or_before = point.steps * 1.1;
    }
    const CensoringSensitivity sensitivity = refit_at_interval_ends(points);
    EXPECT_NEAR(sensitivity.all_early, 300, 1e-3);
    EXPECT_NEAR(sensitivity.all_late, 300, 1e-3);
    EXPECT_GT(sensitivity.small_late_large_early, 350);
    EXPECT_LT(sensitivity.small_early_large_late, 260);
}

TEST(CensoringSensitivity, IsTheFitOfTheEnds) {
    std::vector<StepsToTarget> points = points_with_critical_batches({300});
    for (StepsToTarget& point : points) {
        point.after = 900 * (1 + 200 / point.batch_size);
        point.at_or_before = 1100 * (1 + 500 / point.batch_size);
    }
    const CensoringSensitivity sensitivity = refit_at_interval_ends(points);
    EXPECT_NEAR(sensitivity.all_early, 200, 1e-3);
    EXPECT_NEAR(sensitivity.all_late, 500, 1e-3);
}

TEST(CensoringSensitivity, IsUnknownWhereAnEndIs) {
    std::vector<StepsToTarget> points = points_with_critical_batches({300});
    EXPECT_TRUE(std::isnan(refit_at_interval_ends(points).all_early));
    EXPECT_TRUE(std::isnan(refit_at_interval_ends({}).all_late));
    for (StepsToTarget& point : points) {
        point.after = 0;  // reached at the first evaluation after the start
        point.at_or_before = point.steps;
    }
    const CensoringSensitivity sensitivity = refit_at_interval_ends(points);
    EXPECT_TRUE(std::isnan(sensitivity.all_early));
    EXPECT_NEAR(sensitivity.all_late, 300, 1e-4);
}

TEST(CensoringSensitivity, HoldsTheTruthOfCurvesThatAreSeldomEvaluated) {
    // Exact runs, seen every `period` steps: nothing but censoring stands between them and B_crit.
    const RandomStream random(21, RandomPurpose::probe);
    for (std::uint64_t repetition = 0; repetition < 200; ++repetition) {
        const double period = 20 + 100 * random.uniform(repetition);
        std::vector<StepsToTarget> points = points_with_critical_batches({300});
        for (StepsToTarget& point : points) {
            point.at_or_before = std::ceil(point.steps / period) * period;
            point.after = point.at_or_before - period;
        }
        const CensoringSensitivity sensitivity = refit_at_interval_ends(points);
        EXPECT_LE(sensitivity.small_early_large_late, 300);
        EXPECT_GE(sensitivity.small_late_large_early, 300);
    }
}

}  // namespace
}  // namespace batchscope::tests_of_critical_batch_sensitivity
