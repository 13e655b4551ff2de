#include "measures/symmetric_eigen.hpp"

#include <ATen/ATen.h>

namespace batchscope {

SymmetricEigen symmetric_eigen(const at::Tensor& matrix, Communicator& communicator) {
    const auto [values, vectors] = at::linalg_eigh(matrix, "U");
    const at::Tensor agreed = at::cat({values.unsqueeze(0), vectors}).contiguous();
    communicator.broadcast(agreed);
    return {agreed[0], agreed.narrow(0, 1, matrix.size(0))};
}

}  // namespace batchscope
