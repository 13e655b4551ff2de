#pragma once

#include <cstdint>
#include <limits>

namespace batchscope {

/// Batch sizes from `from` to `to`, both included.
struct SizeRange {
    std::int64_t from = 1;
    std::int64_t to = std::numeric_limits<std::int64_t>::max();
    [[nodiscard]] bool contains(std::int64_t batch_size) const {
        return from <= batch_size && batch_size <= to;
    }
    bool operator==(const SizeRange&) const = default;
};

// The groups of claims that say no other.
inline constexpr SizeRange small_batches{1, 32};
inline constexpr SizeRange medium_batches{64, 128};
inline constexpr SizeRange large_batches{256};

}  // namespace batchscope
