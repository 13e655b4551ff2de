#pragma once

#include <ATen/core/Tensor.h>

#include "communication/communicator.hpp"

namespace batchscope {

struct SymmetricEigen {
    at::Tensor values;   ///< (m), ascending
    at::Tensor vectors;  ///< (m, m), one a column
};

/// All eigenvalues and eigenvectors of a small matrix of finite doubles on the CPU, (m, m), of
/// which the upper triangle is read. Those of rank 0 on every rank: the sign of an eigenvector, and
/// any basis of a multiple eigenvalue, would depend on the CPU. Collective.
[[nodiscard]] SymmetricEigen symmetric_eigen(const at::Tensor& matrix, Communicator& communicator);

}  // namespace batchscope
