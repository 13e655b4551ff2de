#include "analysis/statistics/first_crossing.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>
#include <vector>

#include "core/random.hpp"

namespace batchscope::tests_of_first_crossing {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

FirstCrossing crossing_of_loss(const std::vector<double>& clock, const std::vector<double>& losses,
                               double target) {
    return first_crossing(clock, losses, target, TargetSide::below);
}

TEST(FirstCrossing, OfALossLiesBetweenTwoEvaluations) {
    const FirstCrossing crossing = crossing_of_loss({0, 100, 200, 300}, {2.0, 1.0, 0.6, 0.5}, 0.7);
    EXPECT_EQ(crossing.kind, CrossingKind::between);
    EXPECT_EQ(crossing.after, 100);
    EXPECT_EQ(crossing.at_or_before, 200);
    EXPECT_NEAR(crossing.interpolated, 175, 1e-9);
    EXPECT_EQ(crossing.first_strictly_beyond, 200);
    EXPECT_EQ(crossing.skipped_rows, 0);
}

TEST(FirstCrossing, OfAnAccuracyIsTheMirrorImage) {
    const std::vector<double> clock{0, 100, 200, 300};
    const FirstCrossing crossing =
        first_crossing(clock, std::vector<double>{0.1, 0.6, 0.8, 0.9}, 0.75, TargetSide::above);
    EXPECT_EQ(crossing.kind, CrossingKind::between);
    EXPECT_EQ(crossing.after, 100);
    EXPECT_EQ(crossing.at_or_before, 200);
    EXPECT_NEAR(crossing.interpolated, 175, 1e-9);
}

TEST(FirstCrossing, ExactlyAtTheTargetIsReachedButNotStrictlyBeyond) {
    const FirstCrossing crossing = crossing_of_loss({0, 10, 20, 30}, {2, 0.5, 0.5, 0.4}, 0.5);
    EXPECT_EQ(crossing.at_or_before, 10);
    EXPECT_EQ(crossing.interpolated, 10);
    EXPECT_EQ(crossing.first_strictly_beyond, 30);
    const FirstCrossing never_beyond = crossing_of_loss({0, 10}, {2, 0.5}, 0.5);
    EXPECT_EQ(never_beyond.kind, CrossingKind::between);
    EXPECT_TRUE(std::isnan(never_beyond.first_strictly_beyond));
}

TEST(FirstCrossing, IsTheFirstOneEvenIfTheCurveLeavesTheTargetAgain) {
    const FirstCrossing crossing = crossing_of_loss({1, 2, 3, 4}, {2, 0.4, 3, 0.1}, 0.5);
    EXPECT_EQ(crossing.after, 1);
    EXPECT_EQ(crossing.at_or_before, 2);
}

TEST(FirstCrossing, NotReachedIsKnownUpToTheLastEvaluation) {
    const FirstCrossing crossing = crossing_of_loss({0, 100, 200}, {2, 1.5, 1.2}, 1);
    EXPECT_EQ(crossing.kind, CrossingKind::not_reached);
    EXPECT_EQ(crossing.after, 200);
    EXPECT_EQ(crossing.at_or_before, infinity);
    EXPECT_TRUE(std::isnan(crossing.interpolated));
    EXPECT_TRUE(std::isnan(crossing.first_strictly_beyond));
}

TEST(FirstCrossing, ADivergedTailDoesNotProlongWhatIsKnown) {
    const FirstCrossing crossing =
        crossing_of_loss({0, 100, 200, 300}, {2, 1.5, missing, infinity}, 1);
    EXPECT_EQ(crossing.kind, CrossingKind::not_reached);
    EXPECT_EQ(crossing.after, 100);
    EXPECT_EQ(crossing.skipped_rows, 2);
}

TEST(FirstCrossing, AtTheFirstRowItIsKnownFromAboveOnly) {
    const FirstCrossing crossing = crossing_of_loss({50, 100}, {0.4, 0.3}, 0.5);
    EXPECT_EQ(crossing.kind, CrossingKind::at_first_row);
    EXPECT_EQ(crossing.after, -infinity);
    EXPECT_EQ(crossing.at_or_before, 50);
    EXPECT_TRUE(std::isnan(crossing.interpolated));
    EXPECT_EQ(crossing.first_strictly_beyond, 50);
}

TEST(FirstCrossing, SkippedRowsWidenTheInterval) {
    const FirstCrossing crossing =
        crossing_of_loss({0, 100, 200, missing, 300}, {2, 1, missing, 0.1, 0.6}, 0.7);
    EXPECT_EQ(crossing.kind, CrossingKind::between);
    EXPECT_EQ(crossing.after, 100);
    EXPECT_EQ(crossing.at_or_before, 300);
    EXPECT_NEAR(crossing.interpolated, 250, 1e-9);
    EXPECT_EQ(crossing.skipped_rows, 2);
}

TEST(FirstCrossing, OfNothingIsNothing) {
    EXPECT_EQ(crossing_of_loss({}, {}, 1).kind, CrossingKind::no_rows);
    const FirstCrossing all_missing = crossing_of_loss({0, 1}, {missing, missing}, 1);
    EXPECT_EQ(all_missing.kind, CrossingKind::no_rows);
    EXPECT_EQ(all_missing.skipped_rows, 2);
    EXPECT_TRUE(std::isnan(all_missing.after));
    EXPECT_EQ(crossing_of_loss({0, 1}, {2, 1}, missing).kind, CrossingKind::not_reached);
}

TEST(FirstCrossing, TakesRowsWrittenTwiceButNoClockThatGoesBack) {
    EXPECT_EQ(crossing_of_loss({0, 10, 10, 20}, {2, 1, 1, 0.1}, 0.5).interpolated,
              crossing_of_loss({0, 10, 20}, {2, 1, 0.1}, 0.5).interpolated);
    const FirstCrossing unordered = crossing_of_loss({0, 20, 10}, {2, 0.1, 1}, 0.5);
    EXPECT_EQ(unordered.kind, CrossingKind::clock_goes_back);
    EXPECT_TRUE(std::isnan(unordered.at_or_before));
}

TEST(FirstCrossing, NeedsAClockForEveryValue) {
    EXPECT_THROW(static_cast<void>(crossing_of_loss({0, 1}, {2}, 1)), std::invalid_argument);
}

TEST(FirstCrossing, OfALongerRunIsThatOfItsPrefix) {
    const std::vector<double> clock{0, 1, 2, 3, 4, 5};
    const std::vector<double> losses{2, 1.1, 0.7, 0.9, 0.2, 0.1};
    const FirstCrossing whole = crossing_of_loss(clock, losses, 0.8);
    const FirstCrossing prefix = crossing_of_loss({0, 1, 2}, {2, 1.1, 0.7}, 0.8);
    EXPECT_EQ(whole.interpolated, prefix.interpolated);
    EXPECT_EQ(whole.after, prefix.after);
    EXPECT_EQ(whole.at_or_before, prefix.at_or_before);
}

TEST(FirstCrossing, HoldsTheTruthHoweverSeldomARunIsEvaluated) {
    // Loss 0.1 + 2 exp(-t / 500) comes to the target at t = 500 ln(2 / (target - 0.1)).
    const RandomStream random(31, RandomPurpose::probe);
    for (std::uint64_t repetition = 0; repetition < 20000; ++repetition) {
        const double period = 5 + 300 * random.uniform(2 * repetition);
        const double target = 0.2 + 1.5 * random.uniform(2 * repetition + 1);
        std::vector<double> clock;
        std::vector<double> losses;
        for (double t = 0; t < 2500; t += period) {
            clock.push_back(t);
            losses.push_back(0.1 + 2 * std::exp(-t / 500));
        }
        const double truth = 500 * std::log(2 / (target - 0.1));
        const FirstCrossing crossing = crossing_of_loss(clock, losses, target);
        ASSERT_EQ(crossing.kind, CrossingKind::between);
        ASSERT_LT(crossing.after, truth);
        ASSERT_GE(crossing.at_or_before, truth);
        // The curve is convex: the line is above it and comes to the target later.
        ASSERT_GE(crossing.interpolated, truth - 1e-9);
        ASSERT_LE(crossing.interpolated, crossing.at_or_before);
    }
}

}  // namespace
}  // namespace batchscope::tests_of_first_crossing
