#include "analysis/report/study_report.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "analysis/report/table.hpp"
#include "tests/analysis/example_study.hpp"

namespace batchscope {
namespace {

std::string report_of(const std::vector<RunRecord>& records) {
    const TemporaryFolder folder;
    for (const RunRecord& record : records) {
        write_run(folder.path(), record);
    }
    const RunCollection collection = collect_runs({folder.path()});
    return study_report(summarise(collection, 0.95).at(0), 0.95);
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(StudyReport, StaysWithin80Columns) {
    const RunRecord none = study_run(4096, 1);
    const std::string report =
        report_of({none, study_run(4096, 2), alias_run(4096, 1, "linear", none), study_run(16, 1)});
    std::istringstream lines(report);
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(display_width(line), 80U) << line;
    }
    EXPECT_FALSE(contains(report, "\x1b"));
}

TEST(StudyReport, ShowsNoWidthForOneSeed) {
    const std::string report = report_of({study_run(64, 1)});
    EXPECT_TRUE(contains(report, "0.3100±n/a")) << report;
    EXPECT_FALSE(contains(report, "nan")) << report;
}

TEST(StudyReport, NamesEveryRunThatIsInNoMean) {
    const std::string report = report_of(
        {study_run(64, 1), ended(study_run(64, 2), RunStatus::diverged, "loss is not finite")});
    EXPECT_TRUE(contains(report, "2 files, 1 runs counted, 1 diverged")) << report;
    EXPECT_TRUE(
        contains(report, "batch_size-64_seed-2_learning_rate_scaling-none.h5: loss is not finite"));
}

TEST(StudyReport, MarksAliasesAndNamesMissingPoints) {
    const RunRecord none = study_run(64, 1);
    const std::string report =
        report_of({none, study_run(64, 2), alias_run(64, 1, "linear", none)});
    EXPECT_TRUE(contains(report, "1*")) << report;
    EXPECT_TRUE(contains(report, "3 files, 2 runs counted, 1 of the same settings as another"));
    EXPECT_TRUE(contains(report, "batch 64, learning_rate_scaling linear: seed 2"));
}

TEST(StudyReport, NamesTheValidationSplitWhereItStandsIn) {
    RunRecord run = study_run(64, 1);
    run.epochs.test_loss.assign(3, unknown);
    run.epochs.test_accuracy.assign(3, unknown);
    const std::string report = report_of({run});
    EXPECT_TRUE(contains(report, "validation - train loss")) << report;
    EXPECT_TRUE(contains(report, "No test split"));
}

TEST(StudyReport, SaysSoWhereNothingCounts) {
    const std::string report = report_of({ended(study_run(64, 1), RunStatus::running, "")});
    EXPECT_TRUE(contains(report, "No run counts")) << report;
    EXPECT_TRUE(contains(report, "in progress (1)"));
}

}  // namespace
}  // namespace batchscope
