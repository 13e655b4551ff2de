#include "analysis/report/verdicts.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/report/report_studies.hpp"

namespace batchscope::tests_of_verdicts {
namespace {

/// Batch 64 as good as 16, batch 256 worse, batch 1024 diverged; the batch size `unsure` scatters.
MadeUpStudy example(std::int64_t unsure = 0) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const double noise = 0.0002 * static_cast<double>((seed * 7) % 5);
        for (const std::int64_t batch_size : {16, 64, 256}) {
            AnalyzedRun& run = study.add(batch_size, seed);
            const double scatter = batch_size == unsure ? 40 * noise : 0;
            const double loss = batch_size == 256 ? 0.03 + noise : 0;
            run.history.train_accuracy.back() = 0.9 - loss + (batch_size == 64 ? noise / 2 : 0);
            run.history.validation_accuracy.back() =
                0.85 - loss + (batch_size == 64 ? noise / 3 : 0) + scatter;
        }
        study.add(1024, seed).status = RunStatus::diverged;
    }
    return study;
}

/// The sentences and the table of the only recipe.
std::string report(MadeUpStudy study) {
    const StudyAnswers answers = answer_all(study.summary(), {});
    const RecipeVerdicts verdicts = recipe_verdicts(answers.recipes.at(0), answers, english);
    std::string text;
    for (const Sentence& sentence : verdicts.sentences) {
        text += sentence.text + '\n';
    }
    return text + render_terminal(verdicts.table, english);
}

TEST(Verdicts, AnswersInTheFirstLines) {
    const std::string text = report(example());
    EXPECT_TRUE(
        text.starts_with("▼ train accuracy: worse from 256 on (-3.04 points at 256); no "
                         "difference that matters at 64\n"))
        << text;
    EXPECT_TRUE(contains(text, "\n▼ validation accuracy: worse from 256 on")) << text;
    EXPECT_TRUE(contains(text, "✕ batch 1024: 5 of 5 runs lost (5 diverged)")) << text;
}

TEST(Verdicts, ShowsDifferencesInPointsWithTheirVerdicts) {
    const std::string text = report(example());
    EXPECT_TRUE(contains(text, "Difference from batch 16")) << text;
    EXPECT_TRUE(contains(text, "within ±0.50")) << text;
    EXPECT_TRUE(contains(text, "▼ worse")) << text;
    EXPECT_TRUE(contains(text, "= equivalent")) << text;
    EXPECT_FALSE(contains(text, "Seeds needed")) << "nothing is undecided";
}

TEST(Verdicts, GivesALossItsOwnSignAndSaysThatLessIsBetter) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        for (const std::int64_t batch_size : {16, 64}) {
            AnalyzedRun& run = study.add(batch_size, seed);
            const double noise = 0.001 * static_cast<double>((seed * batch_size / 16) % 5);
            run.history.train_accuracy = run.history.validation_accuracy =
                run.history.test_accuracy = {unknown, unknown};
            run.history.train_loss.back() = (batch_size == 16 ? 0.5 : 0.3) + noise;
        }
    }
    const std::string text = report(std::move(study));
    EXPECT_TRUE(contains(text, "▲ train loss: better at 64 (-0.2)")) << text;
    EXPECT_TRUE(contains(text, "of a loss less is better")) << text;
}

TEST(Verdicts, SaysHowManySeedsAnUndecidedDifferenceNeeds) {
    const std::string text = report(example(64));
    EXPECT_TRUE(contains(text, "undecided at 64")) << text;
    EXPECT_TRUE(contains(text, "? needs ")) << text;
    EXPECT_TRUE(contains(text, "Seeds needed")) << text;
}

TEST(Verdicts, OfOneBatchSizeSaysThatNothingIsTested) {
    MadeUpStudy study;
    study.add(16, 1);
    EXPECT_TRUE(contains(report(std::move(study)), "not tested"));
}

}  // namespace
}  // namespace batchscope::tests_of_verdicts
