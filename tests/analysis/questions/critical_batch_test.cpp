#include "analysis/questions/critical_batch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/random.hpp"
#include "tests/analysis/questions/falling_run.hpp"
#include "tests/analysis/questions/made_up_study.hpp"

namespace batchscope::tests_of_critical_batch {
namespace {

constexpr double critical_batch = 200;
const Target loss_of_one{TargetMetric::validation_loss, 1.0, TargetOrigin::given};

/// Runs on S(B) = 1000 (1 + 200 / B), with 3 % of noise.
MadeUpStudy study_on_curve(const std::vector<std::int64_t>& batch_sizes, std::uint64_t seeds = 3) {
    MadeUpStudy study;
    const RandomStream noise(1, RandomPurpose::probe);
    std::uint64_t draw = 0;
    for (const std::int64_t batch_size : batch_sizes) {
        for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
            make_falling(study.add(batch_size, seed), steps_on_curve(batch_size, critical_batch) *
                                                          std::exp(0.03 * noise.normal(draw++)));
        }
    }
    return study;
}

ObservedCriticalBatch observe(MadeUpStudy& study) {
    return observed_critical_batch(
        time_to_target(recipes_of(study.summary()).at(0), loss_of_one, 0.95), 0.95);
}

TEST(ObservedCriticalBatch, FindsTheTruthFromRuns) {
    MadeUpStudy study = study_on_curve({16, 64, 256, 1024});
    const ObservedCriticalBatch observed = observe(study);
    ASSERT_EQ(observed.fit.status, CriticalBatchStatus::fitted);
    EXPECT_EQ(observed.fit.runs, 12);
    EXPECT_EQ(observed.fit.bounds, CriticalBatchBounds::bounded);
    EXPECT_LT(observed.fit.lower, critical_batch);
    EXPECT_GT(observed.fit.upper, critical_batch);
    EXPECT_NEAR(observed.fit.critical_batch, critical_batch, 30);
    EXPECT_NEAR(observed.at_overhead, 0.2 * observed.fit.critical_batch, 1e-9);
    EXPECT_LT(observed.censoring.small_early_large_late, observed.fit.critical_batch);
    EXPECT_GT(observed.censoring.small_late_large_early, observed.fit.critical_batch);
    EXPECT_TRUE(std::isfinite(observed.without_a_seed.standard_error_of_log));
    EXPECT_EQ(observed.piecewise.status, PiecewiseStatus::too_few_batch_sizes);
    ASSERT_EQ(observed.places.size(), 4U);
    EXPECT_EQ(observed.places[0].regime, BatchRegime::perfect_scaling);
    EXPECT_EQ(observed.places[2].regime, BatchRegime::diminishing_returns);
    EXPECT_EQ(observed.places[3].regime, BatchRegime::plateau);
}

TEST(ObservedCriticalBatch, ComparesThreeRegimesFromSixBatchSizesOn) {
    MadeUpStudy study = study_on_curve({16, 32, 64, 128, 256, 1024});
    EXPECT_EQ(observe(study).piecewise.status, PiecewiseStatus::fitted);
}

TEST(ObservedCriticalBatch, LeavesOutWhatTooFewRunsReached) {
    MadeUpStudy study = study_on_curve({16, 64, 256, 1024});
    for (std::uint64_t seed = 4; seed <= 6; ++seed) {
        study.add(1024, seed).status = RunStatus::diverged;
    }
    study.add(256, 4).status = RunStatus::diverged;
    const ObservedCriticalBatch observed = observe(study);
    ASSERT_EQ(observed.left_out.size(), 1U);
    EXPECT_EQ(observed.left_out[0].batch_size, 1024);
    EXPECT_EQ(observed.left_out[0].reached, 3);
    EXPECT_EQ(observed.left_out[0].tried, 6);
    ASSERT_EQ(observed.survivors.size(), 1U);
    EXPECT_EQ(observed.survivors[0].batch_size, 256);
    EXPECT_EQ(observed.doubts.front(), FitDoubt::survivors);
    EXPECT_EQ(observed.fit.batch_sizes, 3);
    EXPECT_EQ(observed.places.size(), 3U);
}

TEST(ObservedCriticalBatch, OfARecipeThatNeverReachesSaysSo) {
    MadeUpStudy study = study_on_curve({16, 64, 256});
    const Target never{TargetMetric::validation_loss, 0.1, TargetOrigin::given};
    const ObservedCriticalBatch observed = observed_critical_batch(
        time_to_target(recipes_of(study.summary()).at(0), never, 0.95), 0.95);
    EXPECT_EQ(observed.fit.status, CriticalBatchStatus::too_few_batch_sizes);
    EXPECT_EQ(observed.left_out.size(), 3U);
    EXPECT_TRUE(std::isnan(observed.at_overhead));
    EXPECT_TRUE(std::isnan(observed.censoring.all_late));
}

TEST(ObservedCriticalBatch, TargetsThatWereThereBeforeTrainingAreInNoFit) {
    MadeUpStudy study = study_on_curve({16, 64, 256, 1024});
    AnalyzedRun& pretrained = study.add(64, 4);
    make_falling(pretrained, 500);
    pretrained.history.validation_loss.front() = 0.9;
    const ObservedCriticalBatch observed = observe(study);
    ASSERT_EQ(observed.left_out.size(), 1U);
    EXPECT_EQ(observed.left_out[0].reached_before_training, 1);
    EXPECT_EQ(observed.fit.runs, 9);
}

bool has(const ObservedCriticalBatch& observed, FitDoubt doubt) {
    return std::count(observed.doubts.begin(), observed.doubts.end(), doubt) > 0;
}

TEST(ObservedCriticalBatch, SaysWhatMakesItDoubtful) {
    MadeUpStudy plain = study_on_curve({16, 64, 256, 1024});
    EXPECT_FALSE(has(observe(plain), FitDoubt::curve_does_not_fit));
    EXPECT_FALSE(has(observe(plain), FitDoubt::inside_schedule));
    EXPECT_FALSE(has(observe(plain), FitDoubt::survivors));

    MadeUpStudy sparse = study_on_curve({16, 64, 256, 1024});
    sparse.change_all(
        [](AnalyzedRun& run) { make_falling(run, run.history.steps.back() / 1.5, 1); });
    EXPECT_EQ(observe(sparse).in_first_interval, 12);
    EXPECT_TRUE(has(observe(sparse), FitDoubt::in_first_interval));

    MadeUpStudy slow_again = study_on_curve({16, 64, 256, 1024});
    slow_again.change_all([](AnalyzedRun& run) {
        run.settings = nullptr;
        if (run.batch_size == 1024) {
            make_falling(run, 8000 + 100 * static_cast<double>(run.seed));
        }
    });
    EXPECT_TRUE(has(observe(slow_again), FitDoubt::curve_does_not_fit));
    EXPECT_TRUE(has(observe(slow_again), FitDoubt::inside_schedule));
}

TEST(ObservedCriticalBatch, OneSeedIsFittedWithoutAJackknife) {
    MadeUpStudy study = study_on_curve({16, 64, 256, 1024}, 1);
    const ObservedCriticalBatch observed = observe(study);
    EXPECT_EQ(observed.fit.status, CriticalBatchStatus::fitted);
    EXPECT_TRUE(std::isnan(observed.without_a_seed.largest));
    EXPECT_TRUE(std::isnan(observed.fit.lack_of_fit.p));
}

TEST(ObservedCriticalBatch, ManySeedsAreLeftOutInGroups) {
    MadeUpStudy study = study_on_curve({16, 64, 256}, 101);
    const ObservedCriticalBatch observed = observe(study);
    EXPECT_EQ(observed.fit.runs, 303);
    EXPECT_NEAR(observed.without_a_seed.smallest / observed.fit.critical_batch, 1, 0.05);
    EXPECT_NEAR(observed.without_a_seed.largest / observed.fit.critical_batch, 1, 0.05);
}

TEST(ObservedCriticalBatch, PlacesAreNotKnownWhereTheGridIsTooSmall) {
    MadeUpStudy study = study_on_curve({2, 4, 8});
    const ObservedCriticalBatch observed = observe(study);
    ASSERT_NE(observed.fit.bounds, CriticalBatchBounds::bounded);
    EXPECT_EQ(observed.places[0].regime, BatchRegime::not_known);
}

TEST(PredictedCriticalBatch, IsARatioOfSumsOverTheRunBesideTheEnd) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
        AnalyzedRun& run = study.add(64, seed);
        make_falling(run, 400, 3);
        run.history.gradient_covariance_trace = {unknown, 100, 100, 100};
        run.history.gradient_square = {unknown, 2, 1.01, 0.99};
        run.sharpness.values["noise_scale"] = {90 + 10 * static_cast<double>(seed), 7, true};
        run.sharpness.shares_coupled = seed == 2;
        SharpnessPoint& point = run.sharpness_history.emplace_back();
        point.steps = run.history.steps.back();
        point.hessian_noise_scale = {500, 20, true};
        point.simple_noise_scale = {300, 20, false};
    }
    const auto predictions = predicted_critical_batch(recipes_of(study.summary()).at(0), 0.95);
    ASSERT_EQ(predictions.size(), 5U);
    EXPECT_EQ(predictions[0].kind, NoiseScaleKind::simple_over_run);
    EXPECT_NEAR(predictions[0].scale.counted.mean, 300 / 4.0, 1e-9);
    EXPECT_NEAR(predictions[1].scale.counted.mean, 100 / 1.01, 1e-9);
    EXPECT_NEAR(predictions[2].scale.counted.mean, 105, 1e-9);
    EXPECT_EQ(predictions[2].scale.largest_error, 7);
    EXPECT_TRUE(predictions[2].shares_coupled);
    EXPECT_EQ(predictions[3].kind, NoiseScaleKind::simple_frozen);
    EXPECT_EQ(predictions[3].scale.counted.n, 0);
    EXPECT_EQ(predictions[3].scale.not_counted, 2);
    EXPECT_EQ(predictions[4].scale.counted.mean, 500);
    EXPECT_FALSE(predictions[4].shares_coupled) << "frozen weights need no shares";
}

