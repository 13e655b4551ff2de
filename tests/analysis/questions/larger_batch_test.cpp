#include "analysis/questions/larger_batch.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.hpp"
#include "tests/analysis/questions/made_up_study.hpp"

namespace batchscope::tests_of_larger_batch {
namespace {

/// Accuracies of the runs of one batch size, by seed 1, 2, ...
void add_arm(MadeUpStudy& study, std::int64_t batch_size, const std::vector<double>& train,
             const std::vector<double>& validation) {
    for (std::size_t i = 0; i < train.size(); ++i) {
        AnalyzedRun& run = study.add(batch_size, i + 1);
        run.history.train_accuracy.back() = train[i];
        run.history.validation_accuracy.back() = validation[i];
    }
}

LargerBatchAnswer answer_of(MadeUpStudy& study, const Margins& margins = {}) {
    return is_larger_better(recipes_of(study.summary())[0], Budget{}, margins);
}

TEST(IsLargerBetter, ComparesEachLargerBatchWithTheSmallest) {
    MadeUpStudy study;
    add_arm(study, 64, {0.901, 0.902, 0.903}, {0.80, 0.811, 0.82});
    add_arm(study, 16, {0.911, 0.912, 0.912}, {0.85, 0.86, 0.87});
    add_arm(study, 256, {0.81, 0.812, 0.811}, {0.7, 0.712, 0.72});
    const LargerBatchAnswer answer = answer_of(study);
    EXPECT_EQ(answer.reference, 16);
    ASSERT_EQ(answer.by_metric.size(), 2U);
    EXPECT_STREQ(answer.by_metric[0].metric.name, "train_accuracy");
    EXPECT_STREQ(answer.by_metric[1].metric.name, "validation_accuracy");
    ASSERT_EQ(answer.by_metric[0].contrasts.size(), 2U);
    EXPECT_EQ(answer.by_metric[0].contrasts[0].batch_size, 64);
    EXPECT_NEAR(answer.by_metric[0].contrasts[0].differences[0], -0.010, 1e-12);
    EXPECT_EQ(answer.by_metric[0].contrasts[0].decision.tested, 4) << "one family of all four";
    EXPECT_EQ(answer.by_metric[0].answer, Answer::worse);
    EXPECT_LT(answer.by_metric[0].slope.mean.mean, 0);
}

TEST(IsLargerBetter, IsMixedWithASweetSpot) {
    MadeUpStudy study;
    add_arm(study, 16, {0.850, 0.851, 0.849, 0.850}, {0.800, 0.801, 0.799, 0.800});
    add_arm(study, 64, {0.880, 0.882, 0.881, 0.879}, {0.850, 0.852, 0.849, 0.850});
    add_arm(study, 256, {0.80, 0.802, 0.799, 0.803}, {0.750, 0.752, 0.749, 0.751});
    const LargerBatchAnswer answer = answer_of(study);
    EXPECT_EQ(answer.by_metric[1].contrasts[0].decision.verdict, Verdict::better);
    EXPECT_EQ(answer.by_metric[1].contrasts[1].decision.verdict, Verdict::worse);
    EXPECT_EQ(answer.by_metric[1].answer, Answer::mixed);
}

TEST(IsLargerBetter, IsEquivalentWithinTheMargin) {
    MadeUpStudy study;
    add_arm(study, 16, {0.9001, 0.9002, 0.8999, 0.9}, {0.8501, 0.8503, 0.8502, 0.8500});
    add_arm(study, 64, {0.9002, 0.9001, 0.9001, 0.9}, {0.8502, 0.8502, 0.8502, 0.8503});
    EXPECT_EQ(answer_of(study).by_metric[1].answer, Answer::equivalent);
    EXPECT_EQ(answer_of(study, {.accuracy = 1e-5}).by_metric[1].answer, Answer::undecided);
}

TEST(IsLargerBetter, IsUndecidedWithOneOrTwoSeeds) {
    for (const std::size_t seeds : {1U, 2U}) {
        MadeUpStudy study;
        add_arm(study, 16, std::vector<double>(seeds, 0.9), std::vector<double>(seeds, 0.85));
        add_arm(study, 64, std::vector<double>(seeds, 0.5), std::vector<double>(seeds, 0.45));
        const LargerBatchAnswer answer = answer_of(study);
        EXPECT_EQ(answer.by_metric[1].answer, Answer::undecided);
        EXPECT_EQ(answer.by_metric[1].contrasts[0].decision.reason, Reason::too_few_seeds);
    }
}

TEST(IsLargerBetter, SaysThatSeedsAreIdentical) {
    MadeUpStudy study;
    add_arm(study, 16, {0.9, 0.9, 0.9}, {0.85, 0.85, 0.85});
    add_arm(study, 64, {0.8, 0.8, 0.8}, {0.75, 0.75, 0.75});
    const LargerBatchAnswer answer = answer_of(study);
    EXPECT_EQ(answer.by_metric[1].contrasts[0].decision.reason, Reason::identical_seeds);
    EXPECT_EQ(answer.by_metric[1].answer, Answer::undecided);
}

TEST(IsLargerBetter, UsesTheSeedsThatBothHave) {
    MadeUpStudy study;
    add_arm(study, 16, {0.90, 0.91, 0.92}, {0.85, 0.86, 0.87});
    add_arm(study, 64, {0.80, 0.82, 0.81, 0.10}, {0.75, 0.74, 0.76, 0.10});
    const SizeContrast contrast = answer_of(study).by_metric[0].contrasts[0];
    EXPECT_EQ(contrast.seeds, (std::vector<std::uint64_t>{1, 2, 3}));
    EXPECT_EQ(contrast.decision.comparison.n, 3);
}

TEST(IsLargerBetter, HasNoAnswerWithoutASecondBatchSizeThatCounts) {
    MadeUpStudy study;
    add_arm(study, 16, {0.9, 0.91}, {0.85, 0.86});
    study.add(64, 1).status = RunStatus::stopped;
    const LargerBatchAnswer answer = answer_of(study);
    EXPECT_EQ(answer.reference, 16);
    EXPECT_EQ(answer.by_metric[0].answer, Answer::not_tested);
}

/// At 100 steps, of which batch 16 makes 400 with a row at `row_at` and at the end of them.
LargerBatchAnswer at_equal_steps(double row_at) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const double noise = 0.001 * static_cast<double>(seed % 3);
        AnalyzedRun& longer = study.add(16, seed);
        longer.history.epoch = longer.history.examples = longer.history.seconds =
            longer.history.steps = {0, row_at, 400};
        longer.history.train_accuracy = {0.1, 0.80 + noise, 0.95};
        longer.history.validation_accuracy = {0.1, 0.75 - noise, 0.90};
        for (std::vector<double> History::*column :
             {&History::train_loss, &History::validation_loss, &History::test_loss}) {
            longer.history.*column = {2.3, 1, 0.5};
        }
        longer.history.test_accuracy = {0.1, 0.7, 0.8};
        longer.history.peak_memory_bytes = {1, 1, 1};
        longer.history.step_loss_variance = {unknown, 1, 1};
        longer.history.gradient_covariance_trace =
            longer.history.gradient_square = {unknown, unknown, unknown};
        AnalyzedRun& shorter = study.add(64, seed);
        shorter.history.train_accuracy.back() = 0.85;
        shorter.history.validation_accuracy.back() = 0.80;
    }
    Recipe recipe = recipes_of(study.summary())[0];
    return is_larger_better(recipe, {.moment = Moment::equal_steps, .amount = 100}, Margins{});
}

