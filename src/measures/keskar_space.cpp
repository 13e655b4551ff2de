#include "measures/keskar_space.hpp"

#include <ATen/ATen.h>

#include <algorithm>

#include "measures/random_vectors.hpp"

namespace batchscope {

KeskarSpace::KeskarSpace(at::Tensor weights)
    : weights_(std::move(weights)), coordinates_(weights_) {}

KeskarSpace::KeskarSpace(at::Tensor weights, std::int64_t columns, std::uint64_t seed,
                         Communicator& communicator)
    : weights_(std::move(weights)),
      columns_(RandomVectors(seed, RandomVectorUse::keskar_subspace, weights_.numel(),
                             weights_.options())
                   .normal(0, columns)),
      coordinates_(least_squares(columns_, weights_)) {
    communicator.broadcast(coordinates_);  // one box for all ranks, to the last bit
}

at::Tensor KeskarSpace::half_widths(double epsilon) const {
    return epsilon * (coordinates_.abs() + 1);
}

at::Tensor KeskarSpace::point(const at::Tensor& z) const {
    return columns_.defined() ? at::addmv(weights_, columns_.t(), z) : weights_ + z;
}

at::Tensor KeskarSpace::gradient(const at::Tensor& gradient) const {
    return columns_.defined() ? at::mv(columns_, gradient) : gradient;
}

at::Tensor least_squares(const at::Tensor& columns, const at::Tensor& x) {
    constexpr std::int64_t rows_at_once = 8192;
    const std::int64_t unknowns = columns.size(0);
    at::Tensor triangle = at::empty({0, unknowns + 1}, columns.options());
    for (std::int64_t first = 0; first < x.numel(); first += rows_at_once) {
        const std::int64_t rows = std::min(rows_at_once, x.numel() - first);
        const at::Tensor block =
            at::cat({columns.narrow(1, first, rows).t(), x.narrow(0, first, rows).unsqueeze(1)}, 1);
        triangle = std::get<1>(at::linalg_qr(at::cat({triangle, block}), "r"));
    }
    // [A x] = Q [R Q^T x; 0 residual].
    const at::Tensor r = triangle.narrow(0, 0, unknowns).narrow(1, 0, unknowns);
    const at::Tensor q_transpose_x = triangle.narrow(0, 0, unknowns).narrow(1, unknowns, 1);
    return at::linalg_solve_triangular(r, q_transpose_x, /*upper=*/true).squeeze(1).contiguous();
}

}  // namespace batchscope
