#include "runs/grid_state.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "core/error.hpp"
#include "core/version.hpp"
#include "results/checkpoint_file.hpp"
#include "results/example_run.hpp"
#include "study/study_schema.hpp"

namespace batchscope::tests_of_grid_state {
namespace {

/// A study of Gaussians in a folder of its own, whose files the tests write by hand.
class GridState : public ::testing::Test {
  protected:
    static Study study_of(const std::string& training) {
        return parse_study(study_schema(),
                           "data: {name: gaussians}\ntraining: {" + training + "}\n", "grid.yaml");
    }

    void write(const Study& study, std::size_t index, RunStatus status,
               const std::string& alias_of = {}) const {
        const GridPoint& point = study.points.at(index);
        RunRecord record;
        record.status = status;
        record.study = study.name;
        record.program_version = version;
        record.configuration_hash = point.configuration_hash;
        record.configuration = point.resolved_yaml;
        record.alias_of = alias_of;
        write_result(result_path(output_, study, point), record);
    }

    [[nodiscard]] std::vector<std::string> words(const Study& study, bool overwrite = false) const {
        std::vector<std::string> result;
        for (const PointPlan& plan : plan_grid(output_, study, overwrite)) {
            result.push_back(plan.word);
        }
        return result;
    }

    TemporaryFolder folder_;
    std::filesystem::path output_ = folder_.path();
    const std::string both_ =
        "batch_size: [32, 64], reference_batch_size: 64, "
        "learning_rate_scaling: [none, linear]";
    const std::string linear_ =
        "batch_size: [32, 64], reference_batch_size: 64, "
        "learning_rate_scaling: [linear]";
};

using Words = std::vector<std::string>;

TEST_F(GridState, OnlyCompleteAndDivergedRunsAreFinished) {
    const Study study = study_of("batch_size: [16, 32, 64, 128, 256, 512]");
    std::size_t index = 0;
    for (const RunStatus status : {RunStatus::complete, RunStatus::diverged, RunStatus::stopped,
                                   RunStatus::failed, RunStatus::running}) {
        write(study, index++, status);
    }
    EXPECT_EQ(words(study),
              (Words{"complete", "diverged", "stopped", "failed", "running", "pending"}));
    std::size_t finished = 0;
    for (const PointPlan& plan : plan_grid(output_, study, false)) {
        finished += plan.state == PointState::finished ? 1 : 0;
    }
    EXPECT_EQ(finished, 2);
}

TEST_F(GridState, EqualPointsAreTrainedOnce) {
    const Study study = study_of(both_);  // none/32, none/64, linear/32, linear/64
    const auto plans = plan_grid(output_, study, false);
    ASSERT_EQ(plans.size(), 4);
    EXPECT_EQ(plans[3].original, 1);
    EXPECT_EQ(plans[1].original, 1);
    write(study, 1, RunStatus::complete);
    write(study, 3, RunStatus::complete, study.points[1].name + ".h5");
    EXPECT_EQ(words(study), (Words{"pending", "complete", "pending", "alias"}));
}

// First `linear` alone, then `none` beside it: the run at the reference stands under the later
// point.
TEST_F(GridState, AGrownGridUsesTheRunThatIsThere) {
    const Study before = study_of(linear_);
    write(before, 1, RunStatus::complete);
    const auto plans = plan_grid(output_, study_of(both_), false);
    EXPECT_EQ(plans[1].original, 3);
    EXPECT_EQ(plans[3].original, 3);
    EXPECT_EQ(plans[3].state, PointState::finished);
}

TEST_F(GridState, AnAliasOfARunThatIsGoneIsPending) {
    const Study study = study_of(both_);
    write(study, 3, RunStatus::complete, study.points[1].name + ".h5");
    EXPECT_EQ(words(study_of(linear_)), (Words{"pending", "pending"}));
    write(study, 1, RunStatus::failed);
    EXPECT_EQ(words(study_of(linear_)), (Words{"pending", "pending"}));
    write(study, 1, RunStatus::complete);
    EXPECT_EQ(words(study_of(linear_)), (Words{"pending", "complete"}));
}

TEST_F(GridState, AFileOfAnotherConfigurationIsRefusedWithOldAndNewValues) {
    write(study_of("learning_rate: 0.05"), 0, RunStatus::complete);
    const Study changed = study_of("learning_rate: 0.1");
    try {
        (void)words(changed);
        FAIL() << "not refused";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::configuration);
        EXPECT_NE(error.problem().find("training.learning_rate: 0.05"), std::string::npos);
        EXPECT_NE(error.problem().find("0.1"), std::string::npos);
    }
    EXPECT_EQ(words(changed, /*overwrite=*/true), Words{"complete"});
}

TEST_F(GridState, ADamagedFileStopsTheJobUnlessItIsToBeOverwritten) {
    const Study study = study_of("seed: [1]");
    write(study, 0, RunStatus::complete);
    std::ofstream(result_path(output_, study, study.points[0]), std::ios::trunc) << "no HDF5";
    EXPECT_THROW((void)words(study), Error);
    EXPECT_EQ(words(study, /*overwrite=*/true), Words{"pending"});
}

TEST_F(GridState, TheListHasALinePerPointWithItsFile) {
    const Study study = study_of(both_);
    const std::string text = list_text(output_, study, plan_grid(output_, study, false));
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 5);
    EXPECT_NE(text.find("pending (same run as 1)"), std::string::npos);
    EXPECT_NE(text.find(result_path(output_, study, study.points[2]).string()), std::string::npos);
}

TEST_F(GridState, TheListShowsTheStepOfACheckpoint) {
    const Study study = study_of("batch_size: [16, 32]");
    write(study, 0, RunStatus::stopped);
    Checkpoint checkpoint;
    checkpoint.record = example_run(7);
    write_checkpoint(result_path(output_, study, study.points[0]), checkpoint);
    const auto plans = plan_grid(output_, study, false);
    EXPECT_EQ(plans[0].saved_step, 7);
    EXPECT_FALSE(plans[1].saved_step);
    const std::string text = list_text(output_, study, plans);
    EXPECT_NE(text.find("saved  state"), std::string::npos) << text;
    EXPECT_NE(text.find("7      stopped"), std::string::npos) << text;
    EXPECT_FALSE(plan_grid(output_, study, true)[0].saved_step);
}

}  // namespace
}  // namespace batchscope::tests_of_grid_state
