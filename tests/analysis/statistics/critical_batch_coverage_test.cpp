#include <gtest/gtest.h>

#include "analysis/statistics/critical_batch_fit.hpp"
#include "tests/analysis/calibration.hpp"
#include "tests/analysis/statistics/scaling_curves.hpp"

namespace batchscope::tests_of_critical_batch_coverage {
namespace {

constexpr std::uint64_t repetitions = repetitions_of(20'000);

struct Design {
    std::vector<double> batch_sizes;
    double critical_batch;
    std::uint64_t seeds;
    double noise;                  // standard deviation of ln steps
    double seed_effect = 0;        // the same, of what a seed does at all batch sizes
    double evaluation_period = 0;  // steps; 0: the crossing is seen at once
    SeedRole role = SeedRole::blocks;
};

/// Shares of the repetitions, but the last, which is of the one-sided statements.
struct Coverage {
    double overall = 0;
    double only_lower = 0;
    double only_upper = 0;
    double of_one_sided = 0;
};

Coverage measure_coverage(const Design& design) {
    std::uint64_t covered = 0;
    std::uint64_t only_lower = 0;
    std::uint64_t only_upper = 0;
    std::uint64_t covered_one_sided = 0;
    for (std::uint64_t repetition = 0; repetition < repetitions; ++repetition) {
        const RandomStream random(repetition, RandomPurpose::probe);
        std::vector<StepsToTarget> points =
            exact_points(design.batch_sizes, 1000, design.critical_batch, design.seeds);
        for (std::size_t i = 0; i < points.size(); ++i) {
            points[i].steps *= std::exp(design.noise * random.normal(i) +
                                        design.seed_effect * random.normal(1000 + points[i].seed));
            if (design.evaluation_period > 0) {
                // All that is known is between which evaluations the run came to the target.
                points[i].steps = (std::floor(points[i].steps / design.evaluation_period) + 0.5) *
                                  design.evaluation_period;
            }
        }
        const CriticalBatchFit fit = fit_critical_batch(points, 0.95, design.role);
        const bool is_covered =
            fit.lower <= design.critical_batch && design.critical_batch <= fit.upper;
        const bool is_only_lower = fit.bounds == CriticalBatchBounds::only_lower;
        const bool is_only_upper = fit.bounds == CriticalBatchBounds::only_upper;
        covered += is_covered ? 1 : 0;
        only_lower += is_only_lower ? 1 : 0;
        only_upper += is_only_upper ? 1 : 0;
        covered_one_sided += is_covered && (is_only_lower || is_only_upper) ? 1 : 0;
    }
    const auto share = [](std::uint64_t part, std::uint64_t whole) {
        return static_cast<double>(part) / static_cast<double>(whole);
    };
    return {share(covered, repetitions), share(only_lower, repetitions),
            share(only_upper, repetitions), share(covered_one_sided, only_lower + only_upper)};
}

void expect_covers(const Coverage& coverage) {
    EXPECT_GE(coverage.overall, 0.92 - slack_of(repetitions));
    EXPECT_LE(coverage.overall, 0.97 + slack_of(repetitions));
    testing::Test::RecordProperty("coverage", std::to_string(coverage.overall));
}

const std::vector<double> four_batch_sizes{32, 128, 512, 2048};

TEST(CriticalBatchInterval, CoversWithEightBatchSizesAndOneSeed) {
    expect_covers(measure_coverage({powers_of_two, 256, 1, 0.1}));
}

TEST(CriticalBatchInterval, CoversWithFourBatchSizesAndOneSeed) {
    expect_covers(measure_coverage({four_batch_sizes, 256, 1, 0.1}));
}

TEST(CriticalBatchInterval, CoversWithEightBatchSizesAndFiveSeeds) {
    expect_covers(measure_coverage({powers_of_two, 256, 5, 0.1}));
}

TEST(CriticalBatchInterval, CoversWhenSeedsMoveAllBatchSizesTogether) {
    expect_covers(measure_coverage({powers_of_two, 256, 5, 0.1, 0.1}));
}

TEST(CriticalBatchInterval, OfSeedsAsReplicatesIsTooWideWhenTheyMoveTogether) {
    // Why seeds are blocks: their common part counts as scatter here, although it says nothing
    // about the shape of the curve.
    const Coverage coverage =
        measure_coverage({four_batch_sizes, 256, 3, 0.1, 0.1, 0, SeedRole::replicates});
    EXPECT_GT(coverage.overall, 0.97);
}

TEST(CriticalBatchInterval, CoversWithSeldomEvaluations) {
    // The largest batch needs 1,125 steps: its crossing is known to 9 % of that.
    expect_covers(measure_coverage({four_batch_sizes, 256, 1, 0.1, 0, 100}));
}

TEST(CriticalBatchInterval, IsALowerBoundWhereAllBatchesAreSmall) {
    for (const double critical_batch : {4.5 * 4096, 100.0 * 4096}) {
        const Coverage coverage = measure_coverage({powers_of_two, critical_batch, 1, 0.2});
        expect_covers(coverage);
        EXPECT_GE(coverage.of_one_sided, 0.92 - slack_of(repetitions));
        EXPECT_GT(coverage.only_lower, 0.7);
        EXPECT_EQ(coverage.only_upper, 0);
    }
}

TEST(CriticalBatchInterval, IsAnUpperBoundWhereAllBatchesAreLarge) {
    for (const double critical_batch : {32 / 4.5, 0.32}) {
        const Coverage coverage = measure_coverage({powers_of_two, critical_batch, 1, 0.2});
        expect_covers(coverage);
        EXPECT_GE(coverage.of_one_sided, 0.92 - slack_of(repetitions));
        EXPECT_GT(coverage.only_upper, 0.7);
        EXPECT_EQ(coverage.only_lower, 0);
    }
}

}  // namespace
}  // namespace batchscope::tests_of_critical_batch_coverage
