#include "measures/slices.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "example_functions.hpp"
#include "measure_parts.hpp"
#include "resumption_checks.hpp"

namespace batchscope::tests_of_slices {
namespace {

// Three filters of four weights, and their biases.
const FilterLayout layout = {{.offset = 0, .filters = 3, .filter_size = 4, .is_weight = true},
                             {.offset = 12, .filters = 3, .filter_size = 1, .is_weight = false}};
constexpr std::int64_t n = 15;

ExampleSurface surface_of(ExampleObjective::Function function) {
    return {n, [function = std::move(function)](const at::Tensor& w) {
                const double loss = function(w).value;
                return SplitMetrics{loss, 1 / (1 + std::abs(loss))};
            }};
}

MeasuredValues measure(const SliceSettings& settings, LossSurface& surface, const at::Tensor& x) {
    return finish(*make_measure(slices(), settings, 1,
                                {.weights = x, .surface = &surface, .filters = &layout}));
}

TEST(Slices, OfAQuadraticAreParabolasAndExactInTheirMiddle) {
    const at::Tensor x = normal(n, 1);
    const auto function =
        quadratic(x, at::zeros({n}, doubles), normal(n, 2).square() + 0.1, 0.123456789);
    auto surface = surface_of(function);
    const SliceSettings settings{.directions = 2, .range = 0.7, .points = 11};
    const MeasuredValues found = measure(settings, surface, x);
    const auto positions = slice_positions(settings);
    ASSERT_EQ(found.at("slice_loss").size(), 22U);
    ASSERT_EQ(found.at("slice_accuracy").size(), 22U);
    for (std::size_t direction = 0; direction < 2; ++direction) {
        const double* loss = found.at("slice_loss").data() + 11 * direction;
        EXPECT_EQ(loss[5], function(x).value);  // the weights themselves
        const double bend = (loss[10] - loss[5]) / (0.7 * 0.7);
        EXPECT_GT(bend, 0.01);
        for (std::size_t i = 0; i < 11; ++i) {
            EXPECT_NEAR(loss[i], loss[10 - i], 1e-13);
            EXPECT_NEAR(loss[i], loss[5] + bend * positions[i] * positions[i], 1e-13);
            EXPECT_EQ(found.at("slice_accuracy")[11 * direction + i], 1 / (1 + loss[i]));
        }
    }
    EXPECT_NE(found.at("slice_loss")[0], found.at("slice_loss")[11]);
}

TEST(Slices, GoAlongDirectionsOfTheFiltersNorms) {
    const at::Tensor x = normal(n, 3);
    auto surface = surface_of(quadratic(x, normal(n, 4), normal(n, 5)));
    measure({.directions = 1, .range = 1, .points = 3}, surface, x);
    const at::Tensor step = surface.log.points[2] - x;
    const auto filter_norms = [](const at::Tensor& w) {
        return w.narrow(0, 0, 12).view({3, 4}).norm(2, 1);
    };
    EXPECT_TRUE(at::allclose(filter_norms(step), filter_norms(x), 1e-12));
    EXPECT_TRUE(step.narrow(0, 12, 3).eq(0).all().item<bool>());
}

TEST(Slices, AreNotFiniteOnlyWhereTheLossIsNot) {
    const at::Tensor x = normal(n, 6);
    ExampleSurface surface(n, [&](const at::Tensor& w) {
        const double distance = (w - x).norm().item<double>();
        return SplitMetrics{distance > 1 ? INFINITY : distance, 0.5};
    });
    const MeasuredValues found = measure({.directions = 1, .range = 1, .points = 5}, surface, x);
    EXPECT_TRUE(std::isnan(found.at("slice_loss")[0]));
    EXPECT_EQ(found.at("slice_loss")[2], 0);
    EXPECT_TRUE(std::isnan(found.at("slice_loss")[4]));
}

TEST(SlicePositions, AreSymmetricWithAnExactZero) {
    for (const std::int64_t points : {1, 3, 7, 25, 101}) {
        for (const double range : {1.0, 0.3, 1e-3}) {
            const auto positions =
                slice_positions({.directions = 1, .range = range, .points = points});
            ASSERT_EQ(positions.size(), static_cast<std::size_t>(points));
            EXPECT_EQ(positions[positions.size() / 2], 0);
            EXPECT_FALSE(std::signbit(positions[positions.size() / 2]));
            if (points > 1) {
                EXPECT_EQ(positions.back(), range);
            }
            for (std::size_t i = 0; i < positions.size(); ++i) {
                EXPECT_EQ(positions[i], -positions[positions.size() - 1 - i]);
            }
        }
    }
}

struct SmallCase {
    at::Tensor x = normal(n, 7);
    ExampleSurface surface = surface_of(quadratic(x, normal(n, 8), normal(n, 9), 1.0));
    SliceSettings settings{.directions = 2, .range = 1, .points = 5};
    std::unique_ptr<Measure> make() {
        return make_measure(slices(), settings, 4,
                            {.weights = x, .surface = &surface, .filters = &layout});
    }
};

TEST(Slices, GoOnFromEveryState) {
    SmallCase small;
    expect_resumable([&] { return small.make(); });
}

TEST(Slices, AreUnharmedByAStopInAnyEvaluation) {
    SmallCase small;
    expect_unharmed_by_stops([&] { return small.make(); }, small.surface.log);
}

TEST(Slices, EndWithLossesThatAreNotNumbers) {
    SmallCase small;
    expect_end_with_not_a_number([&] { return small.make(); }, small.surface.log,
                                 [](const MeasuredValues& found) {
                                     EXPECT_EQ(found.at("slice_loss").size(), 10U);
                                     EXPECT_TRUE(std::isnan(found.at("slice_loss").back()));
                                 });
}

TEST(Slices, RefuseTheStateOfOtherSettings) {
    SmallCase small;
    const auto measure = small.make();
    small.settings.range = 2;
    EXPECT_THROW(small.make()->restore(measure->state()), Error);
}

}  // namespace
}  // namespace batchscope::tests_of_slices
