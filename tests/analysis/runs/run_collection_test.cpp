#include "analysis/runs/run_collection.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "tests/analysis/example_study.hpp"

namespace batchscope::tests_of_run_collection {
namespace {

namespace fs = std::filesystem;

TEST(CollectRuns, ReadsRunsInTheOrderOfTheGrid) {
    const TemporaryFolder folder;
    for (const std::int64_t batch_size : {1024, 16, 128}) {
        for (const std::uint64_t seed : {10U, 9U}) {
            write_run(folder.path(), study_run(batch_size, seed));
        }
    }
    const RunCollection collection = collect_runs({folder.path()});
    std::vector<std::pair<std::int64_t, std::uint64_t>> order;
    for (const AnalyzedRun& run : collection.runs) {
        order.emplace_back(run.batch_size, run.seed);
    }
    EXPECT_EQ(order, (std::vector<std::pair<std::int64_t, std::uint64_t>>{
                         {16, 9}, {16, 10}, {128, 9}, {128, 10}, {1024, 9}, {1024, 10}}));
    EXPECT_TRUE(collection.skipped.empty());
}

TEST(CollectRuns, TakesTheGapFromTheTestSplit) {
    const TemporaryFolder folder;
    write_run(folder.path(), study_run(64, 1));
    const RunCollection collection = collect_runs({folder.path()});
    EXPECT_NEAR(collection.runs.at(0).metrics.gap_loss, 0.1, 1e-15);
    EXPECT_NEAR(collection.runs.at(0).metrics.gap_accuracy, 0.1, 1e-15);
    EXPECT_EQ(out_of_sample_split(collection.runs), "test");
}

TEST(CollectRuns, TakesTheGapFromTheValidationSplitWhereNoRunHasATestSplit) {
    const TemporaryFolder folder;
    for (const std::uint64_t seed : {1U, 2U}) {
        RunRecord run = study_run(64, seed);
        run.epochs.test_loss.assign(3, unknown);
        run.epochs.test_accuracy.assign(3, unknown);
        write_run(folder.path(), run);
    }
    const RunCollection collection = collect_runs({folder.path()});
    EXPECT_NEAR(collection.runs.at(0).metrics.gap_loss, 0.08, 1e-15);
    EXPECT_NEAR(collection.runs.at(0).metrics.gap_accuracy, 0.09, 1e-15);
    EXPECT_EQ(out_of_sample_split(collection.runs), "validation");
}

TEST(CollectRuns, NeverMixesTheSplitsOfOneStudy) {
    const TemporaryFolder folder;
    write_run(folder.path(), study_run(64, 1));
    RunRecord without_test = study_run(64, 2);
    without_test.epochs.test_loss.assign(3, unknown);
    without_test.epochs.test_accuracy.assign(3, unknown);
    write_run(folder.path(), without_test);
    const RunCollection collection = collect_runs({folder.path()});
    EXPECT_TRUE(std::isnan(collection.runs.at(1).metrics.gap_loss));
    EXPECT_TRUE(std::isnan(collection.runs.at(1).metrics.gap_accuracy));
}

TEST(CollectRuns, KeepsOneFileOfAGridPointTheFinishedOne) {
    const TemporaryFolder folder;
    write_run(folder / "1", ended(study_run(64, 1), RunStatus::running, ""));
    write_run(folder / "2", study_run(64, 1));
    write_run(folder / "3", study_run(64, 1));
    const RunCollection collection = collect_runs({folder.path()});
    ASSERT_EQ(collection.runs.size(), 1U);
    EXPECT_EQ(collection.runs.front().file.parent_path(), folder / "2");
    ASSERT_EQ(collection.skipped.size(), 2U);
    EXPECT_EQ(collection.skipped.front().file.parent_path(), folder / "1");
    EXPECT_NE(collection.skipped.front().reason.find("the same grid point as"), std::string::npos);
}

TEST(CollectRuns, DoesNotPreferARunBecauseItWentWell) {
    const TemporaryFolder folder;
    RunRecord collapsed = study_run(64, 1);
    collapsed.collapsed = true;
    write_run(folder / "1", collapsed);
    write_run(folder / "2", study_run(64, 1));
    EXPECT_TRUE(collect_runs({folder.path()}).runs.at(0).collapsed);
}

TEST(CollectRuns, NamesEachBadFileAndReadsTheRest) {
    const TemporaryFolder folder;
    const fs::path good = write_run(folder.path(), study_run(64, 1));
    fs::copy(good, folder / "cut.h5");
    fs::resize_file(folder / "cut.h5", fs::file_size(good) / 2);
    std::ofstream(folder / "empty.h5").close();
    std::ofstream(folder / "text.h5") << "batch_size,loss\n";
    fs::create_directory(folder / "folder.h5");
    const RunCollection collection = collect_runs({folder.path(), folder / "none.h5"});
    EXPECT_EQ(collection.runs.size(), 1U);
    std::map<std::string, std::string> reasons;
    for (const SkippedFile& skipped : collection.skipped) {
        reasons[skipped.file.filename().string()] = skipped.reason;
    }
    EXPECT_EQ(reasons.size(), 5U);
    EXPECT_NE(reasons["cut.h5"].find("truncated"), std::string::npos) << reasons["cut.h5"];
    EXPECT_EQ(reasons["empty.h5"], "it is empty");
    EXPECT_EQ(reasons["text.h5"], "it is not an HDF5 file");
    EXPECT_EQ(reasons["folder.h5"], "it is a folder");
    EXPECT_NE(reasons["none.h5"].find("No such file"), std::string::npos);
}

}  // namespace
}  // namespace batchscope::tests_of_run_collection
