#include "core/failure_text.hpp"

#include <gtest/gtest.h>

#include <new>
#include <stdexcept>

#include "core/error.hpp"

namespace batchscope::tests_of_failure_text {
namespace {

template <class Failure>
std::string text_of(const Failure& failure) {
    return failure_text(std::make_exception_ptr(failure));
}

TEST(FailureText, NamesProblemAndRemedy) {
    EXPECT_EQ(text_of(data_error("no labels in x", "fetch it again")),
              "no labels in x\n  remedy: fetch it again");
    EXPECT_EQ(text_of(std::runtime_error("odd")), "odd");
    EXPECT_EQ(text_of(std::bad_alloc()).substr(0, 13), "out of memory");
    EXPECT_EQ(text_of(42), "unknown failure");
}

// LibTorch appends a backtrace that no user can use.
TEST(FailureText, LeavesOutABacktrace) {
    EXPECT_EQ(text_of(std::runtime_error("sizes differ\nException raised from add at a.cpp:7\n#0")),
              "sizes differ");
}

}  // namespace
}  // namespace batchscope::tests_of_failure_text
