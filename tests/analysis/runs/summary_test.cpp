#include "analysis/runs/summary.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/analysis/example_study.hpp"

namespace batchscope::tests_of_summary {
namespace {

RunCollection collect(const std::vector<RunRecord>& records) {
    const TemporaryFolder folder;
    for (const RunRecord& record : records) {
        write_run(folder / record.study, record);
    }
    return collect_runs({folder.path()});
}

const Estimate& train_loss(const Group& group) {
    return group.estimates.front();
}

TEST(Summarise, AveragesOverSeedsPerBatchSizeAndAxis) {
    const RunCollection runs =
        collect({study_run(64, 1), study_run(64, 2), study_run(64, 3), study_run(64, 1, "linear"),
                 study_run(128, 2), study_run(128, 4)});
    const std::vector<StudySummary> studies = summarise(runs, 0.95);
    ASSERT_EQ(studies.size(), 1U);
    const std::vector<Group>& groups = studies[0].groups;
    ASSERT_EQ(groups.size(), 3U);
    EXPECT_EQ(groups[0].runs.size(), 1U);
    EXPECT_EQ(to_text(groups[0].axes.at("training.learning_rate_scaling")), "linear");
    EXPECT_TRUE(std::isnan(train_loss(groups[0]).half_width));
    EXPECT_NEAR(train_loss(groups[1]).mean, 0.32, 1e-15);
    EXPECT_NEAR(train_loss(groups[1]).half_width, 4.302652729911275 * 0.01 / std::sqrt(3.0), 1e-12);
    EXPECT_EQ(groups[2].batch_size, 128);
    EXPECT_EQ(train_loss(groups[2]).n, 2);
}

TEST(Summarise, KeepsRunsOutOfMeansThatDidNotEndWell) {
    RunRecord collapsed = study_run(64, 2);
    collapsed.collapsed = true;
    collapsed.epochs.train_loss.back() = 1e-9;
    RunRecord diverged = ended(study_run(64, 3), RunStatus::diverged, "loss is not finite");
    diverged.epochs.train_loss.back() = unknown;
    const RunCollection runs = collect({study_run(64, 1), collapsed, diverged,
                                        ended(study_run(64, 4), RunStatus::stopped, "on request"),
                                        ended(study_run(64, 5), RunStatus::failed, "out of memory"),
                                        ended(study_run(64, 6), RunStatus::running, "")});
    const StudySummary study = summarise(runs, 0.95).at(0);
    ASSERT_EQ(study.groups.size(), 1U);
    EXPECT_EQ(train_loss(study.groups[0]).n, 1);
    EXPECT_EQ(train_loss(study.groups[0]).mean, 0.31);
    EXPECT_EQ(lost_of(study.groups[0].uncounted), 3);
    ASSERT_EQ(study.runs.size(), 6U);
    EXPECT_EQ(study.runs[1].standing, Standing::collapsed);
    EXPECT_EQ(study.runs[2].standing, Standing::diverged);
    EXPECT_EQ(study.runs[3].standing, Standing::stopped);
    EXPECT_EQ(study.runs[4].standing, Standing::out_of_memory);
    EXPECT_EQ(study.runs[5].standing, Standing::in_progress);
    EXPECT_TRUE(study.missing.empty());
}

TEST(Summarise, AnAliasStandsInForItsCoordinatesWithItsTargetsMetrics) {
    const RunRecord none = study_run(64, 1);
    const RunCollection runs = collect(
        {none, study_run(64, 2), alias_run(64, 1, "linear", none), study_run(64, 2, "linear")});
    const StudySummary study = summarise(runs, 0.95).at(0);
    ASSERT_EQ(study.groups.size(), 2U);
    EXPECT_EQ(train_loss(study.groups[0]).n, 2);
    EXPECT_EQ(study.groups[0].aliases, 1);
    EXPECT_EQ(train_loss(study.groups[0]).mean, train_loss(study.groups[1]).mean);
    EXPECT_EQ(study.groups[1].aliases, 0);
}

TEST(Summarise, ARunCountsOnceInOneMean) {
    const RunRecord run = study_run(64, 1);
    RunRecord alias = alias_run(64, 2, "none", run);
    const RunCollection runs = collect({run, alias});
    const StudySummary study = summarise(runs, 0.95).at(0);
    EXPECT_EQ(train_loss(study.groups.at(0)).n, 1);
}

TEST(Summarise, AnAliasHasTheStandingOfItsTarget) {
    const RunRecord none = ended(study_run(64, 1), RunStatus::diverged, "loss is not finite");
    const RunCollection runs = collect(
        {none, alias_run(64, 1, "linear", none), alias_run(64, 2, "linear", study_run(64, 2))});
    const StudySummary study = summarise(runs, 0.95).at(0);
    ASSERT_EQ(study.groups.size(), 2U) << "a row says what was lost";
    EXPECT_EQ(lost_of(study.groups[0].uncounted), 1);
    EXPECT_FALSE(any_run_counts(study));
    EXPECT_EQ(study.runs.at(0).standing, Standing::diverged);
    EXPECT_EQ(study.runs.at(1).standing, Standing::without_its_target);
}

TEST(Summarise, HasNoRowForWhatIsOnlyUnfinished) {
    const RunCollection runs =
        collect({study_run(64, 1), ended(study_run(128, 1), RunStatus::stopped, "")});
    EXPECT_EQ(summarise(runs, 0.95).at(0).groups.size(), 1U);
}

TEST(Summarise, AnAliasOfItselfEndsSomewhere) {
    const RunRecord run = study_run(64, 1);
    const RunCollection runs = collect({alias_run(64, 1, "none", run)});
    EXPECT_EQ(summarise(runs, 0.95).at(0).runs.at(0).standing, Standing::without_its_target);
}

TEST(Summarise, NamesGridPointsWithoutAFile) {
    const RunCollection runs = collect({study_run(64, 1), study_run(64, 2), study_run(128, 1),
                                        study_run(128, 2), study_run(64, 1, "linear")});
    const StudySummary study = summarise(runs, 0.95).at(0);
    ASSERT_EQ(study.missing.size(), 2U);
    EXPECT_EQ(study.missing[0].batch_size, 64);
    EXPECT_EQ(study.missing[0].seeds, std::vector<std::uint64_t>{2});
    EXPECT_EQ(study.missing[1].batch_size, 128);
    EXPECT_EQ(study.missing[1].seeds, (std::vector<std::uint64_t>{1, 2}));
}

TEST(Summarise, ListsNoMissingPointsOfASparseGrid) {
    std::vector<RunRecord> records;
    for (std::int64_t i = 1; i <= 12; ++i) {
        records.push_back(study_run(i, static_cast<std::uint64_t>(i)));
    }
    const RunCollection runs = collect(records);
    const StudySummary study = summarise(runs, 0.95).at(0);
    EXPECT_TRUE(study.grid_is_sparse);
    EXPECT_TRUE(study.missing.empty());
}

TEST(Summarise, OtherCellsLeaveACellsMetricsBitIdentical) {
    const std::vector<RunRecord> cell{study_run(64, 1), study_run(64, 2), study_run(64, 3)};
    std::vector<RunRecord> more = cell;
    more.push_back(study_run(128, 1));
    more.push_back(study_run(64, 1, "linear"));
    const RunCollection few_runs = collect(cell);
    const RunCollection many_runs = collect(more);
    const StudySummary few = summarise(few_runs, 0.95).at(0);
    const StudySummary many = summarise(many_runs, 0.95).at(0);
    for (std::size_t i = 0; i < averaged_metrics.size(); ++i) {
        EXPECT_EQ(few.groups.at(0).estimates[i].mean, many.groups.at(1).estimates[i].mean);
        EXPECT_EQ(few.groups.at(0).estimates[i].half_width,
                  many.groups.at(1).estimates[i].half_width);
    }
}

TEST(Summarise, KeepsStudiesApart) {
    RunRecord other = study_run(64, 1);
    other.study = "other";
    const RunCollection runs = collect({study_run(64, 1), other});
    const std::vector<StudySummary> studies = summarise(runs, 0.95);
    ASSERT_EQ(studies.size(), 2U);
    EXPECT_EQ(studies[0].name, "other");
    EXPECT_EQ(studies[1].name, "s");
}

TEST(Summarise, NoticesSeedsThatChangedNothing) {
    RunRecord copy = study_run(64, 1);
    copy.seed = 2;
    const RunCollection same = collect({study_run(64, 1), copy});
    EXPECT_TRUE(summarise(same, 0.95).at(0).groups.at(0).identical_seeds);
    const RunCollection distinct = collect({study_run(64, 1), study_run(64, 2)});
    EXPECT_FALSE(summarise(distinct, 0.95).at(0).groups.at(0).identical_seeds);
}

}  // namespace
}  // namespace batchscope::tests_of_summary
