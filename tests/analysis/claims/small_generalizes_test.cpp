#include "analysis/claims/small_generalizes.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/claims/claim_study.hpp"

namespace batchscope::tests_of_small_generalizes {
namespace {

const SmallGeneralizes claim;

TEST(SmallGeneralizes, IsSupportedWhereSmallBatchesAreBetterOutOfSample) {
    MadeUpStudy study;
    add_accuracies(study, {{16, 0.88}, {32, 0.86}, {256, 0.84}, {1024, 0.80}});
    const ClaimDecision decision = decide(study, claim);
    EXPECT_EQ(decision.outcome, ClaimOutcome::supported);
    EXPECT_EQ(decision.because.reason, ClaimReason::as_claimed);
    EXPECT_EQ(decision.seeds, 5);
    EXPECT_TRUE(decision.for_this_recipe);
    const ClaimNumber difference = number_named(decision, "small_less_large");
    EXPECT_NEAR(difference.value, 0.05, 0.001) << "the mean of a group's batch sizes";
    EXPECT_LT(difference.lower, difference.value);
    EXPECT_GT(difference.upper, difference.value);
    EXPECT_NEAR(number_named(decision, "small").value, 0.87, 0.001);
}

TEST(SmallGeneralizes, IsContradictedByTheOppositeAndByEquivalence) {
    MadeUpStudy opposite;
    add_accuracies(opposite, {{16, 0.80}, {256, 0.84}});
    const ClaimDecision decision = decide(opposite, claim);
    EXPECT_EQ(decision.outcome, ClaimOutcome::contradicted);
    EXPECT_EQ(decision.because.reason, ClaimReason::opposite);

    MadeUpStudy equal;
    add_accuracies(equal, {{16, 0.84}, {256, 0.84}});
    EXPECT_EQ(decide(equal, claim).outcome, ClaimOutcome::contradicted);
    EXPECT_EQ(decide(equal, claim).because.reason, ClaimReason::negligible);
}

TEST(SmallGeneralizes, IsContradictedByADifferenceThatIsThereButTooSmallToMatter) {
    MadeUpStudy study;
    add_accuracies(study, {{16, 0.842}, {256, 0.84}}, five_seeds, 0.0002);
    const ClaimDecision decision = decide(study, claim);
    EXPECT_LT(decision.p_supported, 0.05);
    EXPECT_EQ(decision.outcome, ClaimOutcome::contradicted);
    EXPECT_EQ(decision.because.reason, ClaimReason::negligible);
    EXPECT_EQ(decide(study, SmallGeneralizes{.margin = 0.0001}).outcome, ClaimOutcome::supported);
}

TEST(SmallGeneralizes, IsUndecidedWhereSeedsAreTooFarApart) {
    MadeUpStudy study;
    add_accuracies(study, {{16, 0.845}, {256, 0.84}}, five_seeds, 0.05);
    const ClaimDecision decision = decide(study, claim);
    EXPECT_EQ(decision.outcome, ClaimOutcome::undecided);
    EXPECT_EQ(decision.because.reason, ClaimReason::too_little_data);
}

TEST(SmallGeneralizes, IsUndecidedWhereSeedsAreIdentical) {
    MadeUpStudy study;
    add_accuracies(study, {{16, 0.88}, {256, 0.84}}, five_seeds, 0);
    const ClaimDecision decision = decide(study, claim);
    EXPECT_EQ(decision.outcome, ClaimOutcome::undecided);
    EXPECT_EQ(decision.because.reason, ClaimReason::identical_seeds);
    EXPECT_EQ(decision.claims_tested, 0);
}

TEST(SmallGeneralizes, GroupsIncludeTheirBoundsAndNothingBeyond) {
    MadeUpStudy study;
    add_accuracies(study, {{32, 0.88}, {33, 0.1}, {255, 0.99}, {256, 0.84}});
    EXPECT_NEAR(number_named(decide(study, claim), "small_less_large").value, 0.04, 0.001);
}

TEST(SmallGeneralizes, IsNotTestedWithoutAGroup) {
    MadeUpStudy study;
    add_accuracies(study, {{33, 0.88}, {256, 0.84}});
    ClaimDecision decision = decide(study, claim);
    EXPECT_EQ(decision.outcome, ClaimOutcome::not_tested);
    EXPECT_EQ(decision.because.reason, ClaimReason::group_missing);
    EXPECT_EQ(decision.because.name, "small");
    EXPECT_TRUE(std::isnan(decision.p_supported));
    EXPECT_EQ(decide(study, SmallGeneralizes{.small = {1, 33}}).outcome, ClaimOutcome::supported);
}

TEST(SmallGeneralizes, IsNotTestedWithTwoCommonSeedsAndSaysWhichBatchSizeHasFewest) {
    MadeUpStudy study;
    add_accuracies(study, {{16, 0.88}});
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        AnalyzedRun& run = study.add(1024, seed);
        run.status = seed <= 2 ? RunStatus::diverged : RunStatus::complete;
        run.collapsed = seed == 3;
        run.history.test_accuracy.back() = 0.9;
    }
    const ClaimDecision decision = decide(study, claim);
    EXPECT_EQ(decision.outcome, ClaimOutcome::not_tested);
    EXPECT_EQ(decision.because.reason, ClaimReason::too_few_seeds);
    EXPECT_EQ(decision.because.batch_size, 1024);
    EXPECT_EQ(decision.because.found, 2);
    EXPECT_EQ(decision.because.needed, 3);

