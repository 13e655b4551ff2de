#include "measures/krylov_basis.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

#include "measures/stored_fields.hpp"
#include "measures/stored_tensor.hpp"
#include "measures/symmetric_eigen.hpp"

namespace batchscope {

namespace {

// What is left of a product beyond the span is rounding below this part of |H|.
constexpr double rounding_of_product = 1e-12;

// Columns handled at once when rows are replaced by combinations of themselves: no second basis.
constexpr std::int64_t columns_at_once = 1 << 16;

}  // namespace

KrylovBasis::KrylovBasis(std::int64_t size, std::int64_t rows, const at::TensorOptions& options,
                         Communicator& communicator)
    : size_(size), rows_(std::min(rows, size)), options_(options), communicator_(communicator) {}

void KrylovBasis::take_memory() {
    basis_ = at::empty({rows_, size_}, options_);
    projection_ = at::zeros({rows_, rows_}, at::kDouble);
}

void KrylovBasis::clear() {
    basis_.reset();
    projection_.reset();
    chains_.clear();
    counts_ = {};
}

void KrylovBasis::add(const at::Tensor& vector) {
    if (!basis_.defined()) {
        take_memory();
    }
    const at::Tensor rows = basis_.narrow(0, 0, count());
    append(vector - at::mv(rows.t(), at::mv(rows, vector)), counts_.chains_begun++);
}

void KrylovBasis::append(at::Tensor rest, std::int64_t chain) {
    // Once more after the scaling: the rest of a vector almost within the span is mostly rounding.
    const at::Tensor rows = basis_.narrow(0, 0, count());
    rest = rest / rest.norm();
    rest = rest - at::mv(rows.t(), at::mv(rows, rest));
    basis_[count()].copy_(rest / rest.norm());
    projection_[count()].zero_();
    chains_.push_back(chain);
}

std::int64_t KrylovBasis::newest_chain() const {
    const auto found = std::find(chains_.begin(), chains_.end(), counts_.chains_begun - 1);
    return found == chains_.end() ? -1 : found - chains_.begin();
}

at::Tensor KrylovBasis::pending_row(std::int64_t index) const {
    return basis_[counts_.multiplied + index];
}

void KrylovBasis::swap_rows(std::int64_t first, std::int64_t second) {
    if (first == second) {
        return;
    }
    for (const at::Tensor& matrix : {basis_, projection_}) {
        const at::Tensor kept = matrix[first].clone();
        matrix[first].copy_(matrix[second]);
        matrix[second].copy_(kept);
    }
}

bool KrylovBasis::multiply(std::int64_t index, const at::Tensor& product) {
    // Classical Gram-Schmidt twice: orthogonal to rounding (Giraud, Langou and Rozloznik 2005), and
    // two matrix products where the modified method has one of vectors for each row.
    const at::Tensor rows = basis_.narrow(0, 0, count());
    const at::Tensor first = at::mv(rows, product);
    at::Tensor rest = product - at::mv(rows.t(), first);
    const at::Tensor second = at::mv(rows, rest);
    rest = rest - at::mv(rows.t(), second);
    const at::Tensor numbers =
        at::cat({first + second, rest.norm().view(1), product.norm().view(1)}).cpu().contiguous();
    communicator_.broadcast(numbers);
    if (!numbers.isfinite().all().item<bool>()) {
        return false;
    }
    const double rest_norm = numbers[-2].item<double>();
    counts_.norm = std::max(counts_.norm, numbers[-1].item<double>());

    projection_.select(1, counts_.multiplied).zero_();
    projection_.select(1, counts_.multiplied)
        .narrow(0, 0, count())
        .copy_(numbers.narrow(0, 0, count()));
    swap_rows(counts_.multiplied, counts_.multiplied + index);
    const std::int64_t chain = std::exchange(chains_[static_cast<std::size_t>(index)], chains_[0]);
    chains_.erase(chains_.begin());
    ++counts_.multiplied;
    if (!spans_all() && rest_norm > rounding_of_product * counts_.norm) {
        append(rest, chain);
        projection_[count() - 1][counts_.multiplied - 1] = rest_norm;
    }
    return true;
}

KrylovBasis::RitzPairs KrylovBasis::ritz_pairs() const {
    const at::Tensor columns = projection_.narrow(1, 0, counts_.multiplied);
    const auto [values, vectors] =
        symmetric_eigen(columns.narrow(0, 0, counts_.multiplied), communicator_);
    const at::Tensor couplings = at::mm(columns.narrow(0, counts_.multiplied, pending()), vectors);
    const at::Tensor agreed = at::cat({couplings, couplings.norm(2, 0, true)}).contiguous();
    communicator_.broadcast(agreed);
    return {values, vectors, agreed.narrow(0, 0, pending()), agreed[-1]};
}

at::Tensor KrylovBasis::ritz_vectors(const at::Tensor& coefficients) const {
    const at::Tensor vectors =
        at::mm(coefficients.t().to(options_.device()), basis_.narrow(0, 0, counts_.multiplied));
    return vectors / vectors.norm(2, 1, true);
}

void KrylovBasis::compress(const RitzPairs& pairs, const at::Tensor& kept) {
    const at::Tensor vectors = pairs.vectors.index_select(1, kept);
    const at::Tensor combine = vectors.t().contiguous().to(options_.device());
    const std::int64_t number = kept.numel();
    for (std::int64_t column = 0; column < size_; column += columns_at_once) {
        const at::Tensor part = basis_.narrow(1, column, std::min(columns_at_once, size_ - column));
        const at::Tensor ritz = at::mm(combine, part.narrow(0, 0, counts_.multiplied));
        const at::Tensor waiting = part.narrow(0, counts_.multiplied, pending()).clone();
        part.narrow(0, 0, number).copy_(ritz);
        part.narrow(0, number, pending()).copy_(waiting);
    }
    const at::Tensor couplings = at::mm(
        projection_.narrow(0, counts_.multiplied, pending()).narrow(1, 0, counts_.multiplied),
        vectors);
    projection_.zero_();
    projection_.diagonal().narrow(0, 0, number).copy_(pairs.values.index_select(0, kept));
    projection_.narrow(0, number, pending()).narrow(1, 0, number).copy_(couplings);
    counts_.multiplied = number;
}

std::vector<NamedArray> KrylovBasis::state() const {
    if (!basis_.defined()) {
        return {};
    }
    return {stored_fields("basis_counts", "multiplied rows, chains begun, largest |Hv|", counts_),
            stored_numbers("chains", "chain of each pending row", {chains_.begin(), chains_.end()}),
            stored_tensor("basis", "orthonormal Krylov vectors", basis_.narrow(0, 0, count())),
            stored_tensor("projection", "the matrix in the Krylov basis", projection_)};
}

void KrylovBasis::restore(const std::vector<NamedArray>& state) {
    clear();
    const auto counts = restored_fields(state, "basis_counts", counts_);
    const auto chains = restored_numbers(state, "chains");
    take_memory();
    restore_tensor(state, "projection", projection_);
    const auto pending = static_cast<std::int64_t>(chains.size());
    restore_tensor(state, "basis", basis_.narrow(0, 0, counts.multiplied + pending));
    counts_ = counts;
    chains_.assign(chains.begin(), chains.end());
}

}  // namespace batchscope
