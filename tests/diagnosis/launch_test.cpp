#include "diagnosis/launch.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace batchscope::tests_of_launch {
namespace {

using Environment = std::map<std::string, std::string>;

const Environment srun_with_pmix{{"SLURM_STEP_NUM_TASKS", "4"}, {"SLURM_NTASKS", "4"},
                                 {"SLURM_STEP_NUM_NODES", "2"}, {"SLURM_JOB_NUM_NODES", "3"},
                                 {"SLURM_PROCID", "2"},         {"PMIX_RANK", "2"},
                                 {"PMIX_NAMESPACE", "slurm.1"}};

/// What a rank on a second node sees: a child of the srun that started mpirun's daemon there.
const Environment remote_rank_of_mpirun{
    {"OMPI_COMM_WORLD_SIZE", "4"}, {"OMPI_COMM_WORLD_RANK", "3"},
    {"SLURM_STEP_NUM_TASKS", "1"}, {"SLURM_NTASKS", "1"},
    {"SLURM_PROCID", "0"},         {"SLURM_JOB_NUM_NODES", "2"},
    {"SLURM_STEP_NUM_NODES", "1"}, {"PMIX_RANK", "3"}};

Environment without(Environment environment, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        environment.erase(name);
    }
    return environment;
}

class LaunchTest : public ::testing::Test {
  protected:
    // check_world_size() reads the process's own environment.
    void SetUp() override {
        for (const char* name : {"OMPI_COMM_WORLD_SIZE", "SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"}) {
            ::unsetenv(name);
        }
    }
};

TEST_F(LaunchTest, ReadsSrun) {
    const Launch launch = read_launch(srun_with_pmix);
    EXPECT_EQ(launch.launcher, "srun");
    EXPECT_EQ(launch.processes, 4);
    EXPECT_EQ(launch.counted_by, "SLURM_STEP_NUM_TASKS=4");
    EXPECT_EQ(launch.rank, 2);
    EXPECT_EQ(launch.nodes, 2) << "the step's, not the job's";
    EXPECT_EQ(launch.pmi, (std::vector<std::string>{"PMIX_RANK", "PMIX_NAMESPACE"}));
}

TEST_F(LaunchTest, MpirunIsRecognisedUnderTheSrunOfItsDaemon) {
    const Launch launch = read_launch(remote_rank_of_mpirun);
    EXPECT_EQ(launch.launcher, "mpirun");
    EXPECT_EQ(launch.processes, 4);
    EXPECT_EQ(launch.rank, 3);
    EXPECT_EQ(launch.nodes, 2) << "the job's, not the step's";
    EXPECT_EQ(judge_world_size(launch, 4, false).outcome, Outcome::ok);
}

TEST_F(LaunchTest, ReadsNothingWhereThereIsNoLauncher) {
    const Launch launch = read_launch({});
    EXPECT_TRUE(launch.launcher.empty());
    EXPECT_FALSE(launch.processes || launch.nodes || launch.rank);
    EXPECT_EQ(judge_world_size(launch, 1, false).outcome, Outcome::ok);
    EXPECT_EQ(judge_nodes(launch, 1).outcome, Outcome::not_checked);
}

TEST_F(LaunchTest, GarbageInAVariableIsNoNumber) {
    EXPECT_FALSE(read_launch({{"SLURM_STEP_NUM_TASKS", "many"}}).processes);
    EXPECT_FALSE(read_launch({{"SLURM_STEP_NUM_TASKS", ""}}).processes);
}

TEST_F(LaunchTest, ProcessesThatDoNotFindEachOtherFailWithBothNumbersAndARemedy) {
    for (const int found : {1, 2}) {
        const Finding finding = judge_world_size(read_launch(srun_with_pmix), found, false);
        EXPECT_EQ(finding.outcome, Outcome::failed);
        EXPECT_NE(finding.what.find("SLURM_STEP_NUM_TASKS=4"), std::string::npos) << finding.what;
        EXPECT_NE(finding.what.find("MPI finds " + std::to_string(found)), std::string::npos);
        EXPECT_NE(finding.remedy.find("srun --mpi=pmix"), std::string::npos);
    }
    const Finding mpirun = judge_world_size(read_launch(remote_rank_of_mpirun), 1, false);
    EXPECT_EQ(mpirun.outcome, Outcome::failed);
    EXPECT_NE(mpirun.what.find("OMPI_COMM_WORLD_SIZE=4"), std::string::npos) << mpirun.what;
    EXPECT_NE(mpirun.remedy.find("which mpirun"), std::string::npos) << mpirun.remedy;
}

TEST_F(LaunchTest, OneDeliberateProcessIsAllowed) {
    EXPECT_EQ(judge_world_size(read_launch(srun_with_pmix), 1, true).outcome, Outcome::ok);
    EXPECT_EQ(judge_world_size(read_launch(srun_with_pmix), 2, true).outcome, Outcome::failed)
        << "two of four are not one";
}

TEST_F(LaunchTest, AProcessStartedPlainlyInAnAllocationFollowsTheTrainersRule) {
    ::setenv("SLURM_NTASKS", "4", 1);
    const Finding finding = judge_world_size(read_launch({{"SLURM_NTASKS", "4"}}), 1, false);
    EXPECT_EQ(finding.outcome, Outcome::failed);
    EXPECT_NE(finding.what.find("SLURM_NTASKS=4"), std::string::npos) << finding.what;
    ::unsetenv("SLURM_NTASKS");
}

TEST_F(LaunchTest, SrunWithoutPmiIsToldBeforeMpiStarts) {
    const auto silent = without(srun_with_pmix, {"PMIX_RANK", "PMIX_NAMESPACE"});
    const auto finding = judge_pmi(read_launch(silent));
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->outcome, Outcome::failed);
    EXPECT_NE(finding->what.find("no PMI variable"), std::string::npos);
    EXPECT_NE(finding->remedy.find("--mpi=pmix"), std::string::npos);

    EXPECT_FALSE(judge_pmi(read_launch(srun_with_pmix)));
    EXPECT_FALSE(judge_pmi(read_launch(remote_rank_of_mpirun)));
    EXPECT_FALSE(judge_pmi(read_launch({})));
    auto one_task = silent;
    one_task["SLURM_STEP_NUM_TASKS"] = "1";
    EXPECT_FALSE(judge_pmi(read_launch(one_task)));
    auto pmi2 = silent;
    pmi2["PMI_FD"] = "11";
    const auto old = judge_pmi(read_launch(pmi2));
    ASSERT_TRUE(old);
    EXPECT_EQ(old->outcome, Outcome::warning) << "some MPIs speak PMI-2";
    EXPECT_NE(old->what.find("PMI_FD"), std::string::npos) << old->what;
    EXPECT_NE(old->remedy.find("--mpi=pmix"), std::string::npos);
}

TEST_F(LaunchTest, NodesWithoutRanksAreAWarning) {
    const Launch launch = read_launch(remote_rank_of_mpirun);
    EXPECT_EQ(judge_nodes(launch, 2).outcome, Outcome::ok);
    const Finding finding = judge_nodes(launch, 1);
    EXPECT_EQ(finding.outcome, Outcome::warning);
    EXPECT_NE(finding.remedy.find("--hostfile"), std::string::npos);
}

}  // namespace
}  // namespace batchscope::tests_of_launch