TEST(IsLargerBetter, IsNotResolvedWhereAMetricIsReadBetweenRowsFarApart) {
    const LargerBatchAnswer at_a_row = at_equal_steps(100);
    EXPECT_EQ(at_a_row.by_metric[0].answer, Answer::better);
    EXPECT_TRUE(at_a_row.by_metric[0].contrasts[0].resolved);
    const LargerBatchAnswer between = at_equal_steps(160);
    const SizeContrast& contrast = between.by_metric[0].contrasts[0];
    EXPECT_FALSE(contrast.resolved);
    EXPECT_EQ(contrast.decision.verdict, Verdict::undecided);
    EXPECT_EQ(contrast.decision.reason, Reason::not_resolved);
    EXPECT_EQ(between.by_metric[0].answer, Answer::undecided);
}

TEST(IsLargerBetter, OfARegressionIsByLossAndSmallerIsBetter) {
    MadeUpStudy study;
    for (const std::int64_t batch_size : {16, 64}) {
        for (std::uint64_t seed = 1; seed <= 4; ++seed) {
            AnalyzedRun& run = study.add(batch_size, seed);
            run.history.train_accuracy = run.history.validation_accuracy = {unknown, unknown};
            const double noise = 0.001 * static_cast<double>(seed % 2);
            run.history.train_loss = {2.0, batch_size == 16 ? 0.5 : 0.3 + noise};
            run.history.validation_loss = {2.0, batch_size == 16 ? 0.6 : 0.8 + noise};
        }
    }
    const LargerBatchAnswer answer = answer_of(study);
    EXPECT_STREQ(answer.by_metric[0].metric.name, "train_loss");
    EXPECT_EQ(answer.by_metric[0].answer, Answer::better);
    EXPECT_LT(answer.by_metric[0].contrasts[0].differences[0], 0) << "as it is, not turned around";
    EXPECT_EQ(answer.by_metric[0].contrasts[0].wins.wins, 4);
    EXPECT_EQ(answer.by_metric[1].answer, Answer::worse);
}

