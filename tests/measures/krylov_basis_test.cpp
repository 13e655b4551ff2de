#include "measures/krylov_basis.hpp"

#include "matrix_operators.hpp"

namespace batchscope::tests_of_krylov_basis {
namespace {

/// The residual that the basis claims for each pair is the true one.
void expect_true_residuals(const KrylovBasis& basis, const at::Tensor& matrix) {
    const auto pairs = basis.ritz_pairs();
    const at::Tensor vectors = basis.ritz_vectors(pairs.vectors);
    EXPECT_LT((at::mm(vectors, vectors.t()) - at::eye(vectors.size(0), at::kDouble))
                  .abs()
                  .max()
                  .item<double>(),
              1e-13);
    const at::Tensor residuals =
        (at::mm(vectors, matrix) - pairs.values.unsqueeze(1) * vectors).norm(2, 1);
    EXPECT_LT((residuals - pairs.residuals).abs().max().item<double>(), 1e-11);
}

TEST(KrylovBasis, KnowsItsResidualsThroughChainsAndRestarts) {
    SerialCommunicator communicator;
    const at::Tensor matrix = random_symmetric(90, 4);
    const RandomVectors random(1, RandomVectorUse::lanczos_start, 90, at::kDouble);
    KrylovBasis basis(90, 20, at::kDouble, communicator);
    basis.add(random.normal(0, 1)[0]);
    for (int step = 0; step < 100; ++step) {
        const std::int64_t index = step % basis.pending();
        ASSERT_TRUE(basis.multiply(index, at::mv(matrix, basis.pending_row(index))));
        if (step % 30 == 10) {
            basis.add(random.normal(step + 1, 1)[0]);
        }
        expect_true_residuals(basis, matrix);
        if (basis.full()) {
            basis.compress(basis.ritz_pairs(), at::tensor({0, 1, 2, 8, 9, 10, 11}, at::kLong));
            EXPECT_EQ(basis.multiplied(), 7);
            expect_true_residuals(basis, matrix);
        }
    }
    // After so many products the ends of the spectrum are known.
    const at::Tensor spectrum = at::linalg_eigvalsh(matrix);
    EXPECT_NEAR(basis.ritz_pairs().values[0].item<double>(), spectrum[0].item<double>(), 1e-6);
}

TEST(KrylovBasis, EndsWithTheWholeSpace) {
    SerialCommunicator communicator;
    const at::Tensor matrix = random_symmetric(12, 4);
    const RandomVectors random(1, RandomVectorUse::lanczos_start, 12, at::kDouble);
    KrylovBasis basis(12, 40, at::kDouble, communicator);
    basis.add(random.normal(0, 1)[0]);
    while (basis.pending() > 0) {
        ASSERT_FALSE(basis.full());
        ASSERT_TRUE(basis.multiply(0, at::mv(matrix, basis.pending_row(0))));
    }
    EXPECT_TRUE(basis.spans_all());
    EXPECT_EQ(basis.multiplied(), 12);
    EXPECT_LT((basis.ritz_pairs().values - at::linalg_eigvalsh(matrix)).abs().max().item<double>(),
              1e-13);
}

TEST(KrylovBasis, RefusesProductsThatAreNotFinite) {
    SerialCommunicator communicator;
    KrylovBasis basis(5, 5, at::kDouble, communicator);
    basis.add(at::ones({5}, at::kDouble));
    EXPECT_FALSE(basis.multiply(0, at::full({5}, HUGE_VAL, at::kDouble)));
    EXPECT_EQ(basis.multiplied(), 0);
    EXPECT_TRUE(basis.multiply(0, at::arange(5, at::kDouble)));
}

}  // namespace
}  // namespace batchscope::tests_of_krylov_basis
