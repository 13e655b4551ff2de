#include "measures/eigenvalues.hpp"

#include <cmath>

#include "core/error.hpp"
#include "matrix_operators.hpp"
#include "measure_parts.hpp"
#include "replayed_ranks.hpp"

namespace batchscope::tests_of_eigenvalues {
namespace {

EigenvalueSettings settings(std::int64_t largest, std::int64_t smallest, double tolerance = 1e-3,
                            std::int64_t products = 300) {
    return {largest, smallest, tolerance, products};
}

MeasuredValues measure(MatrixOperator& matrix, const EigenvalueSettings& settings,
                       std::uint64_t seed = 0) {
    return finish(*make_measure(hessian_eigenvalues(), settings, seed, {.hessian = &matrix}));
}

/// Values lie within their residuals of the true ones, of the same rank in order; all converged.
void expect_true(const at::Tensor& spectrum, const MeasuredValues& found,
                 const EigenvalueSettings& settings) {
    const at::Tensor ascending = std::get<0>(at::sort(spectrum));
    const auto check = [&](const std::string& column, std::int64_t number, const auto& truth) {
        for (std::int64_t i = 0; i < number; ++i) {
            const auto at = static_cast<std::size_t>(i);
            EXPECT_NEAR(found.at(column)[at], truth(i).template item<double>(),
                        found.at(column + "_residual")[at] + 1e-12)
                << column << i;
            EXPECT_EQ(found.at(column + "_converged")[at], 1) << column << i;
            EXPECT_LE(found.at(column + "_residual")[at],
                      settings.tolerance * ascending.abs().max().item<double>());
        }
    };
    check("eigenvalue", settings.largest, [&](std::int64_t i) { return ascending[-1 - i]; });
    check("smallest_eigenvalue", settings.smallest, [&](std::int64_t i) { return ascending[i]; });
    EXPECT_LE(found.at("eigenvalue_products")[0], static_cast<double>(settings.products));
}

/// A few outliers and a bulk near zero, some of it negative: how Hessians of networks look.
at::Tensor outliers_and_bulk(std::int64_t size) {
    const at::Tensor bulk =
        RandomVectors(1, RandomVectorUse::subset, size, at::kDouble).normal(0, 1)[0] * 0.1;
    const at::Tensor outliers =
        at::tensor({20.0, 11.0, 8.0, 6.0, 5.0, 4.2, 3.5, 2.5, 2.0, 1.5, -0.8}, at::kDouble);
    bulk.narrow(0, 0, outliers.numel()).copy_(outliers);
    return bulk;
}

TEST(Eigenvalues, OfASaddle) {
    MatrixOperator matrix(at::tensor({-5.0, 4.0}, at::kDouble));
    const auto found = measure(matrix, settings(1, 1));
    EXPECT_NEAR(found.at("eigenvalue")[0], 4, 1e-12);
    EXPECT_NEAR(found.at("smallest_eigenvalue")[0], -5, 1e-12);
    EXPECT_LT(found.at("eigenvalue_residual")[0], 1e-12);
    EXPECT_EQ(found.at("smallest_eigenvalue_converged")[0], 1);
}

TEST(Eigenvalues, OfDiagonalMatricesOfAnySize) {
    for (const std::int64_t size : {6, 7, 12, 39, 40, 41, 42, 43, 60, 400}) {
        const at::Tensor spectrum = at::arange(size, at::kDouble).square() - 30.0;
        MatrixOperator matrix(spectrum);
        expect_true(spectrum, measure(matrix, settings(4, 2)), settings(4, 2));
        EXPECT_LE(matrix.products, 300);
    }
}

TEST(Eigenvalues, AgreeWithADenseSolverWithinTheirResiduals) {
    for (const std::uint64_t seed : {1, 2, 3}) {
        const at::Tensor dense = random_symmetric(300, seed);
        const at::Tensor spectrum = at::linalg_eigvalsh(dense);
        for (const double tolerance : {1e-2, 1e-4, 1e-9}) {
            for (const std::int64_t block : {1, 4}) {
                MatrixOperator matrix(dense, block);
                expect_true(spectrum, measure(matrix, settings(5, 3, tolerance, 3000), seed),
                            settings(5, 3, tolerance, 3000));
            }
        }
    }
}

TEST(Eigenvalues, AreCountedAsOftenAsTheyOccur) {
    for (const std::int64_t size : {20, 60, 1000}) {
        const at::Tensor spectrum = at::linspace(-0.5, 1, size, at::kDouble);
        spectrum.narrow(0, 3, 4).fill_(7);    // four times 7 ...
        spectrum.narrow(0, 10, 2).fill_(3);   // ... twice 3 ...
        spectrum.narrow(0, 14, 2).fill_(-2);  // ... and twice -2
        MatrixOperator matrix(spectrum);
        expect_true(spectrum, measure(matrix, settings(6, 2)), settings(6, 2));
        EXPECT_LT(matrix.products, 300) << size;
    }
}

TEST(Eigenvalues, OfAMultipleOfTheIdentity) {
    for (const double factor : {0.0, 3.0, -1e-8, 1e12}) {
        const at::Tensor spectrum = at::full({500}, factor, at::kDouble);
        MatrixOperator matrix(spectrum);
        const auto found = measure(matrix, settings(5, 2));
        for (const double value : found.at("eigenvalue")) {
            EXPECT_NEAR(value, factor, 1e-13 * std::abs(factor));
        }
        EXPECT_EQ(found.at("eigenvalue_converged"), std::vector<double>(5, 1));
        EXPECT_EQ(found.at("smallest_eigenvalue_converged"), std::vector<double>(2, 1));
    }
}

TEST(Eigenvalues, OfAMatrixOfLowRank) {
    const at::Tensor spectrum = at::zeros({800}, at::kDouble);
    spectrum[17] = 2;
    spectrum[400] = 5;
    MatrixOperator matrix(spectrum);
    expect_true(spectrum, measure(matrix, settings(5, 1)), settings(5, 1));
}

TEST(Eigenvalues, OfPairsThatAreAlmostEqual) {
    const at::Tensor spectrum = outliers_and_bulk(2000);
    spectrum[1] = 20.0 * (1 - 1e-6);
    spectrum[3] = 8.0 * (1 + 1e-6);
    for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
        for (const double tolerance : {1e-3, 1e-9}) {
            MatrixOperator matrix(spectrum);
            expect_true(spectrum, measure(matrix, settings(5, 1, tolerance), seed),
                        settings(5, 1, tolerance));
        }
    }
}

TEST(Eigenvalues, OfTwoSeedsAgreeWithinTheirResiduals) {
    const at::Tensor spectrum = outliers_and_bulk(5000);
    MatrixOperator matrix(spectrum);
    const auto one = measure(matrix, settings(5, 1), 1);
    const auto two = measure(matrix, settings(5, 1), 2);
    for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_NEAR(one.at("eigenvalue")[i], two.at("eigenvalue")[i],
                    one.at("eigenvalue_residual")[i] + two.at("eigenvalue_residual")[i]);
    }
    EXPECT_NE(one, two);
}