TEST(IsLargerBetter, SaysWhatOtherExamplesWouldAdd) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        AnalyzedRun& small = study.add(16, seed);
        small.validation_correct = {true, true, true, false};
        small.history.validation_accuracy.back() = 0.75;
        AnalyzedRun& large = study.add(64, seed);
        large.validation_correct = {true, seed != 2, false, false};
        large.history.validation_accuracy.back() = seed != 2 ? 0.5 : 0.25;
    }
    const LargerBatchAnswer answer = answer_of(study);
    EXPECT_FALSE(answer.by_metric[0].contrasts[0].by_example) << "train accuracy";
    const SizeContrast& contrast = answer.by_metric[1].contrasts[0];
    ASSERT_TRUE(contrast.by_example);
    EXPECT_EQ(contrast.by_example->examples, 4);
    EXPECT_NEAR(contrast.by_example->mean, contrast.decision.comparison.mean, 1e-12);
    EXPECT_NEAR(contrast.by_example->standard_error_seeds,
                contrast.decision.comparison.standard_error, 1e-12);
    EXPECT_GE(contrast.by_example->standard_error, contrast.by_example->standard_error_seeds);
}

TEST(IsLargerBetter, AnotherRecipeMovesNoNumberOfTheFirst) {
    const auto first_answer = [](bool with_other) {
        MadeUpStudy study;
        const RandomStream noise(1, RandomPurpose::probe);
        std::uint64_t draw = 0;
        for (const char* rule : {"linear", "none"}) {
            if (!with_other && std::string(rule) == "none") {
                continue;
            }
            for (const std::int64_t batch_size : {16, 64, 256}) {
                for (std::uint64_t seed = 1; seed <= 3; ++seed) {
                    AnalyzedRun& run = study.add(
                        batch_size, seed, {{"training.learning_rate_scaling", std::string(rule)}});
                    run.history.validation_accuracy.back() = 0.8 + 0.01 * noise.normal(draw++);
                }
            }
        }
        return is_larger_better(recipes_of(study.summary())[0], Budget{}, Margins{});
    };
    const LargerBatchAnswer alone = first_answer(false);
    const LargerBatchAnswer beside = first_answer(true);
    for (std::size_t i = 0; i < 2; ++i) {
        const Decision& a = alone.by_metric[1].contrasts[i].decision;
        const Decision& b = beside.by_metric[1].contrasts[i].decision;
        EXPECT_EQ(a.comparison.mean, b.comparison.mean);
        EXPECT_EQ(a.p_difference, b.p_difference);
        EXPECT_EQ(a.simultaneous_half_width, b.simultaneous_half_width);
    }
}

}  // namespace
}  // namespace batchscope::tests_of_larger_batch
