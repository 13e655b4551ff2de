#include "analysis/report/recommendation_report.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "analysis/report/table.hpp"
#include "analysis/report/target_report.hpp"
#include "analysis/report/what_if_report.hpp"
#include "core/error.hpp"
#include "tests/analysis/questions/made_up_study.hpp"

namespace batchscope {
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

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(RecommendationReport, NamesTheFastestThatIsNotWorse) {
    MadeUpStudy study = example();
    const StudyAnswers answers = answer_all(study.summary(), {});
    const std::string text = recommendation_sentence(answers, Phrases(Language::english));
    EXPECT_TRUE(text.starts_with("Recommended: batch 64, the fastest")) << text;
    EXPECT_TRUE(contains(text, "4 times as fast as the lowest loss (batch 16)")) << text;
}

TEST(RecommendationReport, DoesNotSayOneTimesAsFast) {
    MadeUpStudy study = example();
    study.change_all([](AnalyzedRun& run) {
        if (run.batch_size == 64) {
            run.history.seconds.back() = 9.8 + 0.01 * static_cast<double>(run.seed % 3);
        }
    });
    const std::string text =
        recommendation_sentence(answer_all(study.summary(), {}), Phrases(Language::english));
    EXPECT_TRUE(contains(text, "about as long as the lowest loss (batch 16)")) << text;
}

TEST(RecommendationReport, SaysWhyThereIsNone) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        study.add(16, seed).history.validation_loss.back() = 0.5 + 0.01 * static_cast<double>(seed);
    }
    const std::string text =
        recommendation_report(answer_all(study.summary(), {}), Phrases(Language::english));
    EXPECT_EQ(text, "No recommendation: there is one batch size only.\n");
}

TEST(WhatIfReport, SaysWhatWouldChangeAgainstTheOneInUse) {
    MadeUpStudy study = example();
    const StudyAnswers answers = answer_all(study.summary(), with_current(16));
    const std::string text =
        what_if_report(*answers.recipes[0].what_if, {}, Phrases(Language::english));
    EXPECT_TRUE(text.starts_with("Batch 16 in use now: batch 64 is faster and not worse.")) << text;
    EXPECT_TRUE(contains(text, "0.25 (0.25-0.25)")) << text;
    EXPECT_TRUE(contains(text, "Not in the grid: 8, 32.")) << text;
}

TEST(WhatIfReport, KeepsTheOneInUseWhereNothingIsBetter) {
    MadeUpStudy study = example();
    const StudyAnswers answers = answer_all(study.summary(), with_current(64));
    EXPECT_TRUE(contains(what_if_sentence(*answers.recipes[0].what_if, Phrases(Language::english)),
                         "keep it"));
}

TEST(WhatIf, RefusesABatchSizeThatIsNotInTheGrid) {
    MadeUpStudy study = example();
    EXPECT_THROW((void)answer_all(study.summary(), with_current(100)), Error);
}

TEST(TargetReport, ShowsHowManyReachedATarget) {
    MadeUpStudy study = example();
    const StudyAnswers answers = answer_all(study.summary(), {});
    const std::string text = target_report(answers.recipes[0], Phrases(Language::english));
    EXPECT_TRUE(contains(text, "Time to validation loss")) << text;
    EXPECT_TRUE(contains(text, "5/5")) << text;
    EXPECT_TRUE(contains(text, "0/5")) << "256 does not reach the hardest target: " << text;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(display_width(line), 80U) << line;
    }
}

}  // namespace
}  // namespace batchscope
