#include "diagnosis/nccl_log.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace batchscope::tests_of_nccl_log {
namespace {

// The form of NCCL 2.26's lines, with what surrounds them.
const char* const log_of_two_hosts =
    "n1:811:811 [0] NCCL INFO NET/IB : Using [0]mlx5_0:1/IB [RO]; OOB ib0:10.1.0.1<0>\n"
    "n1:811:840 [0] NCCL INFO Channel 00/04 : 0 1 2 3\n"
    "n1:811:840 [0] NCCL INFO Trees [0] 1/-1/-1->0->2\n"
    "n1:811:840 [0] NCCL INFO Channel 00/0 : 0[0] -> 1[1] via P2P/CUMEM/read\n"
    "n1:812:841 [1] NCCL INFO Channel 00/0 : 1[1] -> 2[0] [send] via NET/IB/0/GDRDMA\n"
    "n2:900:920 [0] NCCL INFO Channel 00/0 : 1[1] -> 2[0] [receive] via NET/IB/0/GDRDMA\n"
    "n2:900:920 [0] NCCL INFO Channel 01/0 : 2[3b000] -> 3[af000] via SHM/direct/direct\n";

const std::vector<std::string> hosts{"n1", "n1", "n2", "n2"};

std::string texts(const std::vector<Finding>& findings) {
    std::string text;
    for (const auto& finding : findings) {
        text += finding.what + "|" + finding.remedy + "\n";
    }
    return text;
}

TEST(NcclLog, ConnectionsAreFoundAmongOtherLines) {
    const auto connections = parse_nccl_connections(log_of_two_hosts);
    ASSERT_EQ(connections.size(), 4U);
    EXPECT_EQ(connections[0].from, 0);
    EXPECT_EQ(connections[0].to, 1);
    EXPECT_EQ(connections[0].transport, "P2P/CUMEM/read");
    EXPECT_EQ(connections[1].transport, "NET/IB/0/GDRDMA");
    EXPECT_EQ(connections[3].transport, "SHM/direct/direct");
    EXPECT_TRUE(parse_nccl_connections("").empty());
}

TEST(NcclLog, TheFastWayIsOk) {
    const auto findings = judge_nccl_connections(
        {{0, 1, "P2P/CUMEM"}, {1, 2, "NET/IB/0/GDRDMA"}, {2, 3, "P2P/direct pointer"}}, hosts);
    ASSERT_EQ(findings.size(), 2U) << texts(findings);
    EXPECT_EQ(findings[0].outcome, Outcome::ok);
    EXPECT_EQ(findings[1].outcome, Outcome::ok);
    EXPECT_NE(findings[1].what.find("NET/IB with GPUDirect"), std::string::npos) << texts(findings);
}

TEST(NcclLog, SharedMemoryWithinAHostIsAWarningThatNamesSlurmsBinding) {
    const auto findings = judge_nccl_connections({{0, 1, "SHM/direct/direct"}}, hosts);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].outcome, Outcome::warning);
    EXPECT_NE(findings[0].remedy.find("--gpu-bind=none"), std::string::npos);
}

TEST(NcclLog, SocketsBetweenHostsAreAWarning) {
    const auto findings =
        judge_nccl_connections({{1, 2, "NET/Socket/0"}, {3, 0, "NET/IB/0/GDRDMA"}}, hosts);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].outcome, Outcome::warning);
    EXPECT_NE(findings[0].remedy.find("NCCL_SOCKET_IFNAME"), std::string::npos);
}

TEST(NcclLog, InfiniBandWithoutGpuDirectIsAWarning) {
    const auto findings =
        judge_nccl_connections({{1, 2, "NET/IB/0/GDRDMA"}, {3, 0, "NET/IB/1"}}, hosts);
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(findings[1].outcome, Outcome::warning);
    EXPECT_NE(findings[1].remedy.find("nvidia_peermem"), std::string::npos);
}

TEST(NcclLog, WithoutConnectionsNothingIsClaimed) {
    const auto findings = judge_nccl_connections({}, hosts);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].outcome, Outcome::not_checked);
}

TEST(NcclLog, GoesToAFileThatIsGoneAtTheEnd) {
    std::filesystem::path file;
    {
        TemporaryPaths temporary;
        file = redirect_nccl_log(temporary);
        EXPECT_EQ(file, std::getenv("NCCL_DEBUG_FILE"));
        EXPECT_EQ(nccl_connection_lines(file), "") << "NCCL was not used";
        std::ofstream(file) << log_of_two_hosts;
        EXPECT_EQ(parse_nccl_connections(nccl_connection_lines(file)).size(), 4U);
    }
    EXPECT_FALSE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace batchscope::tests_of_nccl_log
