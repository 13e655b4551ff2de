#include "analysis/report/data.hpp"

#include <gtest/gtest.h>

#include "analysis/report/metrics.hpp"
#include "tests/analysis/example_study.hpp"
#include "tests/analysis/report/report_studies.hpp"

namespace batchscope::tests_of_data {
namespace {

TEST(DataSection, MarksAliasesAndNamesMissingPoints) {
    const TemporaryFolder folder;
    const RunRecord none = study_run(64, 1);
    for (const RunRecord& run : {none, study_run(64, 2), alias_run(64, 1, "linear", none)}) {
        write_run(folder.path(), run);
    }
    const RunCollection collection = collect_runs({folder.path()});
    const StudySummary study = summarise(collection, 0.95).at(0);
    const StudyAnswers answers = answer_all(study, {});
    const std::string means = text_of(means_section(answers, english));
    EXPECT_TRUE(contains(means, "1*")) << means;
    EXPECT_TRUE(contains(means, "* has runs that stand in another row")) << means;
    const std::string data = text_of(data_section(answers, {}, english));
    EXPECT_TRUE(contains(data, "2 runs counted, 1 of the same settings as another")) << data;
    EXPECT_TRUE(contains(data, "batch 64, learning_rate_scaling linear: seed 2")) << data;
}

TEST(DataSection, NamesEveryRunThatIsInNoMeanAndEverySkippedFile) {
    MadeUpStudy study = varied_study();
    AnalyzedRun& run = study.add(1024, 1, {{"training.learning_rate_scaling", "linear"}});
    run.status = RunStatus::diverged;
    run.reason = "the loss was not finite";
    const StudyAnswers answers = answer_all(study.summary(), {});
    const std::vector<SkippedFile> skipped{{"a/cut.h5", "it is cut short"},
                                           {"b/twice.h5", "the same grid point", true}};
    const std::string data = text_of(data_section(answers, skipped, english));
    EXPECT_TRUE(contains(data, "13 files of this study: 12 runs counted, 1 diverged.")) << data;
    EXPECT_TRUE(
        contains(data, "In no mean, diverged (1):\n  batch_size-1024_seed-1: the loss was"));
    EXPECT_TRUE(contains(data, "\n  a/cut.h5: it is cut short\n"));
    EXPECT_EQ(skipped_text(skipped, english), "1 unreadable, 1 duplicate");
    EXPECT_TRUE(contains(health_text(answers, {}, english), "3 grid points without a file"));
}

TEST(MeansSection, NamesTheValidationSplitWhereItStandsInForTest) {
    MadeUpStudy study = varied_study();
    StudySummary& summary = study.summary();
    summary.out_of_sample = "validation";
    const StudyAnswers answers = answer_all(summary, {});
    EXPECT_TRUE(contains(text_of(means_section(answers, english)), "validation - train loss"));
    EXPECT_TRUE(contains(text_of(data_section(answers, {}, english)), "No test split"));
}

TEST(MeansSection, SaysSoWhereNothingCounts) {
    MadeUpStudy study;
    study.add(64, 1).status = RunStatus::running;
    const StudyAnswers answers = answer_all(study.summary(), {});
    EXPECT_TRUE(contains(text_of(means_section(answers, english)), "No run counts"));
    EXPECT_TRUE(contains(text_of(data_section(answers, {}, english)), "in progress (1)"));
}

}  // namespace
}  // namespace batchscope::tests_of_data
