#include "core/random.hpp"

#include <cmath>
#include <numbers>
#include <numeric>
#include <set>
#include <utility>

namespace batchscope {

namespace {

constexpr std::uint32_t multiplier_0 = 0xD2511F53U;
constexpr std::uint32_t multiplier_1 = 0xCD9E8D57U;
constexpr std::uint32_t weyl_0 = 0x9E3779B9U;
constexpr std::uint32_t weyl_1 = 0xBB67AE85U;

// Counters with this last word are used only to derive keys, never to draw numbers.
constexpr std::uint32_t key_derivation = 0xFFFFFFFFU;

constexpr std::uint32_t low_word(std::uint64_t x) {
    return static_cast<std::uint32_t>(x);
}
constexpr std::uint32_t high_word(std::uint64_t x) {
    return static_cast<std::uint32_t>(x >> 32U);
}

PhiloxKey derive(PhiloxKey key, std::uint64_t value, std::uint32_t tag) {
    const auto mixed = philox({low_word(value), high_word(value), tag, key_derivation}, key);
    return {mixed[0], mixed[1]};
}

}  // namespace

PhiloxCounter philox(PhiloxCounter counter, PhiloxKey key) {
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t product_0 = std::uint64_t{multiplier_0} * counter[0];
        const std::uint64_t product_1 = std::uint64_t{multiplier_1} * counter[2];
        counter = {high_word(product_1) ^ counter[1] ^ key[0], low_word(product_1),
                   high_word(product_0) ^ counter[3] ^ key[1], low_word(product_0)};
        key[0] += weyl_0;
        key[1] += weyl_1;
    }
    return counter;
}

RandomStream::RandomStream(std::uint64_t seed, RandomPurpose purpose, std::uint64_t a,
                           std::uint64_t b)
    : key_{low_word(seed), high_word(seed)} {
    key_ = derive(key_, a, static_cast<std::uint32_t>(purpose));
    key_ = derive(key_, b, static_cast<std::uint32_t>(purpose));
}

std::uint64_t RandomStream::bits(std::uint64_t index) const {
    const auto words = philox({low_word(index), high_word(index), 0, 0}, key_);
    return (std::uint64_t{words[0]} << 32U) | words[1];
}

double RandomStream::uniform(std::uint64_t index) const {
    return static_cast<double>(bits(index) >> 11U) * 0x1.0p-53;
}

double RandomStream::normal(std::uint64_t index) const {
    const auto words = philox({low_word(index), high_word(index), 1, 0}, key_);
    // 1 - u lies in (0, 1], so that the logarithm is finite.
    const auto first = (std::uint64_t{words[0]} << 32U) | words[1];
    const auto second = (std::uint64_t{words[2]} << 32U) | words[3];
    const double radius =
        std::sqrt(-2.0 * std::log(1.0 - static_cast<double>(first >> 11U) * 0x1.0p-53));
    return radius *
           std::cos(2.0 * std::numbers::pi * static_cast<double>(second >> 11U) * 0x1.0p-53);
}

std::uint64_t RandomStream::below(std::uint64_t index, std::uint64_t bound) const {
    // Lemire's multiply-shift; the redraw for the biased low part takes counters no other call
    // uses.
    const std::uint64_t threshold = (0 - bound) % bound;
    for (std::uint32_t attempt = 0;; ++attempt) {
        const auto words = philox({low_word(index), high_word(index), 2, attempt}, key_);
        const std::uint64_t draw = (std::uint64_t{words[0]} << 32U) | words[1];
        __extension__ using Wide = unsigned __int128;
        const Wide product = Wide{draw} * bound;
        if (static_cast<std::uint64_t>(product) >= threshold) {
            return static_cast<std::uint64_t>(product >> 64U);
        }
    }
}

void RandomStream::fill_words(std::uint64_t first, std::span<std::uint32_t> out) const {
    std::uint64_t position = first;
    std::size_t filled = 0;
    while (filled < out.size()) {
        const std::uint64_t block = position / 4;
        const auto words = philox({low_word(block), high_word(block), 3, 0}, key_);
        for (std::uint64_t i = position % 4; i < 4 && filled < out.size(); ++i, ++position) {
            out[filled++] = words[i];
        }
    }
}

std::vector<std::int64_t> random_permutation(const RandomStream& stream, std::int64_t size) {
    std::vector<std::int64_t> order(static_cast<std::size_t>(size));
    std::iota(order.begin(), order.end(), std::int64_t{0});
    for (std::uint64_t i = order.size(); i > 1; --i) {
        std::swap(order[i - 1], order[stream.below(i, i)]);
    }
    return order;
}

std::vector<std::int64_t> random_subset(const RandomStream& stream, std::int64_t bound,
                                        std::int64_t size) {
    std::set<std::int64_t> chosen;
    for (std::int64_t last = bound - size; last < bound; ++last) {
        const auto index = static_cast<std::uint64_t>(last);
        // One that is there already stands for `last`, which is not.
        if (!chosen.insert(static_cast<std::int64_t>(stream.below(index, index + 1))).second) {
            chosen.insert(last);
        }
    }
    return {chosen.begin(), chosen.end()};
}

}  // namespace batchscope
