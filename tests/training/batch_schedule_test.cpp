#include "training/batch_schedule.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "core/error.hpp"

namespace batchscope::tests_of_batch_schedule {
namespace {

TrainingSettings training(std::int64_t batch_size, BudgetSettings budget) {
    TrainingSettings settings;
    settings.batch_size = batch_size;
    settings.budget = budget;
    return settings;
}

BudgetSettings epochs(double value) {
    return {value, {}, {}, {}};
}
BudgetSettings steps(std::int64_t value) {
    return {{}, value, {}, {}};
}
BudgetSettings examples(std::int64_t value) {
    return {{}, {}, value, {}};
}
BudgetSettings seconds(double value) {
    return {{}, {}, {}, value};
}

/// The batches of a whole run.
std::vector<std::int64_t> walk(const BatchSchedule& schedule) {
    std::vector<std::int64_t> batches;
    Progress progress;
    while (const std::int64_t batch = schedule.next_batch(progress)) {
        batches.push_back(batch);
        progress = schedule.after(progress, batch);
        EXPECT_EQ(progress.step, static_cast<std::int64_t>(batches.size()));
        EXPECT_EQ(progress.examples,
                  progress.epoch * schedule.train_examples() + progress.position);
        EXPECT_LT(progress.position, schedule.train_examples());
    }
    EXPECT_EQ(progress.examples, schedule.total_examples());
    return batches;
}

using Batches = std::vector<std::int64_t>;

TEST(BatchSchedule, TheLastBatchOfAnEpochKeepsItsTrueSize) {
    const BatchSchedule schedule(training(4, epochs(2)), 22);
    EXPECT_EQ(walk(schedule), (Batches{4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2}));
    EXPECT_EQ(schedule.last_batch_of_epoch(), 2);
    EXPECT_EQ(schedule.total_examples(), 44);
    EXPECT_EQ(BatchSchedule(training(11, epochs(1)), 22).last_batch_of_epoch(), 11);
}

TEST(BatchSchedule, AnEpochMaybeOneBatch) {
    EXPECT_EQ(walk(BatchSchedule(training(22, epochs(3)), 22)), (Batches{22, 22, 22}));
    EXPECT_EQ(walk(BatchSchedule(training(1, epochs(1)), 3)), (Batches{1, 1, 1}));
}

TEST(BatchSchedule, ABudgetOfEpochsMayBeAFraction) {
    EXPECT_EQ(walk(BatchSchedule(training(4, epochs(1.5)), 20)), (Batches{4, 4, 4, 4, 4, 4, 4, 2}));
    EXPECT_EQ(walk(BatchSchedule(training(8, epochs(0.25)), 20)), (Batches{5}));
    // 0.1 x 30 is not a whole number in binary.
    EXPECT_EQ(BatchSchedule(training(8, epochs(0.1)), 30).total_examples(), 3);
}

TEST(BatchSchedule, ABudgetOfStepsCountsUpdates) {
    for (std::int64_t count = 1; count <= 20; ++count) {
        const auto batches = walk(BatchSchedule(training(4, steps(count)), 22));
        EXPECT_EQ(batches.size(), static_cast<std::size_t>(count));
        for (std::size_t i = 0; i < batches.size(); ++i) {
            EXPECT_EQ(batches[i], i % 6 == 5 ? 2 : 4);
        }
    }
}

TEST(BatchSchedule, ABudgetOfExamplesMeansTheSameForEveryBatchSize) {
    for (const std::int64_t batch_size : {1, 3, 4, 7, 22}) {
        std::int64_t sum = 0;
        for (const std::int64_t batch :
             walk(BatchSchedule(training(batch_size, examples(51)), 22))) {
            sum += batch;
        }
        EXPECT_EQ(sum, 51) << batch_size;
    }
}

TEST(BatchSchedule, ABudgetOfSecondsHasNoEndHere) {
    const BatchSchedule schedule(training(4, seconds(60)), 22);
    EXPECT_FALSE(schedule.total_examples());
    EXPECT_EQ(schedule.next_batch({1'000'000, 4'000'000, 181818, 4}), 4);
    EXPECT_EQ(schedule.next_batch({5, 20, 0, 20}), 2);
}

TEST(BatchSchedule, TenEpochsWithoutABudget) {
    EXPECT_EQ(BatchSchedule(training(4, {}), 22).total_examples(), 220);
}

TEST(BatchSchedule, CountsEpochsAsAFractionOfExamples) {
    const BatchSchedule schedule(training(4, epochs(2)), 22);
    EXPECT_EQ(schedule.epochs({}), 0.0);
    EXPECT_EQ(schedule.epochs({6, 22, 1, 0}), 1.0);
    EXPECT_DOUBLE_EQ(schedule.epochs({8, 30, 1, 8}), 30.0 / 22.0);
}

TEST(BatchSchedule, RefusesABatchLargerThanTheTrainingSplit) {
    EXPECT_NO_THROW(BatchSchedule(training(100, epochs(1)), 100));
    try {
        const BatchSchedule schedule(training(128, epochs(1)), 100);
        ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::configuration);
        EXPECT_NE(error.problem().find("128"), std::string::npos);
        EXPECT_NE(error.problem().find("100"), std::string::npos);
    }
}

// It would end before its first step, complete.
TEST(BatchSchedule, RefusesABudgetOfLessThanOneExample) {
    try {
        const BatchSchedule schedule(training(4, epochs(0.001)), 100);
        ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::configuration);
        EXPECT_NE(error.problem().find("training.budget.epochs is 0.001"), std::string::npos)
            << error.problem();
    }
    EXPECT_NO_THROW(BatchSchedule(training(4, epochs(0.01)), 100));
}

TEST(BatchSchedule, ListsTheSizesThatOccur) {
    const auto sizes = [](std::int64_t batch_size, BudgetSettings budget, std::int64_t size) {
        return BatchSchedule(training(batch_size, budget), size).batch_sizes();
    };
    EXPECT_EQ(sizes(4, epochs(2), 22), (Batches{2, 4}));
    EXPECT_EQ(sizes(4, epochs(1), 20), (Batches{4}));
    EXPECT_EQ(sizes(4, steps(3), 22), (Batches{4}));  // no epoch ends
    EXPECT_EQ(sizes(4, examples(25), 22), (Batches{2, 3, 4}));
    EXPECT_EQ(sizes(4, examples(3), 22), (Batches{3}));
    EXPECT_EQ(sizes(22, epochs(1), 22), (Batches{22}));
    EXPECT_EQ(sizes(4, seconds(60), 22), (Batches{2, 4}));
    for (std::int64_t batch_size = 1; batch_size <= 9; ++batch_size) {
        for (std::int64_t total = 1; total <= 30; ++total) {
            const BatchSchedule schedule(training(batch_size, examples(total)), 9);
            const auto batches = walk(schedule);
            const std::set<std::int64_t> expected(batches.begin(), batches.end());
            EXPECT_EQ(schedule.batch_sizes(), Batches(expected.begin(), expected.end()));
        }
    }
}

}  // namespace
}  // namespace batchscope::tests_of_batch_schedule
