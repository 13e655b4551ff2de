#include "diagnosis/all_reduce.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "core/error.hpp"

namespace batchscope::tests_of_all_reduce {
namespace {

/// Stands in for `ranks` ranks: gives the sum that they would have, unless it is broken.
class PretendedRanks final : public Communicator {
  public:
    PretendedRanks(int ranks, bool broken)
        : Communicator({0, ranks, 0, ranks, "n1", {}}), broken_(broken) {}
    using Communicator::broadcast;
    void sum(at::Tensor tensor) override {
        tensor.mul_(size() * (size() + 1) / 2);
        if (broken_ && tensor.numel() > 100) {
            tensor[100].add_(1);
        }
    }
    void broadcast(at::Tensor /*tensor*/) override {}
    void synchronize() override {}
    void barrier() override {}
    std::vector<std::string> gather(const std::string& text) override {
        return std::vector<std::string>(static_cast<std::size_t>(size()), text);
    }
    std::string broadcast(const std::string& text) override { return text; }
    bool failed_together(double /*seconds*/) override { return true; }
    double seconds() const override { return 0.0; }
    std::string name() const override { return "pretended"; }

  private:
    bool broken_;
};

TEST(MessageSizes, AreReadWithUnitsAndSorted) {
    EXPECT_EQ(parse_message_sizes("2M,8,32K"), (std::vector<std::int64_t>{8, 32 << 10, 2 << 20}));
    EXPECT_EQ(parse_message_sizes("16G"), (std::vector<std::int64_t>{std::int64_t{1} << 34}));
}

TEST(MessageSizes, WrongOnesAreRefused) {
    for (const char* text : {"", "0", "-8", "7", "8,,16", "8KB", "8 K", "K", "1T", "17G",
                             "99999999999999999999", "9999999999G", "8.5K"}) {
        EXPECT_THROW(static_cast<void>(parse_message_sizes(text)), Error) << text;
    }
}

TEST(Bandwidth, FollowsTheDefinitionOfNcclTests) {
    const AllReduceTime time{8'000'000, 0.004, true};
    EXPECT_DOUBLE_EQ(algorithm_bandwidth(time), 2e9);
    EXPECT_DOUBLE_EQ(bus_bandwidth(time, 4), 3e9);  // 2 (R - 1) / R
    EXPECT_DOUBLE_EQ(bus_bandwidth(time, 2), 2e9);
}

TEST(AllReduce, TimesEverySizeAndChecksItsSum) {
    PretendedRanks ranks(3, false);
    const auto times = measure_all_reduce(ranks, c10::kCPU, {8, 4096});
    ASSERT_EQ(times.size(), 2U);
    for (const auto& time : times) {
        EXPECT_TRUE(time.correct);
        EXPECT_GT(time.seconds, 0.0);
    }
    EXPECT_EQ(times[1].bytes, 4096);
}

TEST(AllReduce, AWrongSumFailsAndIsNamed) {
    PretendedRanks ranks(3, true);
    const auto times = measure_all_reduce(ranks, c10::kCPU, {8, 4096});
    EXPECT_TRUE(times[0].correct);
    EXPECT_FALSE(times[1].correct);
    EXPECT_NE(all_reduce_table(times, 3).find("WRONG"), std::string::npos);
    const auto findings = judge_all_reduce(times, 3, Connection::one_host);
    EXPECT_EQ(findings[0].outcome, Outcome::failed);
    EXPECT_NE(findings[0].what.find("4 KiB"), std::string::npos) << findings[0].what;
}

TEST(AllReduce, TheTableKeepsToThePage) {
    const std::string table =
        all_reduce_table({{std::int64_t{1} << 34, 123.456, true}, {8, 1e-6, true}}, 1000);
    EXPECT_NE(table.find("16 GiB"), std::string::npos) << table;
    for (std::size_t begin = 0; begin < table.size();) {
        const std::size_t end = std::min(table.find('\n', begin), table.size());
        EXPECT_LE(end - begin, 80U) << table;
        begin = end + 1;
    }
}

TEST(AllReduce, WhatSlowRanksNeedDependsOnWhatConnectsThem) {
    const std::vector<AllReduceTime> slow{{8, 0.005, true}, {64 << 20, 1.0, true}};
    for (const auto& [connection, remedy] :
         {std::pair{Connection::one_host, "core of its own"},
          std::pair{Connection::one_host_gpus, "--gpu-bind=none"},
          std::pair{Connection::hosts, "btl_tcp_if_include"}}) {
        const auto findings = judge_all_reduce(slow, 4, connection);
        ASSERT_EQ(findings.size(), 3U);
        EXPECT_EQ(findings[0].outcome, Outcome::ok);
        for (const std::size_t i : {1, 2}) {
            EXPECT_EQ(findings[i].outcome, Outcome::warning);
            EXPECT_NE(findings[i].remedy.find(remedy), std::string::npos) << findings[i].remedy;
        }
    }
    const std::vector<AllReduceTime> fast{{8, 2e-5, true}, {64 << 20, 0.005, true}};
    for (const auto& finding : judge_all_reduce(fast, 4, Connection::hosts)) {
        EXPECT_EQ(finding.outcome, Outcome::ok) << finding.what;
    }
}

TEST(AllReduce, LatencyAndBandwidthAreJudgedByFittingMessagesOnly) {
    const auto only_small = judge_all_reduce({{8, 1e-5, true}}, 2, Connection::hosts);
    EXPECT_EQ(only_small[1].outcome, Outcome::ok);
    EXPECT_EQ(only_small[2].outcome, Outcome::not_checked);
    const auto only_large = judge_all_reduce({{64 << 20, 0.01, true}}, 2, Connection::hosts);
    EXPECT_EQ(only_large[1].outcome, Outcome::not_checked);
    EXPECT_EQ(only_large[2].outcome, Outcome::ok);
}

}  // namespace
}  // namespace batchscope::tests_of_all_reduce
