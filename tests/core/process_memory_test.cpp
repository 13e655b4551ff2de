#include "core/process_memory.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>

namespace batchscope::tests_of_process_memory {
namespace {

TEST(ProcessMemory, PeakGrowsWithUseAndFallsAtAReset) {
    constexpr std::int64_t size = 64 << 20;
    const std::int64_t before = peak_process_memory();
    ASSERT_GT(before, 0);
    // Mapped by hand: a sanitizer keeps what is freed.
    void* block = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(block, MAP_FAILED);
    std::memset(block, 1, size);
    const std::int64_t grown = peak_process_memory();
    EXPECT_GE(grown, before + size / 2);
    ::munmap(block, size);
    reset_peak_process_memory();
    EXPECT_LT(peak_process_memory(), grown - size / 2);
}

}  // namespace
}  // namespace batchscope::tests_of_process_memory
