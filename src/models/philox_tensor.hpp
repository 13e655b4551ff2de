#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "core/random.hpp"

namespace batchscope {

/// Words first ... first + count - 1 of `stream` (RandomStream::fill_words) as int64 values in [0,
/// 2^32), computed on `device` with tensor operations: the same numbers on a GPU as on the CPU.
[[nodiscard]] at::Tensor philox_words(const RandomStream& stream, std::uint64_t first,
                                      std::int64_t count, const at::Device& device);

/// A mask shaped and typed as `like`: 1/keep with probability `keep`, else 0, unit i drawn from
/// word first + i.
[[nodiscard]] at::Tensor keep_mask(const RandomStream& stream, std::uint64_t first, double keep,
                                   const at::Tensor& like);

}  // namespace batchscope
