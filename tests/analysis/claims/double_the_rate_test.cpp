#include "analysis/claims/double_the_rate.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/claims/claim_study.hpp"

namespace batchscope::tests_of_double_the_rate {
namespace {

const DoubleTheRate claim;
const std::vector<std::int64_t> sizes{16, 32, 64, 128};

struct Rates {
    double power = 1;      ///< best rate 0.001 B^power
    double spread = 0.02;  ///< of its logarithm, between seeds
    int count = 9;         ///< tried: 0.001 times 2, 4, 8, ...
    const char* rule = "none";
};

/// A parabola of validation loss over ln rate at each batch size and seed.
void add_rates(MadeUpStudy& study, const Rates& rates,
               const std::vector<std::int64_t>& batch_sizes = sizes) {
    for (const std::int64_t batch_size : batch_sizes) {
        for (std::uint64_t seed = 1; seed <= five_seeds; ++seed) {
            const double best = std::log(0.001) +
                                rates.power * std::log(static_cast<double>(batch_size)) +
                                rates.spread * jitter(batch_size, seed);
            for (int i = 1; i <= rates.count; ++i) {
                const double rate = 0.001 * std::pow(2, i);
                AnalyzedRun& run = study.add(batch_size, seed, {{"training.learning_rate", rate}});
                run.learning_rate_scaling = rates.rule;
                run.history.validation_loss.back() = 0.5 + 0.1 * std::pow(std::log(rate) - best, 2);
            }
        }
    }
}

ClaimDecision decide_rates(const Rates& rates) {
    MadeUpStudy study;
    add_rates(study, rates);
    return decide(study, claim);
}

TEST(DoubleTheRate, IsSupportedWhereTheBestRateGrowsLikeTheBatch) {
    const ClaimDecision decision = decide_rates({});
    EXPECT_EQ(decision.outcome, ClaimOutcome::supported);
    EXPECT_EQ(decision.because.reason, ClaimReason::interval_inside);
    EXPECT_FALSE(decision.for_this_recipe) << "it is about tuned rates";
    EXPECT_NEAR(number_named(decision, "slope").value, 1, 0.02);
}

TEST(DoubleTheRate, IsContradictedWhereItGrowsLikeTheRoot) {
    const ClaimDecision decision = decide_rates({.power = 0.5});
    EXPECT_EQ(decision.outcome, ClaimOutcome::contradicted);
    EXPECT_EQ(decision.because.reason, ClaimReason::interval_excludes);
    EXPECT_NEAR(number_named(decision, "slope").value, 0.5, 0.02);
}

TEST(DoubleTheRate, InsideTheBoundsIsSupportedAlsoWhereOneIsExcluded) {
    const ClaimDecision decision = decide_rates({.power = 0.9});
    EXPECT_LT(decision.adjusted_p_contradicted, 0.05);
    EXPECT_EQ(decision.outcome, ClaimOutcome::supported);
}

TEST(DoubleTheRate, IsUndecidedWhereTheIntervalIsWide) {
    EXPECT_EQ(decide_rates({.spread = 0.8}).outcome, ClaimOutcome::undecided);
}

TEST(DoubleTheRate, TheLargestBatchWhereDoublingBothIsEquivalentIsNamed) {
    MadeUpStudy study;
    add_rates(study, {});
    StudySummary& summary = study.summary();
    // Made worse: everything at batch size 128.
    for (JudgedRun& judged : summary.runs) {
        auto& run = const_cast<AnalyzedRun&>(*judged.source);
        run.history.test_accuracy.back() =
            (run.batch_size == 128 ? 0.7 : 0.8) + 0.0005 * jitter(run.batch_size, run.seed);
    }
    const ClaimDecision decision = decide(study, claim);
    EXPECT_EQ(number_named(decision, "largest_equivalent_doubling").value, 32);
}

TEST(DoubleTheRate, IsNotTestedWhereAnOptimumLiesAtTheEdge) {
    MadeUpStudy study;
    add_rates(study, {.power = 1, .count = 6});  // 128 needs 0.128, the largest tried is 0.064
    const ClaimDecision decision = decide(study, claim);
    EXPECT_EQ(decision.outcome, ClaimOutcome::not_tested);
    EXPECT_EQ(decision.because.reason, DoubleTheRate::optimum_not_bracketed);
    EXPECT_EQ(decision.because.name, "best_at_largest");
    EXPECT_GT(decision.because.batch_size, 32);
}

TEST(DoubleTheRate, IsNotTestedWithFourRatesThreeBatchSizesOrAScalingRule) {
    const ClaimDecision rates = decide_rates({.count = 4});
    EXPECT_EQ(rates.because.reason, DoubleTheRate::too_few_rates);
    EXPECT_EQ(rates.because.found, 4);
    EXPECT_EQ(rates.because.needed, 5);

    MadeUpStudy three;
    add_rates(three, {}, {16, 32, 64});
    EXPECT_EQ(decide(three, claim).because.reason, ClaimReason::too_few_batch_sizes);

    const ClaimDecision linear = decide_rates({.rule = "linear"});
    EXPECT_EQ(linear.because.reason, DoubleTheRate::rates_scaled);
    EXPECT_EQ(linear.because.name, "linear");
}

TEST(DoubleTheRate, IsNotTestedWithOneRate) {
    MadeUpStudy study;
    add_runs(study, sizes, [](AnalyzedRun& run) { run.learning_rate_scaling = "none"; });
    EXPECT_EQ(decide(study, claim).because.reason, DoubleTheRate::too_few_rates);
    EXPECT_EQ(decide(study, claim).because.found, 1);
}

TEST(DoubleTheRate, RatesThatDivergedWereTried) {
    MadeUpStudy study;
    add_rates(study, {.count = 8});
    for (const std::int64_t batch_size : sizes) {
        for (std::uint64_t seed = 1; seed <= five_seeds; ++seed) {
            AnalyzedRun& run = study.add(batch_size, seed, {{"training.learning_rate", 0.512}});
            run.learning_rate_scaling = "none";
            run.status = RunStatus::diverged;
        }
    }
    EXPECT_EQ(decide(study, claim).outcome, ClaimOutcome::supported);
}

TEST(DoubleTheRate, HasTheDefaultsOfTheDefaultClaim) {
    EXPECT_EQ(default_settings<DoubleTheRate>(), DoubleTheRate{});
}

}  // namespace
}  // namespace batchscope::tests_of_double_the_rate