    // Beside another large batch that loses none it is left out, and said to be.
    add_accuracies(study, {{256, 0.84}});
    const ClaimDecision without = decide(study, claim);
    EXPECT_EQ(without.outcome, ClaimOutcome::supported);
    EXPECT_EQ(without.without, (std::vector<std::int64_t>{1024}));
}

TEST(SmallGeneralizes, IsNotDecidedInFavourOfBatchesThatLoseRuns) {
    // The survivors of 1024 are better than the small batch: that is no answer. Worse ones are.
    for (const double large : {0.92, 0.88, 0.84}) {
        MadeUpStudy study;
        add_accuracies(study, {{16, 0.88}, {1024, large}});
        study.add(1024, 6).status = RunStatus::diverged;
        const ClaimDecision decision = decide(study, claim);
        EXPECT_EQ(decision.outcome,
                  large < 0.88 ? ClaimOutcome::supported : ClaimOutcome::undecided);
        if (large >= 0.88) {
            EXPECT_EQ(decision.because.reason, ClaimReason::survivors_decide);
            EXPECT_EQ(decision.because.name, "large");
        }
    }
    MadeUpStudy lost;
    add_accuracies(lost, {{16, 0.88}});
    lost.add(1024, 1).status = RunStatus::diverged;
    EXPECT_EQ(decide(lost, claim).because.reason, ClaimReason::group_lost);
}

TEST(SmallGeneralizes, ACollapsedRunIsNeitherAveragedNorForgotten) {
    MadeUpStudy study;
    add_accuracies(study, {{16, 0.88}, {256, 0.84}});
    // Its accuracy would turn the answer; finite and complete, but it does not count.
    AnalyzedRun& collapsed = study.add(16, 6);
    collapsed.collapsed = true;
    collapsed.history.test_accuracy.back() = 0.0995;
    study.add(256, 6).history.test_accuracy.back() = 0.84;
    const ClaimDecision decision = decide(study, claim);
    EXPECT_EQ(decision.outcome, ClaimOutcome::undecided);
    EXPECT_EQ(decision.because.reason, ClaimReason::survivors_decide);
    EXPECT_EQ(decision.seeds, 5);
}

TEST(SmallGeneralizes, IsNotTestedWithOneSeedOrWithoutAMetric) {
    MadeUpStudy one;
    add_accuracies(one, {{16, 0.88}, {256, 0.84}}, 1);
    EXPECT_EQ(decide(one, claim).because.reason, ClaimReason::too_few_seeds);

    MadeUpStudy unknown_metric;
    add_accuracies(unknown_metric, {{16, 0.88}, {256, unknown}});
    EXPECT_EQ(decide(unknown_metric, claim).outcome, ClaimOutcome::not_tested);
    EXPECT_EQ(decide(unknown_metric, claim).because.reason, ClaimReason::metric_missing);
}

TEST(SmallGeneralizes, LeavesOutABatchSizeOfWhichNoRunEnded) {
    MadeUpStudy study;
    add_accuracies(study, {{16, 0.88}, {256, 0.84}});
    study.add(65536, 1).status = RunStatus::failed;
    EXPECT_EQ(decide(study, claim).outcome, ClaimOutcome::supported);
}

TEST(SmallGeneralizes, InRegressionIsByLoss) {
    MadeUpStudy study;
    add_runs(study, {16, 256}, [](AnalyzedRun& run) {
        for (auto column :
             {&History::train_accuracy, &History::validation_accuracy, &History::test_accuracy}) {
            run.history.*column = {unknown, unknown};
        }
        run.history.test_loss.back() =
            (run.batch_size == 16 ? 0.5 : 0.6) + 0.001 * jitter(run.batch_size, run.seed);
    });
    const ClaimDecision decision = decide(study, claim);
    EXPECT_EQ(decision.outcome, ClaimOutcome::supported);
    EXPECT_EQ(number_named(decision, "small_less_large").unit, ClaimUnit::nats);
    EXPECT_NEAR(number_named(decision, "small_less_large").value, 0.1, 0.002);
}

TEST(SmallGeneralizes, IsNotTestedInsideASchedule) {
    MadeUpStudy study;
    add_accuracies(study, {{16, 0.88}, {256, 0.84}});
    AnalyzedRun& longer = study.add(16, 6);
    longer.history.epoch = {0, 20};
    longer.settings = std::make_shared<const std::map<std::string, std::string>>(
        std::map<std::string, std::string>{{"training.schedule", "cosine"}});
    EXPECT_EQ(decide(study, claim).because.reason, ClaimReason::inside_schedule);
}

TEST(SmallGeneralizes, HasTheDefaultsOfTheDefaultClaim) {
    EXPECT_EQ(default_settings<SmallGeneralizes>(), SmallGeneralizes{});
}

}  // namespace
}  // namespace batchscope::tests_of_small_generalizes
