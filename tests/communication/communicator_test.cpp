#include "communication/communicator.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <new>
#include <stdexcept>

namespace batchscope::tests_of_communicator {
namespace {

AgreedError failure_of(const std::function<void()>& work) {
    SerialCommunicator communicator;
    try {
        communicator.together(work);
    } catch (const AgreedError& error) {
        return error;
    }
    ADD_FAILURE() << "no failure";
    return {ExitCode::success, "", ""};
}

TEST(SerialCommunicator, IsAWorldOfOne) {
    SerialCommunicator communicator;
    EXPECT_EQ(communicator.rank(), 0);
    EXPECT_EQ(communicator.size(), 1);
    EXPECT_EQ(communicator.name(), "serial");
    EXPECT_EQ(communicator.gather("text"), std::vector<std::string>{"text"});
    EXPECT_EQ(communicator.broadcast(std::string("text")), "text");
    EXPECT_TRUE(communicator.agree(true));
    EXPECT_FALSE(communicator.agree(false));
    EXPECT_TRUE(communicator.failed_together(0));
    const at::Tensor values = at::arange(3, at::kDouble);
    communicator.sum(values);
    communicator.broadcast(values);
    EXPECT_TRUE(values.equal(at::arange(3, at::kDouble)));
}

TEST(Together, DoesTheWorkOnce) {
    SerialCommunicator communicator;
    int runs = 0;
    communicator.together([&] { ++runs; });
    EXPECT_EQ(runs, 1);
}

TEST(Together, KeepsCodeProblemAndRemedy) {
    const AgreedError error = failure_of([] { throw data_error("no file\nx", "fetch it"); });
    EXPECT_EQ(error.code(), ExitCode::data);
    EXPECT_EQ(error.problem(), "no file\nx");
    EXPECT_EQ(error.remedy(), "fetch it");
}

TEST(Together, NamesForeignFailures) {
    EXPECT_EQ(failure_of([] { throw std::bad_alloc(); }).problem(), "out of memory");
    const AgreedError odd = failure_of([] { throw std::runtime_error("odd"); });
    EXPECT_EQ(odd.problem(), "odd");
    EXPECT_EQ(odd.code(), ExitCode::run_time);
    // A rank that does not come back would leave the others waiting.
    EXPECT_EQ(failure_of([] { throw 7; }).problem(), "unknown failure");
}

TEST(Together, LeavesOutTheBacktraceOfLibTorch) {
    const AgreedError error = failure_of([] { (void)at::ones({2}).add(at::ones({3})); });
    EXPECT_NE(error.problem().find("must match"), std::string::npos) << error.problem();
    EXPECT_EQ(error.problem().find("Exception raised from"), std::string::npos) << error.problem();
}

}  // namespace
}  // namespace batchscope::tests_of_communicator
