#include "analysis/claims/sharp_minima.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/claims/claim_study.hpp"

namespace batchscope::tests_of_sharp_minima {
namespace {

const SharpMinima claim;
const std::vector<std::int64_t> sizes{16, 64, 256, 1024};

/// Sharpness B^power, falling with the train loss alike at every batch size, measured at the train
/// losses 2, 1 and `final_loss`.
SharpnessPoint point(double loss, double eigenvalue, double adaptive) {
    SharpnessPoint measured;
    measured.loss = loss;
    measured.values["top_eigenvalue"] = {eigenvalue, 0.001, true};
    measured.values["adaptive_sharpness"] = {adaptive, unknown, true};
    return measured;
}

void add_sharpness(AnalyzedRun& run, double eigenvalue_power, double adaptive_power,
                   double spread = 0.02) {
    const double b = static_cast<double>(run.batch_size);
    const double noise = std::exp(spread * jitter(run.batch_size, run.seed));
    for (const double loss : {2.0, 1.0, 0.1 * b / 1024 + 0.1}) {
        run.sharpness_history.push_back(point(loss, std::pow(b, eigenvalue_power) / loss * noise,
                                              std::pow(b, adaptive_power) / loss * noise));
    }
}

ClaimDecision decide_powers(double eigenvalue, double adaptive, double spread = 0.02) {
    MadeUpStudy study;
    add_runs(study, sizes,
             [=](AnalyzedRun& run) { add_sharpness(run, eigenvalue, adaptive, spread); });
    return decide(study, claim);
}

TEST(SharpMinima, IsSupportedWhereBothMeasuresGrowWithTheBatch) {
    const ClaimDecision decision = decide_powers(0.5, 0.3);
    EXPECT_EQ(decision.outcome, ClaimOutcome::supported);
    // Half of ln 2 a doubling; all runs are read at train loss 0.2, which 1024 ends at.
    EXPECT_NEAR(number_named(decision, "train_loss_of_top_eigenvalue").value, 0.2, 1e-12);
    EXPECT_NEAR(number_named(decision, "slope_of_top_eigenvalue").value, 0.5 * std::log(2.0), 0.03);
    EXPECT_EQ(decision.numbers.front().name, "slope_of_top_eigenvalue") << "what a reader sees";
}

TEST(SharpMinima, IsContradictedWhereBothFallOrStay) {
    EXPECT_EQ(decide_powers(-0.5, -0.3).because.reason, ClaimReason::opposite);
    const ClaimDecision flat = decide_powers(0, 0);
    EXPECT_EQ(flat.outcome, ClaimOutcome::contradicted);
    EXPECT_EQ(flat.because.reason, ClaimReason::negligible);
}

TEST(SharpMinima, IsUndecidedWhereTheMeasuresDisagree) {
    const ClaimDecision decision = decide_powers(0.5, -0.5);
    EXPECT_EQ(decision.outcome, ClaimOutcome::undecided);
    EXPECT_EQ(decision.because.reason, ClaimReason::measures_disagree);
    EXPECT_EQ(decision.because.name, "adaptive_sharpness");
}

TEST(SharpMinima, OneMeasureThatStaysIsNotOutvotedByTheOther) {
    const ClaimDecision decision = decide_powers(0.5, 0.01, 0.002);
    EXPECT_EQ(decision.outcome, ClaimOutcome::undecided);
}

TEST(SharpMinima, IsNotTestedWhereAValueThatIsNeededHasNotConverged) {
    MadeUpStudy study;
    add_runs(study, sizes, [](AnalyzedRun& run) {
        add_sharpness(run, 0.5, 0.5);
        if (run.batch_size == 64 && run.seed == 2) {
            run.sharpness_history.back().values["top_eigenvalue"].counts = false;
        }
    });
    const ClaimDecision decision = decide(study, claim);
    EXPECT_EQ(decision.outcome, ClaimOutcome::not_tested);
    EXPECT_EQ(decision.because.reason, SharpMinima::not_converged);
    EXPECT_EQ(decision.because.name, "top_eigenvalue");
    EXPECT_EQ(decision.because.batch_size, 64);
    EXPECT_EQ(decision.because.seed, 2U);
}

TEST(SharpMinima, AnUnconvergedValueFarFromTheMatchedLossDoesNotMatter) {
    MadeUpStudy study;
    add_runs(study, sizes, [](AnalyzedRun& run) {
        add_sharpness(run, 0.5, 0.5);
        run.sharpness_history.front().values["top_eigenvalue"].counts = false;
    });
    EXPECT_EQ(decide(study, claim).outcome, ClaimOutcome::supported);
}

TEST(SharpMinima, KeskarsMetricStandsInForTheEigenvalue) {
    MadeUpStudy study;
    add_runs(study, sizes, [](AnalyzedRun& run) {
        add_sharpness(run, 0.5, 0.5);
        for (SharpnessPoint& measured : run.sharpness_history) {
            measured.values["keskar_full"] = measured.values["top_eigenvalue"];
            measured.values["top_eigenvalue"] = {};
        }
    });
    const ClaimDecision decision = decide(study, claim);
    EXPECT_EQ(decision.outcome, ClaimOutcome::supported);
    EXPECT_FALSE(std::isnan(number_named(decision, "slope_of_keskar_full").value));
}

TEST(SharpMinima, IsNotTestedWithoutOneOfTheMeasuresOrWithThreeBatchSizes) {
    MadeUpStudy none;
    add_runs(none, sizes, [](AnalyzedRun&) {});
    EXPECT_EQ(decide(none, claim).because.reason, SharpMinima::not_measured);

    MadeUpStudy half;
    add_runs(half, sizes, [](AnalyzedRun& run) {
        add_sharpness(run, 0.5, 0.5);
        for (SharpnessPoint& measured : run.sharpness_history) {
            measured.values["adaptive_sharpness"] = {};
        }
    });
    EXPECT_EQ(decide(half, claim).because.reason, SharpMinima::not_measured);
    EXPECT_EQ(decide(half, claim).because.name, "adaptive_sharpness");

    MadeUpStudy three;
    add_runs(three, {16, 64, 256}, [](AnalyzedRun& run) { add_sharpness(run, 0.5, 0.5); });
    EXPECT_EQ(decide(three, claim).because.reason, ClaimReason::too_few_batch_sizes);
    EXPECT_EQ(decide(three, claim).because.found, 3);
}

TEST(SharpMinima, MeasuredAtTheEndAloneHasNoCommonTrainLoss) {
    MadeUpStudy study;
    add_runs(study, sizes, [](AnalyzedRun& run) {
        add_sharpness(run, 0.5, 0.5);
        run.sharpness_history.erase(run.sharpness_history.begin(),
                                    run.sharpness_history.begin() + 2);
    });
    EXPECT_EQ(decide(study, claim).because.reason, SharpMinima::no_common_train_loss);
}

TEST(SharpMinima, TheAssociationWithTheGapIsPrintedAndDecidesNothing) {
    MadeUpStudy study;
    add_runs(study, sizes, [](AnalyzedRun& run) { add_sharpness(run, 0.5, 0.3); });
    SharpnessAssociation association;
    association.measure.name = "top_eigenvalue";
    association.along_batch_size.psi = -1;
    association.along_batch_size.p_two_sided = 0.001;
    ClaimInputs inputs;
    inputs.associations = {association};
    const ClaimDecision decision = decide(study, claim, inputs);
    EXPECT_EQ(decision.outcome, ClaimOutcome::supported);
    EXPECT_EQ(number_named(decision, "association_with_gap_of_top_eigenvalue").value, -1);
}

TEST(SharpMinima, HasTheDefaultsOfTheDefaultClaim) {
    EXPECT_EQ(default_settings<SharpMinima>(), SharpMinima{});
}

}  // namespace
}  // namespace batchscope::tests_of_sharp_minima
