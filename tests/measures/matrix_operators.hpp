#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "communication/communicator.hpp"
#include "measures/measure.hpp"
#include "measures/random_vectors.hpp"
#include "measures/symmetric_operator.hpp"
#include "resumption_checks.hpp"

namespace batchscope {

/// A symmetric matrix that is at hand, for tests: it counts products, can be inexact, and stops
/// when told to.
class MatrixOperator : public SymmetricOperator {
  public:
    explicit MatrixOperator(at::Tensor matrix, std::int64_t block = 1)
        : matrix_(std::move(matrix)), block_(block) {}

    [[nodiscard]] std::int64_t size() const override { return matrix_.size(0); }
    [[nodiscard]] at::TensorOptions options() const override { return matrix_.options(); }
    [[nodiscard]] std::int64_t preferred_block() const override { return block_; }
    [[nodiscard]] at::Tensor apply(const at::Tensor& vectors) override {
        if (calls++ == stop_at_call) {
            throw AgreedStop{};
        }
        EXPECT_LE(vectors.size(0), block_);
        products += vectors.size(0);
        const at::Tensor exact = matrix_.dim() == 1 ? vectors * matrix_ : at::mm(vectors, matrix_);
        if (noise == 0) {
            return exact;
        }
        const at::Tensor random = RandomVectors(static_cast<std::uint64_t>(calls),
                                                RandomVectorUse::average_case, size(), options())
                                      .normal(0, vectors.size(0));
        return exact +
               noise * exact.norm(2, 1, true) * random / std::sqrt(static_cast<double>(size()));
    }

    std::int64_t calls = 0;
    std::int64_t products = 0;
    std::int64_t stop_at_call = -1;
    double noise = 0;  ///< of each product, relative to its length

  private:
    at::Tensor matrix_;  ///< (n, n), or (n), a diagonal
    std::int64_t block_;
};

inline at::Tensor random_symmetric(std::int64_t size, std::uint64_t seed) {
    const at::Tensor square =
        RandomVectors(seed, RandomVectorUse::slice_direction, size, at::kDouble).normal(0, size);
    return (square + square.t()) / 2;
}

/// A stop in any product with `matrix` leaves the measure as it was, and the next advance() goes
/// on.
inline void expect_survives_stops(MatrixOperator& matrix, const MakeMeasure& make) {
    const auto expected = finish(*make());
    const auto stopped = make();
    while (!stopped->finished()) {
        const auto before = stopped->state();
        matrix.stop_at_call = matrix.calls;
        ASSERT_THROW(stopped->advance(), AgreedStop);
        ASSERT_TRUE(same_state(stopped->state(), before));
        ASSERT_FALSE(stopped->finished());
        stopped->advance();
    }
    expect_same(stopped->values(), expected);
}

}  // namespace batchscope
