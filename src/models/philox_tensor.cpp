#include "models/philox_tensor.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <vector>

namespace batchscope {

namespace {

constexpr std::int64_t word_mask = 0xFFFFFFFFLL;

/// Words below this are kept.
std::uint64_t keep_threshold(double keep) {
    return static_cast<std::uint64_t>(std::llround(keep * 0x1.0p32));
}

template <class Real>
void fill_mask(const RandomStream& stream, std::uint64_t first, double keep,
               const at::Tensor& mask) {
    const std::uint64_t threshold = keep_threshold(keep);
    const auto scale = static_cast<Real>(1.0 / keep);
    std::vector<std::uint32_t> words(static_cast<std::size_t>(mask.numel()));
    stream.fill_words(first, words);
    auto* out = mask.data_ptr<Real>();
    for (std::size_t i = 0; i < words.size(); ++i) {
        out[i] = words[i] < threshold ? scale : Real{0};
    }
}

}  // namespace

at::Tensor philox_words(const RandomStream& stream, std::uint64_t first, std::int64_t count,
                        const at::Device& device) {
    // int64 holds the 32-bit words; a product of two words wraps to the right 64 bits, and its high
    // word is the arithmetic shift with the sign bits masked off.
    const auto first_block = static_cast<std::int64_t>(first / 4);
    const auto last_block =
        static_cast<std::int64_t>((first + static_cast<std::uint64_t>(count) + 3) / 4);
    const at::Tensor block =
        at::arange(first_block, last_block, at::TensorOptions().dtype(at::kLong).device(device));
    at::Tensor counter[4] = {block.bitwise_and(word_mask),
                             block.bitwise_right_shift(32).bitwise_and(word_mask),
                             at::full_like(block, 3), at::zeros_like(block)};
    auto key_0 = stream.key()[0];
    auto key_1 = stream.key()[1];
    for (int round = 0; round < 10; ++round) {
        const at::Tensor product_0 = counter[0] * static_cast<std::int64_t>(0xD2511F53U);
        const at::Tensor product_1 = counter[2] * static_cast<std::int64_t>(0xCD9E8D57U);
        const auto high = [](const at::Tensor& product) {
            return product.bitwise_right_shift(32).bitwise_and(word_mask);
        };
        counter[0] =
            high(product_1).bitwise_xor(counter[1]).bitwise_xor(static_cast<std::int64_t>(key_0));
        counter[1] = product_1.bitwise_and(word_mask);
        counter[2] =
            high(product_0).bitwise_xor(counter[3]).bitwise_xor(static_cast<std::int64_t>(key_1));
        counter[3] = product_0.bitwise_and(word_mask);
        key_0 += 0x9E3779B9U;
        key_1 += 0xBB67AE85U;
    }
    const at::Tensor words =
        at::stack({counter[0], counter[1], counter[2], counter[3]}, 1).flatten();
    return words.narrow(0, static_cast<std::int64_t>(first % 4), count);
}

at::Tensor keep_mask(const RandomStream& stream, std::uint64_t first, double keep,
                     const at::Tensor& like) {
    if (like.is_cpu()) {
        at::Tensor mask = at::empty(like.sizes(), like.options());
        if (like.scalar_type() == at::kDouble) {
            fill_mask<double>(stream, first, keep, mask);
        } else {
            fill_mask<float>(stream, first, keep, mask);
        }
        return mask;
    }
    const at::Tensor words = philox_words(stream, first, like.numel(), like.device());
    return words.lt(static_cast<std::int64_t>(keep_threshold(keep)))
        .to(like.scalar_type())
        .mul_(1.0 / keep)
        .view(like.sizes());
}

}  // namespace batchscope
