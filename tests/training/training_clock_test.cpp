#include "training/training_clock.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace batchscope::tests_of_training_clock {
namespace {

void wait() {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
}

TEST(TrainingClock, CountsTrainingAlone) {
    double communication = 100;  // of earlier runs
    TrainingClock clock([&] { return communication; });
    wait();
    EXPECT_EQ(clock.training(), 0);
    clock.train(wait);
    const double first = clock.training();
    EXPECT_GE(first, 0.002);
    wait();
    clock.leave_out(wait);
    EXPECT_EQ(clock.training(), first);
    clock.train(wait);
    EXPECT_GT(clock.training(), first);
}

TEST(TrainingClock, FetchesEverySecondOnce) {
    double communication = 100;  // of earlier runs
    TrainingClock clock([&] { return communication; });
    clock.train(wait);
    EXPECT_EQ(clock.fetched(), 0);
    EXPECT_EQ(clock.fetch(), clock.training());
    EXPECT_EQ(clock.fetched(), clock.training());
    EXPECT_EQ(clock.fetch(), 0);
}

TEST(TrainingClock, ARowHoldsWhatCameSinceTheRowBefore) {
    double communication = 100;  // of earlier runs
    TrainingClock clock([&] { return communication; });
    EpochColumns rows;
    clock.add_to_row(rows);
    communication += 3;
    clock.leave_out([&] { communication += 50; });
    clock.train(wait);
    const double seconds = clock.fetch();
    clock.add_to_row(rows);
    communication += 1;
    clock.add_to_row(rows);
    EXPECT_EQ(rows.training_seconds, (std::vector<double>{0, seconds, 0}));
    EXPECT_EQ(rows.communication_seconds, (std::vector<double>{0, 3, 1}));
}

TEST(TrainingClock, GoesOnWhereItWasSaved) {
    double communication = 100;  // of earlier runs
    TrainingClock clock([&] { return communication; });
    StepColumns steps;
    steps.seconds = {1, 2, 4};
    EpochColumns rows;
    rows.training_seconds = {0, 3};
    clock.resume(steps, rows, 2.5);
    EXPECT_EQ(clock.training(), 7);
    EXPECT_EQ(clock.agreed(), 7);
    EXPECT_EQ(clock.communication_since_row(), 2.5);
    clock.add_to_row(rows);
    EXPECT_EQ(rows.training_seconds.back(), 4);
    EXPECT_EQ(rows.communication_seconds.back(), 2.5);
}

}  // namespace
}  // namespace batchscope::tests_of_training_clock
