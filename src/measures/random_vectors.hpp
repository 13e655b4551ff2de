#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace batchscope {

/// What random vectors serve; part of their key, so that no two uses share numbers.
enum class RandomVectorUse : std::uint64_t {
    lanczos_start = 1,
    trace_sketch,
    trace_probe,
    density_probe,
    keskar_subspace,
    keskar_start,
    worst_case_start,
    average_case,
    pac_bayes,
    slice_direction,
    gradient_covariance,
    subset,
    batch_gradients,
};

/// Random vectors that depend on (seed, use, number of the row, column) alone: the same on any rank
/// count, at all grid points, and after a resumption.
class RandomVectors {
  public:
    /// `size`: numbers in a row. `options`: of the tensors; numbers are drawn in double precision.
    RandomVectors(std::uint64_t seed, RandomVectorUse use, std::int64_t size,
                  const at::TensorOptions& options);

    /// Rows [first, first + count), (count, size): independent standard normal numbers ...
    [[nodiscard]] at::Tensor normal(std::int64_t first, std::int64_t count) const;
    /// ... or -1 and 1 with equal probability ...
    [[nodiscard]] at::Tensor rademacher(std::int64_t first, std::int64_t count) const;
    /// ... or uniform in [0, 1).
    [[nodiscard]] at::Tensor uniform(std::int64_t first, std::int64_t count) const;

  private:
    template <class Draw>
    [[nodiscard]] at::Tensor rows(std::int64_t first, std::int64_t count, const Draw& draw) const;

    std::uint64_t seed_;
    RandomVectorUse use_;
    std::int64_t size_;
    at::TensorOptions options_;
};

}  // namespace batchscope
