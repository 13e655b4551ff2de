#include "measures/trace.hpp"

#include <cmath>

#include "matrix_operators.hpp"
#include "measure_parts.hpp"

namespace batchscope::tests_of_trace {
namespace {

MeasuredValues measure(MatrixOperator& matrix, std::int64_t products, std::uint64_t seed = 0) {
    return finish(
        *make_measure(hessian_trace(), TraceSettings{products}, seed, {.hessian = &matrix}));
}

TEST(Trace, OfAMatrixOfNoMoreRowsThanProductsIsExact) {
    for (const std::int64_t size : {1, 2, 7, 30}) {
        for (const std::int64_t block : {1, 4, 100}) {
            const at::Tensor dense = random_symmetric(size, 3);
            MatrixOperator matrix(dense, block);
            const auto found = measure(matrix, 30);
            EXPECT_NEAR(found.at("trace")[0], dense.trace().item<double>(), 1e-12);
            EXPECT_EQ(found.at("trace_standard_error")[0], 0);
            EXPECT_EQ(found.at("trace_products")[0], static_cast<double>(size));
        }
    }
}

TEST(Trace, LiesWithinItsStandardErrors) {
    const at::Tensor dense = random_symmetric(120, 8);
    const double truth = dense.trace().item<double>();
    constexpr int seeds = 300;
    int within_two = 0;
    double sum = 0;
    double sum_of_squares = 0;
    for (int seed = 0; seed < seeds; ++seed) {
        MatrixOperator matrix(dense, 8);
        const auto found = measure(matrix, 60, static_cast<std::uint64_t>(seed));
        const double error = (found.at("trace")[0] - truth) / found.at("trace_standard_error")[0];
        EXPECT_LT(std::abs(error), 5.5) << seed;  // Student's t of 19: 4 for a normal deviate
        within_two += std::abs(error) < 2 ? 1 : 0;
        sum += error;
        sum_of_squares += error * error;
        EXPECT_EQ(matrix.products, 60);
    }
    // Student's t with 19 degrees of freedom: 94.0 %, and a variance of 19/17.
    EXPECT_NEAR(within_two / double(seeds), 0.940, 4 * std::sqrt(0.94 * 0.06 / seeds));
    EXPECT_NEAR(sum / seeds, 0, 4 * std::sqrt(19.0 / 17 / seeds));
    EXPECT_NEAR(sum_of_squares / seeds, 19.0 / 17, 0.4);
}

TEST(Trace, OfAFewLargeEigenvaluesIsBetterThanFromProbesAlone) {
    const at::Tensor spectrum = at::full({2000}, 0.01, at::kDouble);
    for (int i = 0; i < 8; ++i) {
        spectrum[i * 100] = 10.0 * (i + 1);
    }
    // A rotation: in its own axes, signs see a diagonal matrix without error.
    const at::Tensor reflector =
        RandomVectors(3, RandomVectorUse::subset, 2000, at::kDouble).normal(0, 1)[0];
    const at::Tensor unit = reflector / reflector.norm();
    at::Tensor dense = at::diag(spectrum);
    for (int side = 0; side < 2; ++side) {
        dense = (dense - 2 * at::outer(unit, at::mv(dense.t(), unit))).t();
    }
    MatrixOperator matrix(dense.contiguous(), 16);
    const auto found = measure(matrix, 30);
    const double truth = spectrum.sum().item<double>();
    EXPECT_NEAR(found.at("trace")[0], truth, 1e-3 * truth);
    EXPECT_LT(found.at("trace_standard_error")[0], 1e-3 * truth);
    EXPECT_NEAR(found.at("trace")[0], truth, 5 * found.at("trace_standard_error")[0] + 1e-9);
}

TEST(Trace, OfLowRankIsExact) {
    const at::Tensor factor =
        RandomVectors(3, RandomVectorUse::subset, 200, at::kDouble).normal(0, 4);
    const at::Tensor dense = at::mm(factor.t(), factor);
    MatrixOperator matrix(dense, 3);
    const auto found = measure(matrix, 30);
    EXPECT_NEAR(found.at("trace")[0], factor.square().sum().item<double>(), 1e-8);
    EXPECT_LT(found.at("trace_standard_error")[0], 1e-8);
    EXPECT_EQ(found.at("trace_products")[0], 24);  // the span of the sketch has 4 vectors, not 10
    MatrixOperator zero(at::zeros({100}, at::kDouble), 3);
    EXPECT_EQ(measure(zero, 30).at("trace")[0], 0);
    EXPECT_EQ(measure(zero, 30).at("trace_standard_error")[0], 0);
}

TEST(Trace, WithFewProductsIsAnEstimateAllTheSame) {
    const at::Tensor dense = random_symmetric(50, 8) + 10 * at::eye(50, at::kDouble);
    for (std::int64_t products = 1; products < 9; ++products) {
        MatrixOperator matrix(dense, 2);
        const auto found = measure(matrix, products);
        EXPECT_EQ(matrix.products, products);
        EXPECT_NEAR(found.at("trace")[0], dense.trace().item<double>(), 200);
        EXPECT_EQ(std::isnan(found.at("trace_standard_error")[0]), products == 1);
    }
}

TEST(Trace, OfAnOperatorThatIsNotFiniteIsUnknown) {
    for (const std::int64_t size : {5, 100}) {
        for (const double bad : {std::nan(""), HUGE_VAL}) {
            const at::Tensor spectrum = at::ones({size}, at::kDouble);
            spectrum[3] = bad;
            MatrixOperator matrix(spectrum, 4);
            const auto found = measure(matrix, 30);
            EXPECT_TRUE(std::isnan(found.at("trace")[0]));
            EXPECT_TRUE(std::isnan(found.at("trace_standard_error")[0]));
        }
    }
}

TEST(Trace, ResumesBitForBitAfterAnyAdvanceAndSurvivesStops) {
    for (const std::int64_t size : {10, 60}) {
        MatrixOperator matrix(random_symmetric(size, 2), 4);
        const auto make = [&] {
            return make_measure(gauss_newton_trace(), TraceSettings{20}, 5,
                                {.gauss_newton = &matrix});
        };
        expect_resumable(make);
        expect_survives_stops(matrix, make);
    }
}

}  // namespace
}  // namespace batchscope::tests_of_trace
