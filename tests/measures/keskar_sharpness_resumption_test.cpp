#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "example_functions.hpp"
#include "measures/keskar_sharpness.hpp"
#include "measures/random_vectors.hpp"
#include "replayed_ranks.hpp"
#include "resumption_checks.hpp"

/// How the search of metric 2.1 goes on after stops, on other ranks, and where the loss is not
/// finite; what it finds: keskar_sharpness_test.cpp.
namespace batchscope {
namespace {

const at::TensorOptions doubles = at::TensorOptions().dtype(at::kDouble);

/// A function with convex and concave directions.
struct SmallCase {
    static constexpr std::int64_t n = 12;
    at::Tensor x = RandomVectors(24, RandomVectorUse::subset, n, doubles).normal(0, 1)[0];
    ExampleObjective objective{n, [this](const at::Tensor& w) -> Objective::ValueAndGradient {
                                   const at::Tensor phase = 700 * (w - x) + at::arange(n, doubles);
                                   return {(1.5 + at::sin(phase)).mean().item<double>(),
                                           700 * at::cos(phase) / static_cast<double>(n)};
                               }};
    SerialCommunicator communicator;
    KeskarSettings settings;

    SmallCase() {
        settings.subspace = 3;
        settings.starts = 2;
        settings.iterations = 3;
    }
    std::unique_ptr<Measure> make() {
        return std::make_unique<KeskarSharpness>(settings, 4, objective, x, communicator);
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
        return std::make_unique<KeskarSharpness>(small.settings, 4, objective, small.x,
                                                 communicator);
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

}  // namespace
}  // namespace batchscope
