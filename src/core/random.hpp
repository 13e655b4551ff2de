#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace batchscope {

/// What a random stream is for. Part of its key, so that streams of one seed never overlap.
enum class RandomPurpose : std::uint32_t {
    split = 1,
    order = 2,
    initial_weights = 3,
    dropout = 4,
    augmentation = 5,
    synthetic_data = 6,
    probe = 7,
    resampling = 8,
};

/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3",
/// SC 2011): 128 random bits as a pure function of a counter and a key. Nothing is stored, so any
/// rank can draw any number and a resumed run needs no generator state.
using PhiloxCounter = std::array<std::uint32_t, 4>;
using PhiloxKey = std::array<std::uint32_t, 2>;
[[nodiscard]] PhiloxCounter philox(PhiloxCounter counter, PhiloxKey key);

/// A stream of random numbers named by (seed, purpose, a, b): number i of it is a pure function of
/// these five. `a` and `b` say which part of the run the stream belongs to (epoch and example,
/// say).
class RandomStream {
  public:
    RandomStream(std::uint64_t seed, RandomPurpose purpose, std::uint64_t a = 0,
                 std::uint64_t b = 0);

    /// 64 random bits.
    [[nodiscard]] std::uint64_t bits(std::uint64_t index) const;
    /// Uniform in [0, 1), 53 bits.
    [[nodiscard]] double uniform(std::uint64_t index) const;
    /// Standard normal (Box-Muller on two uniforms).
    [[nodiscard]] double normal(std::uint64_t index) const;
    /// Uniform in {0, ..., bound - 1} without modulo bias. bound > 0.
    [[nodiscard]] std::uint64_t below(std::uint64_t index, std::uint64_t bound) const;

    /// Fills `out` with 32-bit words: word i depends on `first + i` alone, so a block may be drawn
    /// in parts. Used where many numbers are needed (dropout masks).
    void fill_words(std::uint64_t first, std::span<std::uint32_t> out) const;

    [[nodiscard]] PhiloxKey key() const { return key_; }

  private:
    PhiloxKey key_;
};

/// A random permutation of 0, ..., size - 1 (Fisher-Yates), a pure function of the stream.
[[nodiscard]] std::vector<std::int64_t> random_permutation(const RandomStream& stream,
                                                           std::int64_t size);

/// `size` different numbers of 0, ..., bound - 1, ascending, each set of them with equal
/// probability; a pure function of the stream. Its cost does not depend on the bound (R. W. Floyd's
/// algorithm: Bentley and Floyd, "A sample of brilliance", CACM 30, 1987). size <= bound.
[[nodiscard]] std::vector<std::int64_t> random_subset(const RandomStream& stream,
                                                      std::int64_t bound, std::int64_t size);

}  // namespace batchscope