TEST(Eigenvalues, OfASpectrumLikeThatOfAHessianTakeFewProducts) {
    for (const std::uint64_t seed : {1, 2, 3, 4}) {
        const at::Tensor spectrum = outliers_and_bulk(5000);
        MatrixOperator matrix(spectrum);
        expect_true(spectrum, measure(matrix, settings(5, 1), seed), settings(5, 1));
        EXPECT_LE(matrix.products, 90);
        RecordProperty("products_" + std::to_string(seed), std::to_string(matrix.products));
    }
}

TEST(Eigenvalues, ResidualsAreThoseOfTheProductsThatWereMade) {
    // As of an operator in single precision: below its noise nothing converges, and nothing says
    // so.
    const at::Tensor spectrum = outliers_and_bulk(1000);
    for (const double tolerance : {1e-3, 1e-12}) {
        MatrixOperator matrix(spectrum);
        matrix.noise = 1e-6;
        const auto found = measure(matrix, settings(5, 1, tolerance, 200));
        EXPECT_LE(matrix.products, 200);
        const at::Tensor ascending = std::get<0>(at::sort(spectrum));
        for (std::int64_t i = 0; i < 5; ++i) {
            const auto at = static_cast<std::size_t>(i);
            const double value = found.at("eigenvalue")[at];
            EXPECT_NEAR(value, ascending[-1 - i].item<double>(),
                        found.at("eigenvalue_residual")[at]);
            EXPECT_GT(found.at("eigenvalue_residual")[at], 1e-7 * value);
            EXPECT_EQ(found.at("eigenvalue_converged")[at], tolerance > 1e-6 ? 1 : 0);
        }
    }
}

