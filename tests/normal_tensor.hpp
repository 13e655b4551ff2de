#pragma once

#include <ATen/ATen.h>

#include <cstdint>

#include "core/random.hpp"

namespace batchscope {

/// Numbers from the standard normal distribution for tests, the same on every rank; drawn in double
/// precision.
inline at::Tensor normal_tensor(at::IntArrayRef shape, std::uint64_t seed,
                                at::ScalarType type = at::kDouble) {
    const RandomStream stream(seed, RandomPurpose::probe);
    at::Tensor values = at::empty(shape, at::kDouble);
    for (std::int64_t i = 0; i < values.numel(); ++i) {
        values.data_ptr<double>()[i] = stream.normal(static_cast<std::uint64_t>(i));
    }
    return values.to(type);
}

}  // namespace batchscope
