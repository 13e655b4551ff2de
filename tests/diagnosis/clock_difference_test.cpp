#include "diagnosis/clock_difference.hpp"

#include <gtest/gtest.h>

namespace batchscope::tests_of_clock_difference {
namespace {

TEST(ClockDifference, IsNotCheckedOnOneHost) {
    EXPECT_EQ(judge_clock_differences({0.0, 5.0}, {"n1", "n1"}).outcome, Outcome::not_checked);
}

TEST(ClockDifference, SmallOnesAreOk) {
    const Finding finding = judge_clock_differences({0.0, -0.25, 0.1}, {"n1", "n2", "n3"});
    EXPECT_EQ(finding.outcome, Outcome::ok);
    EXPECT_NE(finding.what.find("250 ms"), std::string::npos) << finding.what;
}

TEST(ClockDifference, TheWorstHostIsNamedWithItsDirection) {
    const Finding behind = judge_clock_differences({0.0, 2.0, -7.5}, {"n1", "n2", "n3"});
    EXPECT_EQ(behind.outcome, Outcome::warning);
    EXPECT_EQ(behind.what, "the clock of n3 is 7.5 s behind that of n1");
    EXPECT_EQ(judge_clock_differences({0.0, 3.0}, {"n1", "n2"}).what,
              "the clock of n2 is 3.0 s ahead of that of n1");
}

TEST(ClockDifference, IsZeroForOneRank) {
    SerialCommunicator alone;
    const auto differences = measure_clock_differences(alone);
    ASSERT_EQ(differences.size(), 1U);
    EXPECT_DOUBLE_EQ(differences[0], 0.0);
}

}  // namespace
}  // namespace batchscope::tests_of_clock_difference
