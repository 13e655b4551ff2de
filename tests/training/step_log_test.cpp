#include "training/step_log.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace batchscope::tests_of_step_log {
namespace {

/// Notes a step of 4 examples with this sum of losses.
void add(StepLog& log, std::int64_t step, double loss_sum, double stop_votes = 0,
         at::ScalarType type = at::kDouble) {
    at::Tensor extra = at::empty({extra_cells}, type);
    extra[loss_sum_cell] = loss_sum;
    extra[stop_votes_cell] = stop_votes;
    extra[elapsed_cell] = 0.5 * static_cast<double>(step);
    extra[local_squares_cell] = 7.0 + static_cast<double>(step);
    log.add({step, 4 * step, 4, 2, 0.1 / static_cast<double>(step)}, extra,
            at::tensor({9.0, 0.25}, at::kDouble));
}

TEST(StepLog, TurnsSumsIntoMeansAndNorms) {
    StepLog log(3, 100, at::kCPU);
    EXPECT_TRUE(log.empty());
    add(log, 1, 8);
    add(log, 2, 6);
    EXPECT_FALSE(log.empty());
    EXPECT_FALSE(log.full());
    StepColumns columns;
    const auto fetched = log.fetch(columns, 3.0);
    EXPECT_FALSE(fetched.stop_requested);
    EXPECT_TRUE(fetched.finite);
    EXPECT_EQ(fetched.elapsed, 1.0);
    EXPECT_EQ(columns.step, (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(columns.examples, (std::vector<std::int64_t>{4, 8}));
    EXPECT_EQ(columns.batch_examples, (std::vector<std::int64_t>{4, 4}));
    EXPECT_EQ(columns.train_loss, (std::vector<double>{2, 1.5}));
    EXPECT_EQ(columns.learning_rate, (std::vector<double>{0.1, 0.05}));
    EXPECT_EQ(columns.gradient_norm, (std::vector<double>{3, 3}));
    EXPECT_EQ(columns.update_norm, (std::vector<double>{0.5, 0.5}));
    EXPECT_EQ(columns.seconds, (std::vector<double>{1.5, 1.5}));
    EXPECT_EQ(columns.share_gradient_square_sum, (std::vector<double>{8, 9}));
    EXPECT_EQ(columns.shares, (std::vector<std::int64_t>{2, 2}));
    // sum b_r |g_r|^2 = 8 and 9 over 2 shares, |g|^2 = 9, B = 4, N = 100.
    EXPECT_EQ(columns.gradient_covariance_trace, (std::vector<double>{-28, -27}));
    EXPECT_DOUBLE_EQ(columns.gradient_square.at(0), 9 + 28.0 / 4 - 28.0 / 100);
    EXPECT_TRUE(log.empty());
}

TEST(StepLog, IsFetchedAsOftenAsAskedWithinItsCapacity) {
    StepLog log(4, 100, at::kCPU);
    StepColumns columns;
    const auto steps_to_full = [&] {
        std::int64_t steps = 0;
        while (!log.full()) {
            add(log, ++steps, 1);
        }
        (void)log.fetch(columns, 1.0);
        return steps;
    };
    EXPECT_EQ(steps_to_full(), 4);
    for (const auto& [asked, got] : std::vector<std::pair<double, std::int64_t>>{
             {2.9, 2},
             {0.1, 1},
             {-3, 1},
             {1e300, 4},
             {std::numeric_limits<double>::infinity(), 4}}) {
        log.fetch_after(asked);
        EXPECT_EQ(steps_to_full(), got) << asked;
    }
}

TEST(StepLog, AppendsAndForgets) {
    StepLog log(2, 100, at::kCPU);
    StepColumns columns;
    for (std::int64_t step = 1; step <= 6; ++step) {
        add(log, step, static_cast<double>(step), 0, at::kFloat);
        EXPECT_EQ(log.full(), step % 2 == 0);
        if (log.full()) {
            (void)log.fetch(columns, 1.0);
        }
    }
    EXPECT_EQ(columns.step, (std::vector<std::int64_t>{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(columns.train_loss, (std::vector<double>{0.25, 0.5, 0.75, 1, 1.25, 1.5}));
}

// Steps after it were made on weights that are no longer numbers.
TEST(StepLog, ALossThatIsNotFiniteIsTheLastRow) {
    for (const double loss : std::vector<double>{std::nan(""), INFINITY, -INFINITY}) {
        StepLog log(4, 100, at::kCPU);
        StepColumns columns;
        add(log, 1, 8);
        add(log, 2, loss);
        add(log, 3, loss);
        add(log, 4, 8);
        const auto fetched = log.fetch(columns, 1.0);
        EXPECT_FALSE(fetched.finite);
        ASSERT_EQ(columns.step, (std::vector<std::int64_t>{1, 2}));
        EXPECT_FALSE(std::isfinite(columns.train_loss.back()));
        EXPECT_EQ(columns.shares.size(), 2U);
        EXPECT_EQ(columns.seconds.size(), 2U);
    }
}

TEST(StepLog, OneVoteAmongManyStepsStops) {
    for (std::int64_t voting = 1; voting <= 3; ++voting) {
        StepLog log(3, 100, at::kCPU);
        StepColumns columns;
        for (std::int64_t step = 1; step <= 3; ++step) {
            add(log, step, 1, step == voting ? 1 : 0);
        }
        const auto fetched = log.fetch(columns, 1.0);
        EXPECT_TRUE(fetched.stop_requested);
        EXPECT_EQ(columns.step.size(), 3U);
    }
}

// What is noted is a copy: the cells are used again by the next step.
TEST(StepLog, KeepsItsOwnCopy) {
    StepLog log(2, 100, at::kCPU);
    const at::Tensor extra = at::ones({extra_cells}, at::kDouble);
    const at::Tensor norms = at::ones({2}, at::kDouble);
    log.add({1, 1, 1, 1, 0.1}, extra, norms);
    extra.fill_(5);
    norms.fill_(5);
    StepColumns columns;
    (void)log.fetch(columns, 1.0);
    EXPECT_EQ(columns.train_loss, std::vector<double>{1});
    EXPECT_EQ(columns.update_norm, std::vector<double>{1});
}

}  // namespace
}  // namespace batchscope::tests_of_step_log
