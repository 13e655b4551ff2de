#include "core/process_memory.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace batchscope {
namespace {

TEST(ProcessMemory, PeakGrowsWithUseAndFallsAtAReset) {
    constexpr std::int64_t size = 64 << 20;
    const std::int64_t before = peak_process_memory();
    ASSERT_GT(before, 0);
    {
        const std::vector<char> block(size, 1);
        EXPECT_GE(peak_process_memory(), before + size / 2);
    }
    const std::int64_t grown = peak_process_memory();
    reset_peak_process_memory();
    EXPECT_LE(peak_process_memory(), grown);
}

}  // namespace
}  // namespace batchscope
