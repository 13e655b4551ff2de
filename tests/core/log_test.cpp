#include "core/log.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace batchscope::tests_of_log {
namespace {

TEST(DurationText, TakesTheUnitsThatFit) {
    EXPECT_EQ(duration_text(0), "0 s");
    EXPECT_EQ(duration_text(0.4), "0 s");
    EXPECT_EQ(duration_text(59.4), "59 s");
    EXPECT_EQ(duration_text(59.6), "1 min 0 s");
    EXPECT_EQ(duration_text(200), "3 min 20 s");
    EXPECT_EQ(duration_text(3599.4), "59 min 59 s");
    EXPECT_EQ(duration_text(3599.6), "1 h 0 min");
    EXPECT_EQ(duration_text(100 * 3600.0 + 61), "100 h 1 min");
}

// An estimate of the time left divides by a speed that may be zero or unknown.
TEST(DurationText, SaysThatATimeIsUnknown) {
    EXPECT_EQ(duration_text(-1), "?");
    EXPECT_EQ(duration_text(std::numeric_limits<double>::quiet_NaN()), "?");
    EXPECT_EQ(duration_text(std::numeric_limits<double>::infinity()), "?");
    EXPECT_EQ(duration_text(1e300), "?");
}

TEST(Log, OnlyTheSpeakerSpeaksButEveryRankTellsItsFailure) {
    const auto everything = [] {
        say("hello {}", 7);
        warn("careful");
        say_error("broken");
    };
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    everything();
    EXPECT_EQ(::testing::internal::GetCapturedStdout(), "hello 7\n");
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "warning: careful\nerror: broken\n");

    set_speaker(false);
    EXPECT_FALSE(is_speaker());
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    everything();
    EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "error: broken\n");
    set_speaker(true);
}

// Lines of several groups of ranks stand in one log.
TEST(Log, EachLineOfAMessageCarriesThePrefix) {
    set_speaker(true, "[ranks 2-3] ");
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    say("one\n  two\n");
    say("");
    warn("careful");
    say_error("broken\n  remedy: mend it");
    EXPECT_EQ(::testing::internal::GetCapturedStdout(),
              "[ranks 2-3] one\n[ranks 2-3]   two\n[ranks 2-3] \n[ranks 2-3] \n");
    EXPECT_EQ(::testing::internal::GetCapturedStderr(),
              "[ranks 2-3] warning: careful\n"
              "[ranks 2-3] error: broken\n[ranks 2-3]   remedy: mend it\n");
    set_speaker(true);
    ::testing::internal::CaptureStdout();
    say("alone\n");
    EXPECT_EQ(::testing::internal::GetCapturedStdout(), "alone\n\n");
}

}  // namespace
}  // namespace batchscope::tests_of_log
