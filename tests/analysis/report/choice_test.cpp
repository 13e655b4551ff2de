#include "analysis/report/choice.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "tests/analysis/report/report_studies.hpp"

namespace batchscope::tests_of_choice {
namespace {

/// Batch 64 as good as 16 and twice as fast; 256 faster still, but worse.
MadeUpStudy example() {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const double noise = 0.0005 * static_cast<double>((seed * 3) % 5);
        for (const std::int64_t batch_size : {16, 64, 256}) {
            AnalyzedRun& run = study.add(batch_size, seed);
            run.history.validation_loss.back() =
                (batch_size == 256 ? 0.8 : 0.6) + noise * (batch_size == 64 ? 1.3 : 1.0);
            run.history.seconds.back() = 160.0 / static_cast<double>(batch_size) + noise;
        }
    }
    return study;
}

AnswerOptions with_current(std::int64_t batch_size) {
    AnswerOptions options;
    options.current_batch_size = batch_size;
    return options;
}

TEST(Recommendation, NamesTheFastestThatIsNotWorse) {
    MadeUpStudy study = example();
    const StudyAnswers answers = answer_all(study.summary(), {});
    const std::string text = recommendation_sentence(answers, english);
    EXPECT_TRUE(text.starts_with("Recommended: batch 64, the fastest")) << text;
    EXPECT_TRUE(contains(text, "4 times as fast (3.99 to 4) as the best (batch 16)")) << text;
}

TEST(Recommendation, DoesNotSayOneTimesAsFast) {
    MadeUpStudy study = example();
    study.change_all([](AnalyzedRun& run) {
        if (run.batch_size == 64) {
            run.history.seconds.back() = 9.8 + 0.01 * static_cast<double>(run.seed % 3);
        }
    });
    const std::string text = recommendation_sentence(answer_all(study.summary(), {}), english);
    EXPECT_TRUE(contains(text, "about as long as the best (batch 16)")) << text;
}

TEST(Recommendation, SaysWhyThereIsNone) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        study.add(16, seed).history.validation_loss.back() = 0.5 + 0.01 * static_cast<double>(seed);
    }
    const std::string text =
        text_of(recommendation_section(answer_all(study.summary(), {}), english));
    EXPECT_TRUE(contains(text, "\nNo recommendation: there is one batch size only.\n")) << text;
}

TEST(WhatIf, SaysWhatWouldChangeAgainstTheOneInUse) {
    MadeUpStudy study = example();
    const StudyAnswers answers = answer_all(study.summary(), with_current(16));
    const std::string text = text_of(what_if_section(answers, english));
    EXPECT_TRUE(contains(text, "\nBatch 16 in use now: batch 64 is faster and not worse.")) << text;
    EXPECT_TRUE(contains(text, "0.25 (0.25-0.25)")) << text;
    EXPECT_TRUE(contains(text, "Not in the grid: 8, 32.")) << text;
}

TEST(WhatIf, KeepsTheOneInUseWhereNothingIsBetter) {
    MadeUpStudy study = example();
    const StudyAnswers answers = answer_all(study.summary(), with_current(64));
    EXPECT_TRUE(contains(what_if_sentence(*answers.recipes[0].what_if, english), "keep it"));
}

TEST(WhatIf, RefusesABatchSizeThatIsNotInTheGrid) {
    MadeUpStudy study = example();
    EXPECT_THROW((void)answer_all(study.summary(), with_current(100)), Error);
}

}  // namespace
}  // namespace batchscope::tests_of_choice
