#include "diagnosis/machine.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>

namespace batchscope::tests_of_machine {
namespace {

std::vector<int> cores(int first, int count) {
    std::vector<int> list(static_cast<std::size_t>(count));
    std::iota(list.begin(), list.end(), first);
    return list;
}

/// Two hosts with 16 cores and two ranks each, 8 cores and 8 threads a rank.
std::vector<RankMachine> cpu_ranks() {
    std::vector<RankMachine> ranks;
    for (const char* host : {"n1", "n2"}) {
        for (const int first : {0, 8}) {
            RankMachine rank;
            rank.host = host;
            rank.cpu = "Xeon";
            rank.cores = cores(first, 8);
            rank.threads = 8;
            rank.available_cores = 16;
            ranks.push_back(rank);
        }
    }
    return ranks;
}

/// The same, each rank with a V100 of its own near its cores.
std::vector<RankMachine> gpu_ranks() {
    auto ranks = cpu_ranks();
    for (std::size_t i = 0; i < ranks.size(); ++i) {
        ranks[i].gpu = "V100";
        ranks[i].gpu_id = "GPU-" + std::to_string(i) + " 0000:3B:00.0";
        ranks[i].architecture = "sm_70";
        ranks[i].gpu_cores = ranks[i].cores;
        ranks[i].visible_gpus = 2;
    }
    return ranks;
}

const std::vector<std::string> compiled{"sm_60", "sm_70", "sm_80"};

/// The findings that are not ok, as one text; empty where all are.
std::string complaints(const std::vector<Finding>& findings) {
    std::string text;
    for (const auto& finding : findings) {
        if (finding.outcome != Outcome::ok) {
            text += finding.outcome == Outcome::failed    ? "FAILED "
                    : finding.outcome == Outcome::warning ? "WARNING "
                                                          : "not checked ";
            text += finding.what + " | " + finding.remedy + "\n";
        }
    }
    return text;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(Machine, AGoodOneHasNoComplaints) {
    EXPECT_EQ(complaints(judge_cores(cpu_ranks())), "");
    EXPECT_EQ(complaints(judge_equality(cpu_ranks())), "");
    EXPECT_EQ(complaints(judge_cores(gpu_ranks())), "");
    EXPECT_EQ(complaints(judge_equality(gpu_ranks())), "");
    EXPECT_EQ(complaints(judge_gpus(gpu_ranks(), compiled)), "");
    EXPECT_EQ(number_of_hosts(cpu_ranks()), 2);
}

TEST(Machine, MoreThreadsThanCoresNameTheHost) {
    auto ranks = cpu_ranks();
    ranks[3].threads = 9;
    const std::string text = complaints(judge_cores(ranks));
    EXPECT_TRUE(contains(text, "on n2: 17 threads of 2 rank(s) share 16")) << text;
    EXPECT_TRUE(contains(text, "WARNING")) << text;
    EXPECT_TRUE(contains(text, "OMP_NUM_THREADS")) << text;
}

TEST(Machine, RanksThatShareCoresAreNotBound) {
    auto ranks = cpu_ranks();
    ranks[0].cores = ranks[1].cores = cores(0, 16);
    const std::string text = complaints(judge_cores(ranks));
    EXPECT_TRUE(contains(text, "not bound to cores of their own on n1 ")) << text;
    EXPECT_TRUE(contains(text, "--cpu-bind=cores")) << text;
}

TEST(Machine, RanksPinnedToOneCoreEachLeaveTheHostIdle) {
    auto ranks = cpu_ranks();
    for (auto& rank : ranks) {
        rank.cores.resize(1);
        rank.threads = 1;
    }
    const std::string text = complaints(judge_cores(ranks));
    EXPECT_TRUE(contains(text, "ranks may use 2 of 16")) << text;
    EXPECT_TRUE(contains(text, "--map-by")) << text;
}

TEST(Machine, DifferentModelsAndUnevenSpreadAreWarnings) {
    auto ranks = gpu_ranks();
    ranks[2].cpu = "EPYC";
    ranks[3].gpu = "A100";
    ranks.pop_back();
    ranks[2].gpu = "A100";
    const std::string text = complaints(judge_equality(ranks));
    EXPECT_TRUE(contains(text, "different CPU models: EPYC (n2), Xeon (n1)")) << text;
    EXPECT_TRUE(contains(text, "different GPU models: A100 (n2), V100 (n1)")) << text;
    EXPECT_TRUE(contains(text, "from 1 to 2 ranks")) << text;
    EXPECT_FALSE(contains(text, "FAILED")) << text;
}

TEST(Machine, AnArchitectureWithoutCodeFails) {
    auto ranks = gpu_ranks();
    ranks[1].architecture = "sm_90";
    const std::string text = complaints(judge_gpus(ranks, compiled));
    EXPECT_TRUE(contains(text, "sm_90") && contains(text, "sm_60 sm_70 sm_80")) << text;
    EXPECT_TRUE(contains(text, "FAILED") && contains(text, "BATCHSCOPE_LIBTORCH")) << text;
    EXPECT_TRUE(contains(complaints(judge_gpus(gpu_ranks(), {})), "not checked"));
}

TEST(Machine, GpusOnSomeHostsOnlyFail) {
    auto ranks = gpu_ranks();
    ranks[2].gpu = ranks[2].gpu_id = "";
    const std::string text = complaints(judge_gpus(ranks, compiled));
    EXPECT_TRUE(contains(text, "ranks on n2 find no GPU")) << text;
    EXPECT_TRUE(contains(text, "FAILED")) << text;
}

TEST(Machine, WithoutGpusSaysWhatItDidNotCheck) {
    const auto findings = judge_gpus(cpu_ranks(), compiled);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].outcome, Outcome::not_checked);
    EXPECT_TRUE(contains(findings[0].what, "sm_60 sm_70 sm_80")) << findings[0].what;
}

TEST(Machine, AnIdleGpuIsAWarning) {
    auto ranks = gpu_ranks();
    for (auto& rank : ranks) {
        rank.visible_gpus = 4;
    }
    const std::string text = complaints(judge_gpus(ranks, compiled));
    EXPECT_TRUE(contains(text, "GPUs without a rank on n1, n2")) << text;
}

TEST(Machine, CoresFarFromTheGpuAreNamed) {
    auto ranks = gpu_ranks();
    ranks[3].gpu_cores = cores(0, 8);
    const std::string text = complaints(judge_gpus(ranks, compiled));
    EXPECT_TRUE(contains(text, "rank 3 on n2 is bound to core(s) 8-15, and its GPU is near 0-7"))
        << text;
    EXPECT_TRUE(contains(text, "WARNING")) << text;
    for (auto& rank : ranks) {
        rank.gpu_cores.clear();
    }
    EXPECT_TRUE(contains(complaints(judge_gpus(ranks, compiled)), "does not tell"));
}

TEST(Machine, TheTableKeepsToThePage) {
    auto ranks = gpu_ranks();
    ranks[0].gpu = "NVIDIA Something With A Very Long Name That Nobody Would Ever Print In A Row";
    std::istringstream table(machine_table(ranks));
    int lines = 0;
    for (std::string line; std::getline(table, line); ++lines) {
        EXPECT_LE(line.size(), 80U) << line;
    }
    EXPECT_EQ(lines, 1 + 2 * 4) << "two lines a rank";
}

TEST(CoresNearDevice, AreReadFromTheSystem) {
    const auto devices = std::filesystem::path(::testing::TempDir()) / "pci_devices";
    std::filesystem::create_directories(devices / "0000:3b:00.0");
    std::ofstream(devices / "0000:3b:00.0" / "local_cpulist") << "0-3,8\n";
    EXPECT_EQ(cores_near_device("0000:3B:00.0", devices), (std::vector<int>{0, 1, 2, 3, 8}));
    EXPECT_TRUE(cores_near_device("0000:AF:00.0", devices).empty());
    std::filesystem::remove_all(devices);
}

}  // namespace
}  // namespace batchscope::tests_of_machine
