#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace batchscope {

/// A symmetric matrix that is known by its products alone: the Hessian of a mean loss, say. All
/// ranks hold the same vectors and make the same calls.
class SymmetricOperator {
  public:
    virtual ~SymmetricOperator() = default;

    /// Number of rows.
    [[nodiscard]] virtual std::int64_t size() const = 0;
    /// Where vectors live, and that they are doubles.
    [[nodiscard]] virtual at::TensorOptions options() const = 0;
    /// Products with the rows of `vectors`, (k, size): (k, size). The same bits on every rank.
    /// Collective. Throws AgreedStop.
    [[nodiscard]] virtual at::Tensor apply(const at::Tensor& vectors) = 0;
    /// Vectors of one apply() that cost least per product.
    [[nodiscard]] virtual std::int64_t preferred_block() const { return 1; }
};

}  // namespace batchscope
