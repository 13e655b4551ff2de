#include "training/stop_rules.hpp"

#include <gtest/gtest.h>

#include "core/not_finite.hpp"

namespace batchscope::tests_of_stop_rules {
namespace {

EpochColumns rows(std::vector<double> train_loss, std::vector<double> validation_loss) {
    EpochColumns rows;
    for (std::size_t row = 0; row < train_loss.size(); ++row) {
        rows.epoch.push_back(0.5 * static_cast<double>(row));
        rows.train_accuracy.push_back(0.2 * static_cast<double>(row));
    }
    rows.train_loss = std::move(train_loss);
    rows.validation_loss = std::move(validation_loss);
    return rows;
}

TEST(StopRules, NoneStopsNothing) {
    EXPECT_EQ(stop_rule_reached({}, rows({2, 0}, {2, 3})), "");
}

TEST(StopRules, TrainLossMustBeBelow) {
    const StopSettings stop{.train_loss_below = 0.5};
    EXPECT_EQ(stop_rule_reached(stop, rows({2, 0.5}, {2, 2})), "");
    EXPECT_EQ(stop_rule_reached(stop, rows({0.1, 0.6}, {2, 2})), "");  // the last row decides
    EXPECT_EQ(stop_rule_reached(stop, rows({2, 0.4}, {2, 2})), "stop rule: train loss below 0.5");
}

TEST(StopRules, TrainAccuracyMustBeAbove) {
    const StopSettings stop{.train_accuracy_above = 0.2};
    EXPECT_EQ(stop_rule_reached(stop, rows({2, 1}, {2, 2})), "");
    EXPECT_EQ(stop_rule_reached(stop, rows({2, 1, 1}, {2, 2, 2})),
              "stop rule: train accuracy above 0.2");
}

TEST(StopRules, PlateauIsCountedInEpochsFromTheLowestLoss) {
    const StopSettings stop{.plateau_epochs = 1};
    EXPECT_EQ(stop_rule_reached(stop, rows({2, 2, 2}, {3, 1, 2})), "");
    EXPECT_EQ(stop_rule_reached(stop, rows({2, 2, 2, 2}, {3, 1, 2, 2})),
              "stop rule: no lower validation loss for 1 epochs");
    EXPECT_EQ(stop_rule_reached(stop, rows({2, 2, 2, 2}, {3, 3, 2, 1})), "");
}

TEST(StopRules, UnknownLossesFulfilNone) {
    const StopSettings stop{0.5, 0.1, 1};
    EpochColumns unmeasured = rows({2, 2, 2}, {unknown, unknown, unknown});
    unmeasured.train_loss.back() = unmeasured.train_accuracy.back() = unknown;
    EXPECT_EQ(stop_rule_reached(stop, unmeasured), "");
}

TEST(Collapse, IsALossNearThatOfAConstantOrThreeTimesTheLowest) {
    EXPECT_FALSE(has_collapsed(rows({2, 0.89}, {}), 1.0));
    EXPECT_TRUE(has_collapsed(rows({2, 0.91}, {}), 1.0));
    EXPECT_FALSE(has_collapsed(rows({2, 0.2, 0.6}, {}), 1.0));
    EXPECT_TRUE(has_collapsed(rows({2, 0.2, 0.61}, {}), 1.0));
    EXPECT_FALSE(has_collapsed(rows({2, unknown, 0.6}, {}), 1.0));
}

}  // namespace
}  // namespace batchscope::tests_of_stop_rules
