#include "communication/placement.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <numeric>
#include <string>

#include "core/error.hpp"

namespace batchscope::tests_of_placement {
namespace {

class WorldSize : public ::testing::Test {
  protected:
    void SetUp() override { set({}); }
    void TearDown() override { set({}); }
    /// Leaves these of the launchers' variables and no others.
    static void set(const std::map<std::string, std::string>& variables) {
        for (const char* name : {"OMPI_COMM_WORLD_SIZE", "SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"}) {
            ::unsetenv(name);
        }
        for (const auto& [name, value] : variables) {
            ::setenv(name.c_str(), value.c_str(), 1);
        }
    }
};

TEST_F(WorldSize, AProcessThatSlurmStartedAsOneOfManyMayNotBeAWorldOfOne) {
    for (const char* name : {"SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"}) {
        set({{name, "4"}});
        try {
            check_world_size(1, false);
            ADD_FAILURE() << "accepted with " << name;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ExitCode::environment);
            EXPECT_NE(error.problem().find("rank 0 of 1"), std::string::npos) << error.problem();
            EXPECT_NE(error.problem().find(std::string(name) + "=4"), std::string::npos)
                << error.problem();
            EXPECT_NE(error.remedy().find("--allow-single"), std::string::npos) << error.remedy();
        }
    }
}

TEST_F(WorldSize, AcceptsWhatIsRightOrWanted) {
    EXPECT_NO_THROW(check_world_size(1, false));
    set({{"SLURM_STEP_NUM_TASKS", "4"}, {"SLURM_NTASKS", "4"}});
    EXPECT_NO_THROW(check_world_size(4, false));
    EXPECT_NO_THROW(check_world_size(1, true));
    set({{"SLURM_STEP_NUM_TASKS", "1"}, {"SLURM_NTASKS", "1"}});
    EXPECT_NO_THROW(check_world_size(1, false));
}

TEST_F(WorldSize, MpirunOfOneRankInsideALargerAllocationIsRight) {
    set({{"OMPI_COMM_WORLD_SIZE", "1"}, {"SLURM_NTASKS", "4"}});
    EXPECT_NO_THROW(check_world_size(1, false));
}

std::vector<int> cores(int first, int count) {
    std::vector<int> list(static_cast<std::size_t>(count));
    std::iota(list.begin(), list.end(), first);
    return list;
}

TEST(ComputeThreads, AreTheUsersChoiceWhereThereIsOne) {
    EXPECT_EQ(compute_threads(7, 0, {cores(0, 2)}), 7);
}

TEST(ComputeThreads, OfUnboundRanksShareTheCoresOfTheHost) {
    const auto all = cores(0, 16);
    EXPECT_EQ(compute_threads(0, 0, {all}), 16);
    for (int rank = 0; rank < 4; ++rank) {
        EXPECT_EQ(compute_threads(0, rank, {all, all, all, all}), 4);
    }
    EXPECT_EQ(compute_threads(0, 2, {all, all, all}), 5);
}

TEST(ComputeThreads, OfBoundRanksAreTheirOwnCores) {
    EXPECT_EQ(compute_threads(0, 1, {cores(0, 8), cores(8, 8)}), 8);
    // Unequal binding: no rank starts more threads than it has cores.
    EXPECT_EQ(compute_threads(0, 0, {cores(0, 2), cores(2, 10)}), 2);
}

TEST(ComputeThreads, AreAtLeastOne) {
    EXPECT_EQ(compute_threads(0, 2, {cores(0, 1), cores(0, 1), cores(0, 1)}), 1);
    EXPECT_EQ(compute_threads(0, 0, {std::vector<int>{}}), 1);
}

TEST(ComputeThreads, TogetherNeverExceedTheCores) {
    for (int ranks = 1; ranks <= 9; ++ranks) {
        const std::vector<std::vector<int>> allowed(static_cast<std::size_t>(ranks), cores(0, 8));
        int sum = 0;
        for (int rank = 0; rank < ranks; ++rank) {
            sum += compute_threads(0, rank, allowed);
        }
        EXPECT_LE(sum, std::max(8, ranks)) << ranks << " ranks";
    }
}

TEST(CoreListText, JoinsNeighbours) {
    EXPECT_EQ(core_list_text({}), "");
    EXPECT_EQ(core_list_text({5}), "5");
    EXPECT_EQ(core_list_text({0, 1}), "0-1");
    EXPECT_EQ(core_list_text({0, 1, 2, 3, 8}), "0-3,8");
    EXPECT_EQ(core_list_text({1, 3, 5, 6}), "1,3,5-6");
}

TEST(CoreList, IsParsedOrRefused) {
    EXPECT_EQ(parse_core_list("0-2,5,7-8"), (std::vector<int>{0, 1, 2, 5, 7, 8}));
    EXPECT_TRUE(parse_core_list("").empty());
    EXPECT_TRUE(parse_core_list("0-").empty());
    EXPECT_TRUE(parse_core_list("all").empty());
}

TEST(AllowedCores, AreSomeAndAscending) {
    const auto allowed = allowed_cores();
    ASSERT_FALSE(allowed.empty());
    for (std::size_t i = 1; i < allowed.size(); ++i) {
        EXPECT_LT(allowed[i - 1], allowed[i]);
    }
}

}  // namespace
}  // namespace batchscope::tests_of_placement
