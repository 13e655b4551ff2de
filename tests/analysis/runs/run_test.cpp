#include "analysis/runs/run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/analysis/example_study.hpp"

namespace batchscope::tests_of_run {
namespace {

TEST(MakeRun, TakesTheFinalRowAndTheSpeedOfAllTraining) {
    RunRecord record = study_run(64, 1);
    record.epochs.training_seconds = {unknown, 1.0, 3.0};
    const FinalMetrics metrics = make_run("a.h5", record).metrics;
    EXPECT_EQ(metrics.epoch, 2);
    EXPECT_EQ(metrics.train_loss, 0.31);
    EXPECT_EQ(metrics.test_accuracy, 0.8);
    EXPECT_EQ(metrics.training_seconds, 4);
    EXPECT_EQ(metrics.examples_per_second, 160);
    EXPECT_EQ(metrics.seconds_per_step, 0.4);
}

TEST(MakeRun, AnUnknownTimeLeavesTheSpeedUnknown) {
    RunRecord record = study_run(64, 1);
    record.epochs.training_seconds = {0.0, unknown, 3.0};
    const FinalMetrics metrics = make_run("a.h5", record).metrics;
    EXPECT_TRUE(std::isnan(metrics.examples_per_second));
    EXPECT_TRUE(std::isnan(metrics.seconds_per_step));
}

TEST(MakeRun, ARunWithoutRowsHasNoMetrics) {
    RunRecord record = study_run(64, 1);
    record.epochs = {};
    const AnalyzedRun run = make_run("a.h5", record);
    EXPECT_TRUE(std::isnan(run.metrics.train_loss));
    EXPECT_TRUE(std::isnan(run.metrics.examples_per_second));
}

TEST(Compare, OrdersNumbersBySizeBeforeTexts) {
    const std::vector<AttributeValue> ordered{
        std::int64_t{-3}, 0.5, std::int64_t{9}, 10.0, std::string("10"), std::string("9")};
    for (std::size_t i = 0; i < ordered.size(); ++i) {
        for (std::size_t j = 0; j < ordered.size(); ++j) {
            EXPECT_EQ(compare(ordered[i], ordered[j]) < 0, i < j);
            EXPECT_EQ(compare(ordered[i], ordered[j]) == 0, i == j);
        }
    }
    EXPECT_TRUE(compare(AttributeValue{std::int64_t{1}}, AttributeValue{1.0}) == 0);
}

}  // namespace
}  // namespace batchscope::tests_of_run