TEST(PredictedCriticalBatch, IsEmptyWhereNothingWasMeasured) {
    MadeUpStudy study;
    study.add(64, 1);
    EXPECT_TRUE(predicted_critical_batch(recipes_of(study.summary()).at(0), 0.95).empty());
}

TEST(CheckPrediction, AgreesOnlyWithAnIntervalThatSaysSomething) {
    PredictedCriticalBatch predicted;
    CriticalBatchFit fit;
    fit.status = CriticalBatchStatus::fitted;
    fit.bounds = CriticalBatchBounds::bounded;
    fit.critical_batch = 200;
    fit.lower = 150;
    fit.upper = 260;
    EXPECT_EQ(check_prediction(predicted, fit).agreement, Agreement::not_tested);
    predicted.scale.counted.n = 3;
    predicted.scale.counted.mean = 100;
    EXPECT_EQ(check_prediction(predicted, fit).agreement, Agreement::below);
    EXPECT_EQ(check_prediction(predicted, fit).ratio, 0.5);
    predicted.scale.not_counted = 3;
    EXPECT_EQ(check_prediction(predicted, fit).agreement, Agreement::not_tested)
        << "those that resolve it are the large ones";
    predicted.scale.not_counted = 2;
    predicted.scale.counted.mean = 250;
    EXPECT_EQ(check_prediction(predicted, fit).agreement, Agreement::inside);
    fit.bounds = CriticalBatchBounds::only_lower;
    fit.upper = std::numeric_limits<double>::infinity();
    EXPECT_TRUE(std::isnan(check_prediction(predicted, fit).ratio));
    EXPECT_EQ(check_prediction(predicted, fit).agreement, Agreement::inside);
    fit.bounds = CriticalBatchBounds::none;
    EXPECT_EQ(check_prediction(predicted, fit).agreement, Agreement::not_tested);
}

}  // namespace
}  // namespace batchscope::tests_of_critical_batch
