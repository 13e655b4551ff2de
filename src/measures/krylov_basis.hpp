#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "communication/communicator.hpp"
#include "core/described.hpp"
#include "results/run_record.hpp"

namespace batchscope {

/// What a Krylov basis counts beside its rows.
struct KrylovCounts {
    std::int64_t multiplied = 0;
    std::int64_t chains_begun = 0;
    double norm = 0;  ///< largest |H v| seen: a lower bound of |H|
};
BATCHSCOPE_DESCRIBE_STRUCT(KrylovCounts, multiplied, chains_begun, norm)

/// Orthonormal vectors that grow by the products of a symmetric matrix H, and what H is within
/// their span.
///
/// The first rows V are *multiplied*: H V is known. The others W are *pending*: where H V leaves
/// the span of V. So H V' = V' A + W' B with A = V H V' and B = W H V', and for an eigenpair
/// (theta, y) of A the Ritz vector x = V' y has the residual |H x - theta x| = |B y| exactly, but
/// for rounding. With one pending row this is the Lanczos process with full reorthogonalisation;
/// more of them make it the band Lanczos process (Ruhe 1979), which can see an eigenvalue as often
/// as it has chains. compress() is the thick restart (Wu and Simon 2000, section 3): A becomes
/// diagonal, B an arrow.
///
/// All ranks hold the same vectors. The small matrices are those of rank 0, so that all decisions
/// taken from them are the same everywhere.
class KrylovBasis {
  public:
    /// Vectors of `size` numbers, at most `rows` of them. The memory is taken with the first one.
    KrylovBasis(std::int64_t size, std::int64_t rows, const at::TensorOptions& options,
                Communicator& communicator);

    [[nodiscard]] std::int64_t multiplied() const { return counts_.multiplied; }
    [[nodiscard]] std::int64_t pending() const { return static_cast<std::int64_t>(chains_.size()); }
    /// Index of the pending row that goes back to the newest vector added; -1: its Krylov space is
    /// all in the span.
    [[nodiscard]] std::int64_t newest_chain() const;
    /// The rows are a basis of the whole space; nothing can be added.
    [[nodiscard]] bool spans_all() const { return count() == size_; }
    /// No room for what the next product may bring and one more vector: compress first.
    [[nodiscard]] bool full() const { return rows_ < size_ && count() + 2 > rows_; }

    /// Adds the part of `vector`, (size), that is orthogonal to the rows as the last pending row.
    void add(const at::Tensor& vector);
    /// Pending row `index`, (size).
    [[nodiscard]] at::Tensor pending_row(std::int64_t index) const;
    /// Takes in the product H w of pending row `index`: the row becomes the last multiplied one,
    /// and what the product has beyond the span the last pending one, unless that is nothing but
    /// rounding (an invariant subspace). False, and nothing changed, if the product is not finite.
    /// Collective.
    [[nodiscard]] bool multiply(std::int64_t index, const at::Tensor& product);

    struct RitzPairs {
        at::Tensor values;     ///< (multiplied), ascending
        at::Tensor vectors;    ///< (multiplied, multiplied), coefficients y of one a column
        at::Tensor couplings;  ///< B y of each, (pending, multiplied)
        at::Tensor residuals;  ///< |B y| of each, (multiplied)
    };
    /// At least one row is multiplied. Collective.
    [[nodiscard]] RitzPairs ritz_pairs() const;
    /// Ritz vectors of unit length with these coefficients, (multiplied, k): (k, size).
    [[nodiscard]] at::Tensor ritz_vectors(const at::Tensor& coefficients) const;
    /// Keeps the pairs of these (ascending) indices in place of the multiplied rows; pending rows
    /// stay.
    void compress(const RitzPairs& pairs, const at::Tensor& kept);
    /// Gives the memory back and starts again from nothing.
    void clear();

    /// Empty before the first vector.
    [[nodiscard]] std::vector<NamedArray> state() const;
    void restore(const std::vector<NamedArray>& state);

  private:
    [[nodiscard]] std::int64_t count() const { return counts_.multiplied + pending(); }
    void take_memory();
    void append(at::Tensor rest, std::int64_t chain);
    void swap_rows(std::int64_t first, std::int64_t second);

    std::int64_t size_, rows_;
    at::TensorOptions options_;
    Communicator& communicator_;
    at::Tensor basis_;       ///< (rows, size)
    at::Tensor projection_;  ///< (rows, rows) on the CPU: upper triangle of A, and B below it
    KrylovCounts counts_;
    std::vector<std::int64_t> chains_;  ///< of each pending row: number of the vector it began with
};

}  // namespace batchscope
