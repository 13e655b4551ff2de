#include "measures/pac_bayes.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "example_functions.hpp"
#include "measure_parts.hpp"
#include "measures/random_vectors.hpp"
#include "resumption_checks.hpp"

namespace batchscope::tests_of_pac_bayes {
namespace {

constexpr std::int64_t n = 2000;

double number(const MeasuredValues& values, const std::string& name) {
    return values.at(name).at(0);
}

/// Accuracy 0.95 - steepness x mean of ((w - x) / (|x| + 1e-3))^2: at sigma about 0.95 - steepness
/// sigma^2, exactly with the mean square of the draws for 1.
ExampleSurface surface_around(const at::Tensor& x, double steepness) {
    return {x.numel(), [x, steepness](const at::Tensor& w) {
                const at::Tensor shaken = (w - x) / (x.abs() + 1e-3);
                return SplitMetrics{1.0, 0.95 - steepness * shaken.square().mean().item<double>()};
            }};
}

MeasuredValues measure(const PacBayesSettings& settings, LossSurface& surface,
                       const at::Tensor& weights, std::uint64_t seed = 1) {
    return finish(
        *make_measure(pac_bayes(), settings, seed, {.weights = weights, .surface = &surface}));
}

TEST(PacBayes, FindsTheSigmaOfTheDrop) {
    const at::Tensor x = normal(n, 1);
    x.narrow(0, 0, 100).zero_();  // such weights are shaken, too
    const PacBayesSettings settings;
    const std::uint64_t seed = 6;
    const double mean_square = RandomVectors(seed, RandomVectorUse::pac_bayes, n, doubles)
                                   .normal(0, settings.draws)
                                   .square()
                                   .mean()
                                   .item<double>();
    // From far below the first sigma tried to far above it.
    for (const double steepness : {1e6, 10.0, 0.1, 0.02}) {
        auto surface = surface_around(x, steepness);
        const MeasuredValues found = measure(settings, surface, x, seed);
        const double exact = std::sqrt(settings.accuracy_drop / steepness / mean_square);
        const double bracket = number(found, "pac_bayes_sigma_bracket");
        EXPECT_LE(number(found, "pac_bayes_sigma"), exact * (1 + 1e-9)) << steepness;
        EXPECT_GE(number(found, "pac_bayes_sigma") + bracket, exact * (1 - 1e-9)) << steepness;
        EXPECT_GT(bracket, 0);
        EXPECT_LT(bracket, std::max(1e-6, 1e-4 * exact));
        EXPECT_NEAR(number(found, "pac_bayes_accuracy"), 0.95 - settings.accuracy_drop, 1e-3);
        EXPECT_GE(number(found, "pac_bayes_accuracy"), 0.95 - settings.accuracy_drop - 1e-12);
    }
}

TEST(PacBayes, IsUnknownWhereNoNoiseDropsTheAccuracy) {
    const at::Tensor x = normal(n, 2);
    auto surface = surface_around(x, 1e-4);
    const MeasuredValues found = measure({}, surface, x);
    EXPECT_TRUE(std::isnan(number(found, "pac_bayes_sigma")));
    EXPECT_TRUE(std::isnan(number(found, "pac_bayes_sigma_bracket")));
    EXPECT_NEAR(number(found, "pac_bayes_accuracy"), 0.95 - 1e-4 * 16, 1e-4);  // at sigma 4
}

TEST(PacBayes, IsZeroWithinItsBracketWhereAnyNoiseDropsTheAccuracy) {
    const at::Tensor x = normal(n, 3);
    ExampleSurface surface(n, [&](const at::Tensor& w) {
        return SplitMetrics{1.0, at::equal(w, x) ? 0.9 : 0.1};
    });
    const MeasuredValues found = measure({}, surface, x);
    EXPECT_EQ(number(found, "pac_bayes_sigma"), 0);
    EXPECT_EQ(number(found, "pac_bayes_accuracy"), 0.9);
    EXPECT_NEAR(number(found, "pac_bayes_sigma_bracket"), 1.0 / 64 / (1 << 15), 1e-15);
}

TEST(PacBayes, UsesTheSameDrawsAtEverySigma) {
    const at::Tensor x = normal(50, 4);
    auto surface = surface_around(x, 10);
    const PacBayesSettings settings{.accuracy_drop = 0.1, .draws = 3};
    measure(settings, surface, x);
    const auto& points = surface.log.points;
    const auto direction = [&](std::size_t i) {
        const at::Tensor step = (points[i] - x) / (x.abs() + 1e-3);
        return step / step.norm();
    };
    ASSERT_EQ((points.size() - 1) % 3, 0U);
    for (std::size_t i = 4; i < points.size(); ++i) {
        EXPECT_LT((direction(i) - direction(i - 3)).abs().max().item<double>(), 1e-9);
    }
    EXPECT_GT((direction(1) - direction(2)).abs().max().item<double>(), 0.01);
}

TEST(PacBayes, OfRegressionIsUnknownAtOnce) {
    const at::Tensor x = normal(n, 5);
    ExampleSurface surface(n, [](const at::Tensor&) {
        return SplitMetrics{1.0, std::numeric_limits<double>::quiet_NaN()};
    });
    for (const auto& [name, values] : measure({}, surface, x)) {
        EXPECT_TRUE(std::isnan(values[0])) << name;
    }
    EXPECT_EQ(surface.log.points.size(), 1U);
}

struct SmallCase {
    at::Tensor x = normal(20, 6);
    ExampleSurface surface = surface_around(x, 3);
    PacBayesSettings settings{.accuracy_drop = 0.1, .draws = 2};
    std::unique_ptr<Measure> make() {
        return make_measure(pac_bayes(), settings, 4, {.weights = x, .surface = &surface});
    }
};

TEST(PacBayes, GoesOnFromEveryState) {
    SmallCase small;
    expect_resumable([&] { return small.make(); });
}

TEST(PacBayes, IsUnharmedByAStopInAnyEvaluation) {
    SmallCase small;
    expect_unharmed_by_stops([&] { return small.make(); }, small.surface.log);
}

TEST(PacBayes, IsUnknownWhereTheAccuracyIsNot) {
    SmallCase small;
    expect_end_with_not_a_number([&] { return small.make(); }, small.surface.log,
                                 [](const MeasuredValues& found) {
                                     for (const auto& [name, values] : found) {
                                         EXPECT_TRUE(std::isnan(values[0])) << name;
                                     }
                                 });
}

TEST(PacBayes, RefusesTheStateOfOtherSettings) {
    SmallCase small;
    const auto measure = small.make();
    small.settings.accuracy_drop = 0.2;
    EXPECT_THROW(small.make()->restore(measure->state()), Error);
}

// Checkpoints of earlier programs hold these numbers in this order.
TEST(PacBayes, IsSavedAsItAlwaysWas) {
    const at::Tensor x = normal(3, 7);
    std::vector<double> accuracies = {0.875, 0.8125, 0.8125, 0.75, 0.5, 0.8125};
    std::size_t calls = 0;
    ExampleSurface surface(3, [&](const at::Tensor&) {
        return SplitMetrics{1.0, accuracies.at(calls++)};
    });
    const auto make = [&] {
        return make_measure(pac_bayes(), PacBayesSettings{.accuracy_drop = 0.125, .draws = 2},
                            0x700000004U, {.weights = x, .surface = &surface});
    };
    const auto measure = make();
    for (std::size_t i = 0; i < accuracies.size(); ++i) {
        measure->advance();
    }
    const auto state = measure->state();
    EXPECT_EQ(numbers_in(state, "settings"), (std::vector<double>{7, 4, 0.125, 2}));
    // Halving; accuracy at the weights; kept sigma and accuracy; lost sigma; sigma; no halving
    // done; one draw done, its accuracy; known.
    const std::vector<double> progress = {2,         0.875, 1.0 / 64, 0.8125, 1.0 / 32,
                                          3.0 / 128, 0,     1,        0.8125, 1};
    EXPECT_EQ(numbers_in(state, "progress"), progress);
    EXPECT_EQ(state.size(), 2U);

    const auto restored = make();
    restored->restore({{"settings", "", {4}, std::vector<double>{7, 4, 0.125, 2}},
                       {"progress", "", {10}, progress}});
    EXPECT_TRUE(same_state(restored->state(), state));
}

TEST(PacBayes, RefusesAStateThatItCannotHave) {
    SmallCase small;
    const auto measure = small.make();
    for (const auto& [place, number] : std::vector<std::pair<std::size_t, double>>{
             {0, 4}, {0, 0.5}, {6, 0.5}, {7, NAN}, {9, 2}}) {
        auto state = measure->state();
        std::get<std::vector<double>>(state.at(1).values).at(place) = number;
        EXPECT_THROW(small.make()->restore(state), Error) << place << ": " << number;
    }
}

}  // namespace
}  // namespace batchscope::tests_of_pac_bayes