TEST(Eigenvalues, WithFewProductsAreBoundsAndNotConverged) {
    const at::Tensor spectrum = outliers_and_bulk(3000);
    const at::Tensor ascending = std::get<0>(at::sort(spectrum));
    for (const std::int64_t products : {1, 2, 3, 6, 7, 8, 12}) {
        MatrixOperator matrix(spectrum);
        const auto found = measure(matrix, settings(5, 1, 1e-3, products));
        EXPECT_LE(matrix.products, products);
        EXPECT_EQ(found.at("eigenvalue_products")[0], static_cast<double>(matrix.products));
        EXPECT_LT(found.at("eigenvalue")[0], ascending[-1].item<double>() + 1e-12);
        EXPECT_GT(found.at("smallest_eigenvalue")[0], ascending[0].item<double>() - 1e-12);
        EXPECT_EQ(found.at("eigenvalue_converged")[4], 0) << products;
        for (std::size_t i = 0; i < 5; ++i) {
            if (std::isnan(found.at("eigenvalue_residual")[i])) {
                EXPECT_EQ(found.at("eigenvalue_converged")[i], 0);
            }
        }
        if (products == 1) {
            EXPECT_EQ(found.at("eigenvalue_converged"), std::vector<double>(5, 0));
            EXPECT_TRUE(std::isnan(found.at("eigenvalue")[1]));
            EXPECT_TRUE(std::isnan(found.at("eigenvalue_residual")[0]));
        }
    }
}

TEST(Eigenvalues, BeyondTheSizeOfTheMatrixAreUnknown) {
    for (const std::int64_t size : {1, 2, 3, 5}) {
        const at::Tensor spectrum = at::arange(1, size + 1, at::kDouble);
        MatrixOperator matrix(spectrum, 3);
        const auto found = measure(matrix, settings(8, 4));
        for (std::size_t i = 0; i < 8; ++i) {
            if (i < static_cast<std::size_t>(size)) {
                EXPECT_NEAR(found.at("eigenvalue")[i], static_cast<double>(size) - double(i),
                            1e-12);
                EXPECT_EQ(found.at("eigenvalue_converged")[i], 1);
            } else {
                EXPECT_TRUE(std::isnan(found.at("eigenvalue")[i]));
                EXPECT_TRUE(std::isnan(found.at("eigenvalue_residual")[i]));
                EXPECT_EQ(found.at("eigenvalue_converged")[i], 0);
            }
        }
        for (std::size_t i = 0; i < 4; ++i) {
            if (i < static_cast<std::size_t>(size)) {
                EXPECT_NEAR(found.at("smallest_eigenvalue")[i], 1 + double(i), 1e-12);
            } else {
                EXPECT_TRUE(std::isnan(found.at("smallest_eigenvalue")[i]));
            }
        }
    }
}

