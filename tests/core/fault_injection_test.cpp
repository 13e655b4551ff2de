#include "core/fault_injection.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "core/error.hpp"

namespace batchscope::tests_of_fault_injection {
namespace {

/// Answers for one value of BATCHSCOPE_FAULT, which a process reads once: hence a death test, whose
/// child starts anew. Exits with 10 for yes, 11 for no, else the code of the error.
[[noreturn]] void ask(const char* variable, const char* kind, int rank, std::int64_t step) {
    if (variable == nullptr) {
        ::unsetenv("BATCHSCOPE_FAULT");
    } else {
        ::setenv("BATCHSCOPE_FAULT", variable, 1);
    }
    try {
        std::_Exit(fault_requested(kind, rank, step) ? 10 : 11);
    } catch (const Error& error) {
        std::fputs(error.what(), stderr);
        std::_Exit(static_cast<int>(error.code()));
    }
}

#define EXPECT_ANSWER(code, ...) EXPECT_EXIT(ask(__VA_ARGS__), ::testing::ExitedWithCode(code), "")

TEST(FaultInjectionDeathTest, AnswersForItsKindRankAndStepOnly) {
    EXPECT_ANSWER(10, "nan:1:5", "nan", 1, 5);
    EXPECT_ANSWER(11, "nan:1:5", "throw", 1, 5);
    EXPECT_ANSWER(11, "nan:1:5", "nan", 0, 5);
    EXPECT_ANSWER(11, "nan:1:5", "nan", 1, 4);
    EXPECT_ANSWER(10, "data:0:0", "data", 0, 0);
    EXPECT_ANSWER(10, "hang:3:4000000000", "hang", 3, 4000000000);
}

TEST(FaultInjectionDeathTest, SlowsTheStepsOfItsRankOnly) {
    const auto delay = [](const char* variable, int rank) {
        ::setenv("BATCHSCOPE_FAULT", variable, 1);
        std::_Exit(static_cast<int>(requested_delay(rank).count()));
    };
    EXPECT_EXIT(delay("slow:1:20", 1), ::testing::ExitedWithCode(20), "");
    EXPECT_EXIT(delay("slow:1:20", 0), ::testing::ExitedWithCode(0), "");
    EXPECT_EXIT(delay("kill:1:20", 1), ::testing::ExitedWithCode(0), "");
}

TEST(FaultInjectionDeathTest, NothingBreaksWithoutTheVariable) {
    EXPECT_ANSWER(11, nullptr, "nan", 0, 0);
}

TEST(FaultInjectionDeathTest, RefusesWhatItDoesNotUnderstand) {
    for (const char* wrong : {"", "nan", "nan:1", "nan:1:", "nan::5", ":1:5", "explode:1:5",
                              "nan:one:5", "nan:1:5:6", "nan:1:5 ", "nan:1.5:2"}) {
        EXPECT_EXIT(ask(wrong, "nan", 1, 5), ::testing::ExitedWithCode(2),
                    "BATCHSCOPE_FAULT is '.*', not KIND:RANK:STEP")
            << "'" << wrong << "'";
    }
}

}  // namespace
}  // namespace batchscope::tests_of_fault_injection
