#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "communication/communicator.hpp"

namespace batchscope {

/// Where metric 2.1 of Keskar 2017 looks for the highest loss: at x + A z for z in the box
/// C_epsilon = {z in R^p : |z_i| <= epsilon (|(A^+ x)_i| + 1)}.
///
/// Points are given as u = z / half width, so that the box is the unit cube.
class KeskarSpace {
  public:
    /// A = I: around every weight.
    explicit KeskarSpace(at::Tensor weights);
    /// A of `columns` random columns, fewer than there are weights: independent standard normal
    /// entries, not normalised, that depend on `seed` alone, so that all weights meet the same
    /// subspace. A^+ x is the least-squares solution by orthogonal triangularisation. A is held
    /// once, in double precision, 8 bytes x weights x columns on each rank. Collective.
    KeskarSpace(at::Tensor weights, std::int64_t columns, std::uint64_t seed,
                Communicator& communicator);

    /// p.
    [[nodiscard]] std::int64_t dimension() const { return coordinates_.numel(); }
    /// epsilon (|(A^+ x)_i| + 1).
    [[nodiscard]] at::Tensor half_widths(double epsilon) const;
    /// x + A z.
    [[nodiscard]] at::Tensor point(const at::Tensor& z) const;
    /// Gradient by z of a function whose gradient at that point is `gradient`: A^T gradient.
    [[nodiscard]] at::Tensor gradient(const at::Tensor& gradient) const;

  private:
    at::Tensor weights_;      // x
    at::Tensor columns_;      // A, transposed: (p, weights); undefined: the identity
    at::Tensor coordinates_;  // A^+ x
};

/// argmin_z |x - A z| for a tall A of full rank, given as its transpose (p, n), n > p. By QR in
/// double precision of [A x] in blocks of rows, keeping the triangle alone (Demmel, Grigori,
/// Hoemmen & Langou, "Communication-optimal parallel and sequential QR and LU factorizations", SIAM
/// J. Sci. Comput. 34, 2012): as accurate as one QR, without a second matrix of the size of A.
[[nodiscard]] at::Tensor least_squares(const at::Tensor& columns, const at::Tensor& x);

}  // namespace batchscope
