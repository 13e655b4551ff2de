// What the answers promise, on synthetic studies whose truth is known: 20,000 in process, 200
// through result files.

#include "tests/analysis/calibration.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/analysis/answers/synthetic_study.hpp"

namespace batchscope::tests_of_answers_calibration {
namespace {

/// Counts over many studies.
struct Tally {
    double studies = 0;
    double with_wrong_verdict = 0;  ///< better or worse the wrong way, or equivalent without being
    double intervals = 0, covering = 0;
    double simultaneous = 0, all_covering = 0;  ///< per study: all intervals at once

    void add(const LargerBatchAnswer& answer, const SyntheticTruth& truth) {
        bool any_wrong = false;
        bool all_cover = true;
        for (const MetricAnswer& of_metric : answer.by_metric) {
            for (const SizeContrast& contrast : of_metric.contrasts) {
                const double true_difference = truth.accuracy_per_doubling *
                                               std::log2(static_cast<double>(contrast.batch_size) /
                                                         static_cast<double>(answer.reference));
                const Decision& decision = contrast.decision;
                const double error = decision.comparison.mean - true_difference;
                ++intervals;
                covering += std::abs(error) <= decision.comparison.half_width ? 1 : 0;
                all_cover = all_cover && std::abs(error) <= decision.simultaneous_half_width;
                any_wrong = any_wrong ||
                            is_wrong(decision.verdict, true_difference, of_metric.metric.margin);
            }
        }
        ++studies;
        with_wrong_verdict += any_wrong ? 1 : 0;
        all_covering += all_cover ? 1 : 0;
    }

    static bool is_wrong(Verdict verdict, double true_difference, double margin) {
        switch (verdict) {
            case Verdict::better:
                return true_difference <= 0;
            case Verdict::worse:
                return true_difference >= 0;
            case Verdict::equivalent:
                return std::abs(true_difference) >= margin;
            case Verdict::undecided:
                break;
        }
        return false;
    }
};

LargerBatchAnswer answer_in_process(const SyntheticTruth& truth, std::uint64_t repetition) {
    return is_larger_better(SyntheticStudy(truth, repetition).recipe(), Budget{}, Margins{});
}

/// Little to read, as what is tested is the end of training.
SyntheticTruth small_truth(double accuracy_per_doubling) {
    SyntheticTruth truth;
    truth.accuracy_per_doubling = accuracy_per_doubling;
    truth.epochs = 1;
    truth.steps_per_row = 1;
    return truth;
}

// 0: no difference; the margin of 0.005 is reached by 1024 at 0.005 / 6, by 64 at 0.0025.
class AnswersOfKnownTruth : public ::testing::TestWithParam<double> {};

TEST_P(AnswersOfKnownTruth, AreAsOftenWrongAsPromised) {
    constexpr std::uint64_t repetitions = repetitions_of(5000);  // of each truth
    const SyntheticTruth truth = small_truth(GetParam());
    Tally tally;
    for (std::uint64_t repetition = 0; repetition < repetitions; ++repetition) {
        tally.add(answer_in_process(truth, repetition), truth);
    }
    const double slack = slack_of(repetitions);  // intervals of a study move together
    EXPECT_LE(tally.with_wrong_verdict / tally.studies, 0.06 + slack);
    EXPECT_GE(tally.covering / tally.intervals, 0.94 - slack);
    EXPECT_LE(tally.covering / tally.intervals, 0.96 + slack);
    EXPECT_GE(tally.all_covering / tally.studies, 0.94 - slack);
}

TEST_P(AnswersOfKnownTruth, ThroughFilesAreThose) {
    constexpr std::uint64_t repetitions = repetitions_of(50);  // of each truth
    const SyntheticTruth truth = truth_of_curves(GetParam());
    AnswerOptions options;
    options.targets = {loss_of_one};
    Tally tally;
    std::int64_t covered = 0;
    for (std::uint64_t repetition = 0; repetition < repetitions; ++repetition) {
        const auto [answer, fit] =
            through_files(truth, repetition, options, [](const StudyAnswers& answers) {
                const RecipeAnswers& recipe = answers.recipes.front();
                return std::pair(recipe.larger_batch.front(), recipe.critical_batches.front().fit);
            });
        const CriticalBatchFit direct_fit = critical_batch_in_process(truth, repetition);
        ASSERT_EQ(fit.critical_batch, direct_fit.critical_batch);
        ASSERT_EQ(fit.lower, direct_fit.lower);
        ASSERT_EQ(fit.upper, direct_fit.upper);
        covered += covers(fit, truth) ? 1 : 0;
        const LargerBatchAnswer direct = answer_in_process(truth, repetition);
        ASSERT_EQ(answer.by_metric.size(), direct.by_metric.size());
        for (std::size_t metric = 0; metric < answer.by_metric.size(); ++metric) {
            ASSERT_EQ(answer.by_metric[metric].contrasts.size(),
                      direct.by_metric[metric].contrasts.size());
            for (std::size_t i = 0; i < answer.by_metric[metric].contrasts.size(); ++i) {
                const SizeContrast& a = answer.by_metric[metric].contrasts[i];
                const SizeContrast& b = direct.by_metric[metric].contrasts[i];
                ASSERT_EQ(a.differences, b.differences);
                ASSERT_EQ(a.decision.verdict, b.decision.verdict);
                ASSERT_EQ(a.decision.p_difference, b.decision.p_difference);
            }
        }
        tally.add(answer, truth);
    }
    // At most 2.5 of 50 are expected; above 10 come with a probability of 1e-4.
    EXPECT_LE(tally.with_wrong_verdict, 10);
    // Of 50 intervals of the critical batch 47.5 are expected; fewer than 41, one time in 1,000.
    EXPECT_GE(covered + 9, repetitions);
}

INSTANTIATE_TEST_SUITE_P(Truths, AnswersOfKnownTruth,
                         ::testing::Values(0.0, -0.005 / 6, -0.003, 0.0025));

}  // namespace
}  // namespace batchscope::tests_of_answers_calibration
