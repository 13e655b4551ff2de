#include "analysis/runs/batch_gradients.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/example_study.hpp"

namespace batchscope::tests_of_batch_gradients {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

RunRecord measured_run() {
    RunRecord run = study_run(64, 3);
    run.sharpness.dimensions = {{"gradient_batch_size", "examples of a batch"}};
    run.sharpness.columns = {
        {.name = "examples"},
        {.name = "gradient_batches"},
        {.name = "batch_gradient_variance", .dimensions = {"gradient_batch_size"}}};
    run.sharpness.scales = {{"gradient_batch_size", {16, 1024}}};
    const auto row = [](double epoch, std::int64_t step, std::vector<double> variances) {
        return SharpnessRow{epoch,
                            step,
                            {{"examples", {500}},
                             {"gradient_batches", {40}},
                             {"batch_gradient_variance", std::move(variances)}}};
    };
    run.sharpness.rows = {row(0, 0, {4.0, nan}), row(2, 10, {0.25, 0.125})};
    return run;
}

TEST(BatchGradientVariances, AreTheFiniteOnesOfAFile) {
    const TemporaryFolder folder;
    const auto found =
        batch_gradient_variances(read_result(write_run(folder.path(), measured_run())));
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].epoch, 0);
    EXPECT_EQ(found[0].steps, 0);
    EXPECT_EQ(found[0].batch_size, 16);
    EXPECT_EQ(found[0].batches, 40);
    EXPECT_EQ(found[0].examples, 500);
    EXPECT_EQ(found[0].variance, 4.0);
    EXPECT_EQ(found[2].epoch, 2);
    EXPECT_EQ(found[2].steps, 10);
    EXPECT_EQ(found[2].batch_size, 1024);
    EXPECT_EQ(found[2].variance, 0.125);
}

TEST(BatchGradientVariances, AreNoneOfAFileOfAnEarlierVersion) {
    const TemporaryFolder folder;
    const auto file = write_run(folder.path(), study_run(64, 3));
    EXPECT_TRUE(batch_gradient_variances(read_result(file)).empty());
}

TEST(BatchGradientVariances, TakeNoCountThatIsNone) {
    RunRecord run = measured_run();
    run.sharpness.rows[0].values["examples"] = {nan};
    run.sharpness.rows[0].values.erase("gradient_batches");
    run.sharpness.rows[1].values["examples"] = {-1e300};
    run.sharpness.rows[1].values["gradient_batches"] = {1e300};
    const auto found = batch_gradient_variances(run);
    ASSERT_EQ(found.size(), 3U);
    for (const BatchGradientVariance& variance : found) {
        EXPECT_EQ(variance.examples, 0);
        EXPECT_EQ(variance.batches, 0);
    }
}

}  // namespace
}  // namespace batchscope::tests_of_batch_gradients