TEST(Eigenvalues, OfAnOperatorThatIsNotFiniteAreUnknown) {
    for (const double bad : {std::nan(""), HUGE_VAL}) {
        const at::Tensor spectrum = at::arange(100, at::kDouble);
        spectrum[7] = bad;
        MatrixOperator matrix(spectrum);
        const auto found = measure(matrix, settings(5, 1));
        EXPECT_TRUE(std::isnan(found.at("eigenvalue")[0]));
        EXPECT_TRUE(std::isnan(found.at("smallest_eigenvalue_residual")[0]));
        EXPECT_EQ(found.at("eigenvalue_converged"), std::vector<double>(5, 0));
        EXPECT_EQ(found.at("eigenvalue_products")[0], 1);
    }
}

TEST(Eigenvalues, HaveColumnsOfTheirPrefix) {
    MatrixOperator matrix(at::arange(50, at::kDouble));
    const auto eigenvalues =
        make_measure(gauss_newton_eigenvalues(), settings(2, 0), 0, {.gauss_newton = &matrix});
    EXPECT_EQ(eigenvalues->name(), "gauss_newton_eigenvalues");
    std::vector<std::string> names;
    for (const auto& [column, values] : finish(*eigenvalues)) {
        names.push_back(column);
    }
    EXPECT_EQ(names, (std::vector<std::string>{
                         "gauss_newton_eigenvalue", "gauss_newton_eigenvalue_converged",
                         "gauss_newton_eigenvalue_products", "gauss_newton_eigenvalue_residual"}));
}

// Restarts, a multiple eigenvalue, blocks of residuals: every branch is stopped in.
MatrixOperator many_branches() {
    const at::Tensor spectrum = at::linspace(-1, 1, 200, at::kDouble);
    spectrum.narrow(0, 0, 2).fill_(1.1);
    return MatrixOperator(spectrum, 3);
}

TEST(Eigenvalues, ResumeBitForBitAfterAnyAdvance) {
    auto matrix = many_branches();
    expect_resumable([&] {
        return make_measure(hessian_eigenvalues(), settings(3, 1, 1e-2, 80), 5,
                            {.hessian = &matrix});
    });
}

TEST(Eigenvalues, SurviveAStopInAnyProduct) {
    auto matrix = many_branches();
    expect_survives_stops(matrix, [&] {
        return make_measure(hessian_eigenvalues(), settings(3, 1, 1e-2, 80), 5,
                            {.hessian = &matrix});
    });
}

TEST(Eigenvalues, DoNotResumeUnderOtherSettings) {
    auto matrix = many_branches();
    const auto make = [&](std::int64_t largest, std::uint64_t seed) {
        return make_measure(hessian_eigenvalues(), settings(largest, 1), seed,
                            {.hessian = &matrix});
    };
    const auto one = make(3, 5);
    one->advance();
    EXPECT_THROW(make(3, 6)->restore(one->state()), Error);
    EXPECT_THROW(make(4, 5)->restore(one->state()), Error);
    EXPECT_THROW(make(4, 5)->restore({}), Error);
}

TEST(Eigenvalues, DecideAlikeOnARankWhoseRoundingDiffers) {
    const auto measured = [](MatrixOperator& matrix, Communicator& communicator) {
        return finish(*make_measure(hessian_eigenvalues(), settings(3, 1, 1e-5, 250), 5,
                                    {.hessian = &matrix, .communicator = &communicator}));
    };
    ReplayedRank first;
    auto matrix = many_branches();
    const auto expected = measured(matrix, first);
    ReplayedRank second(first.sent());
    auto other = many_branches();
    other.noise = 1e-13;
    expect_same(measured(other, second), expected);
    EXPECT_EQ(second.received(), first.sent().size());
    EXPECT_EQ(other.calls, matrix.calls);
}

}  // namespace
}  // namespace batchscope::tests_of_eigenvalues
