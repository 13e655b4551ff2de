#include "measures/spectral_density.hpp"

#include <cmath>
#include <numbers>

#include "matrix_operators.hpp"
#include "measure_parts.hpp"

namespace batchscope::tests_of_spectral_density {
namespace {

struct Curve {
    at::Tensor position, density, standard_error;
    double spacing;

    [[nodiscard]] double integral(const at::Tensor& of) const {
        return (density * of).sum().item<double>() * spacing;
    }
};

Curve measure(MatrixOperator& matrix, const DensitySettings& settings, std::uint64_t seed = 0) {
    const auto found =
        finish(*make_measure(spectral_density(), settings, seed, {.hessian = &matrix}));
    const auto column = [&](const std::string& name) {
        EXPECT_EQ(found.at(name).size(), static_cast<std::size_t>(settings.points));
        return at::tensor(found.at(name), at::kDouble);
    };
    const at::Tensor position = column("density_position");
    return {position, column("density"), column("density_standard_error"),
            (position[1] - position[0]).item<double>()};
}

/// The width of the kernels, from the padding of five of them on both sides.
double kernel_width(const Curve& curve, std::int64_t steps, std::int64_t points) {
    const double part = std::max(1.0 / double(steps), 2.0 / double(points));
    return (curve.position[-1] - curve.position[0]).item<double>() * part / (1 + 10 * part);
}

TEST(SpectralDensity, HasTheMomentsOfTheMatrix) {
    const at::Tensor dense = random_symmetric(150, 5) + at::eye(150, at::kDouble) * 3;
    for (const DensitySettings settings : {DensitySettings{16, 40, 200}, {16, 150, 90}}) {
        for (const std::int64_t block : {1, 3, 16}) {
            MatrixOperator matrix(dense, block);
            const auto curve = measure(matrix, settings);
            EXPECT_NEAR(curve.integral(at::ones_like(curve.position)), 1, 1e-5);
            const double mean = dense.trace().item<double>() / 150;
            const double square = dense.square().sum().item<double>() / 150;
            const double width = kernel_width(curve, settings.steps, settings.points);
            // A probe's v'Hv has the variance 2 |H - diag H|^2 / n^2; 4 standard errors.
            const double off = (dense - at::diag(dense.diagonal())).square().sum().item<double>();
            EXPECT_NEAR(curve.integral(curve.position), mean, 4 * std::sqrt(2 * off / 16) / 150);
            EXPECT_NEAR(curve.integral(curve.position.square()), square + width * width,
                        0.1 * square);
        }
    }
}

TEST(SpectralDensity, DoesNotDependOnTheBlock) {
    const at::Tensor dense = random_symmetric(60, 5);
    MatrixOperator one(dense, 1);
    MatrixOperator four(dense, 4);
    const auto a = measure(one, {5, 20, 50});
    const auto b = measure(four, {5, 20, 50});
    EXPECT_LT((a.density - b.density).abs().max().item<double>(), 1e-11);
    EXPECT_LT(four.calls, one.calls / 2);
    EXPECT_EQ(four.products, one.products);
}

TEST(SpectralDensity, OfAWishartMatrixFollowsMarchenkoAndPastur) {
    constexpr std::int64_t size = 600;
    constexpr double ratio = 0.25;  // rows to samples
    const at::Tensor samples =
        RandomVectors(2, RandomVectorUse::subset, 2400, at::kDouble).normal(0, size);
    MatrixOperator matrix(at::mm(samples, samples.t()) / 2400, 8);
    const DensitySettings settings{16, 40, 200};
    const auto curve = measure(matrix, settings);
    const double width = kernel_width(curve, settings.steps, settings.points);
    // The law, smoothed by the same kernel; Riemann sum over its support.
    const double low = std::pow(1 - std::sqrt(ratio), 2), high = std::pow(1 + std::sqrt(ratio), 2);
    const at::Tensor x = at::linspace(low, high, 4001, at::kDouble);
    const at::Tensor law = ((x - low) * (high - x)).sqrt() / (2 * std::numbers::pi * ratio * x);
    const at::Tensor kernels = (((curve.position.unsqueeze(1) - x) / width).square() / -2).exp() /
                               (width * std::sqrt(2 * std::numbers::pi));
    const at::Tensor expected = at::mv(kernels, law) * ((high - low) / 4000);
    const at::Tensor error = (curve.density - expected).abs();
    EXPECT_LT(error.max().item<double>(), 0.15) << "of a density that is 1 at most";
    EXPECT_LT(error.mean().item<double>(), 0.04);
    // The standard error speaks of the probes. The mean square deviation is about one of them.
    const at::Tensor inside =
        curve.position.gt(low + 0.2).logical_and(curve.position.lt(high - 0.2));
    const double relative =
        (error / curve.standard_error).masked_select(inside).square().mean().sqrt().item<double>();
    EXPECT_LT(relative, 3);
    EXPECT_GT(relative, 0.3);
}

TEST(SpectralDensity, OfFewDistinctEigenvaluesIsASumOfKernels) {
    // Krylov spaces of two dimensions: every probe ends after two steps.
    const at::Tensor spectrum =
        at::cat({at::full({300}, -1.0, at::kDouble), at::full({100}, 4.0, at::kDouble)});
    for (const std::int64_t block : {1, 4}) {
        MatrixOperator matrix(spectrum, block);
        const auto curve = measure(matrix, {4, 80, 201});
        EXPECT_EQ(matrix.products, 8);
        const at::Tensor lower = curve.position.lt(1.5).to(at::kDouble);
        EXPECT_NEAR(curve.integral(lower), 0.75, 1e-3);
        EXPECT_LT(curve.standard_error.max().item<double>(),
                  1e-12);  // signs see a diagonal exactly
    }
}

TEST(SpectralDensity, OfTinyAndDegenerateMatricesIntegratesToOne) {
    for (const at::Tensor& spectrum :
         {at::tensor({3.0}, at::kDouble), at::tensor({-5.0, 4.0}, at::kDouble),
          at::zeros({50}, at::kDouble), at::full({50}, 1e-9, at::kDouble),
          at::arange(10, at::kDouble)}) {
        MatrixOperator matrix(spectrum, 2);
        const auto curve = measure(matrix, {3, 80, 200});
        EXPECT_NEAR(curve.integral(at::ones_like(curve.position)), 1, 1e-3) << spectrum.numel();
        EXPECT_NEAR(curve.integral(curve.position), spectrum.mean().item<double>(), 1e-2);
        EXPECT_TRUE(curve.density.isfinite().all().item<bool>());
    }
}

TEST(SpectralDensity, OfOneProbeHasNoStandardError) {
    MatrixOperator matrix(at::arange(100, at::kDouble));
    const auto curve = measure(matrix, {1, 10, 40});
    EXPECT_TRUE(curve.standard_error.isnan().all().item<bool>());
    EXPECT_TRUE(curve.density.isfinite().all().item<bool>());
}

TEST(SpectralDensity, OfAnOperatorThatIsNotFiniteIsUnknown) {
    for (const double bad : {std::nan(""), HUGE_VAL}) {
        const at::Tensor spectrum = at::arange(100, at::kDouble);
        spectrum[3] = bad;
        MatrixOperator matrix(spectrum, 2);
        const auto curve = measure(matrix, {4, 20, 30});
        EXPECT_TRUE(curve.position.isnan().all().item<bool>());
        EXPECT_TRUE(curve.density.isnan().all().item<bool>());
        EXPECT_EQ(matrix.calls, 1);
    }
}

TEST(SpectralDensity, ResumesBitForBitAfterAnyAdvanceAndSurvivesStops) {
    for (const std::int64_t size : {4, 60}) {
        MatrixOperator matrix(random_symmetric(size, 2), 2);
        const auto make = [&] {
            return make_measure(spectral_density(), DensitySettings{5, 12, 30}, 5,
                                {.hessian = &matrix});
        };
        expect_resumable(make);
        expect_survives_stops(matrix, make);
    }
}

}  // namespace
}  // namespace batchscope::tests_of_spectral_density
