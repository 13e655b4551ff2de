#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "example_functions.hpp"
#include "measure_parts.hpp"
#include "measures/keskar_sharpness.hpp"
#include "replayed_ranks.hpp"
#include "resumption_checks.hpp"

/// How the search of metric 2.1 goes on after stops, on other ranks, and where the loss is not
/// finite; what it finds: keskar_sharpness_test.cpp.
namespace batchscope::tests_of_keskar_sharpness_resumption {
namespace {

/// A function with convex and concave directions.
struct SmallCase {
    static constexpr std::int64_t n = 12;
    at::Tensor x = normal(n, 24);
    ExampleObjective objective{n, [this](const at::Tensor& w) -> Objective::ValueAndGradient {
                                   const at::Tensor phase = 700 * (w - x) + at::arange(n, doubles);
                                   return {(1.5 + at::sin(phase)).mean().item<double>(),
                                           700 * at::cos(phase) / static_cast<double>(n)};
                               }};
    KeskarSettings settings;

    SmallCase() {
        settings.subspace = 3;
        settings.starts = 2;
        settings.iterations = 3;
    }
    std::unique_ptr<Measure> make() {
        return make_measure(keskar_sharpness(), settings, 4, {.weights = x, .loss = &objective});
    }
};

TEST(Keskar, GoesOnFromEveryState) {
    SmallCase small;
    expect_resumable([&] { return small.make(); });
}

TEST(Keskar, IsUnharmedByAStopInAnyEvaluation) {
    SmallCase small;
    expect_unharmed_by_stops([&] { return small.make(); }, small.objective.log);
}

TEST(Keskar, IsUnknownWhereTheLossIsNot) {
    SmallCase small;
    expect_end_with_not_a_number(
        [&] { return small.make(); }, small.objective.log,
        [](const MeasuredValues& found) {
            // The last box sees it at the latest.
            EXPECT_TRUE(std::isnan(found.at("keskar_subspace")[1]));
            EXPECT_TRUE(std::isnan(found.at("keskar_subspace_at_start")[1]));
            EXPECT_TRUE(std::isnan(found.at("keskar_subspace_by_iteration")[7]));
            EXPECT_TRUE(std::isnan(found.at("keskar_subspace_spread")[1]));
        });
    small.objective.log.not_a_number_after = 0;
    const auto measure = small.make();
    for (const auto& [name, values] : finish(*measure)) {
        for (const double value : values) {
            EXPECT_TRUE(std::isnan(value) || name.ends_with("evaluations")) << name;
        }
    }
    EXPECT_EQ(small.objective.log.points.size(), 1U);
}

TEST(Keskar, KeepsRanksInStepThatRoundUnlike) {
    SmallCase small;
    expect_ranks_in_step(small.objective, [&](Objective& objective, Communicator& communicator) {
        return make_measure(
            keskar_sharpness(), small.settings, 4,
            {.weights = small.x, .loss = &objective, .communicator = &communicator});
    });
}

TEST(Keskar, RefusesTheStateOfOtherSettings) {
    SmallCase small;
    const auto measure = small.make();
    measure->advance();
    small.settings.epsilon[1] = 1e-4;
    EXPECT_THROW(small.make()->restore(measure->state()), Error);
    small.settings.epsilon = {1e-3};
    EXPECT_THROW(small.make()->restore(measure->state()), Error);
    EXPECT_THROW(small.make()->restore({}), Error);
}

// Checkpoints of earlier programs hold these numbers in this order.
TEST(Keskar, IsSavedAsItAlwaysWas) {
    const at::Tensor x = at::zeros({2}, doubles);
    ExampleObjective objective(
        2, quadratic(x, at::tensor({1.0, 2.0}, doubles), at::zeros({2}, doubles), 1.0));
    KeskarSettings settings;
    settings.epsilon = {0.5, 0.25};
    settings.subspace = 0;
    settings.starts = 1;
    settings.iterations = 1;
    const auto measure =
        make_measure(keskar_sharpness(), settings, 4, {.weights = x, .loss = &objective});
    for (int i = 0; i < 3; ++i) {
        measure->advance();
    }
    EXPECT_EQ(numbers_in(measure->state(), "settings"),
              (std::vector<double>{0, 4, 0, 1, 1, 0.5, 0.25}));
    // The loss at the weights is known, and 1; first box, the check, before its start.
    EXPECT_EQ(numbers_in(measure->state(), "progress"), (std::vector<double>{1, 1, 0, 1, 0, 0}));
    // Of each box: first-order rise, the check, evaluations, finite, best at start and iteration 1.
    EXPECT_EQ(numbers_in(measure->state(), "found"),
              (std::vector<double>{1.5, 0, 1, 1, 1, 2.5, 0, 0, 0, 1, 0, 0}));
    measure->advance();
    measure->advance();
    EXPECT_EQ(numbers_in(measure->state(), "progress"), (std::vector<double>{1, 1, 1, 0, 0, 1}));
    EXPECT_EQ(numbers_in(measure->state(), "found"),
              (std::vector<double>{1.5, 2.5, 2, 1, 1, 2.5, 0.75, 0, 0, 1, 1, 1}));
}

}  // namespace
}  // namespace batchscope::tests_of_keskar_sharpness_resumption
