#include "analysis/runs/run_transfer.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "tests/analysis/example_study.hpp"

namespace batchscope::tests_of_run_transfer {
namespace {

AnalyzedRun full_run() {
    RunRecord record = ended(study_run(64, 3, "linear"), RunStatus::stopped, "on request");
    record.axes["training.optimizer.momentum"] = 0.9;
    record.axes["training.warmup_epochs"] = std::int64_t{-1};
    record.alias_of = "other.h5";
    record.collapsed = true;
    record.sharpness.scales["gradient_batch_size"] = {16, 64};
    record.sharpness.rows.back().values["batch_gradient_variance"] = {0.5, 0.125};
    return make_run("folder/file.h5", record);
}

TEST(RunTransfer, GivesBackEveryField) {
    const AnalyzedRun run = full_run();
    const AnalyzedRun back = unpack(pack(run));
    EXPECT_EQ(back.file, run.file);
    EXPECT_EQ(back.study, run.study);
    EXPECT_EQ(back.batch_size, run.batch_size);
    EXPECT_EQ(back.seed, run.seed);
    EXPECT_EQ(back.axes, run.axes);
    EXPECT_EQ(back.status, run.status);
    EXPECT_EQ(back.reason, run.reason);
    EXPECT_EQ(back.collapsed, run.collapsed);
    EXPECT_EQ(back.alias_of, run.alias_of);
    EXPECT_EQ(back.learning_rate, run.learning_rate);
    EXPECT_EQ(back.learning_rate_scaling, run.learning_rate_scaling);
    EXPECT_EQ(back.configuration_hash, run.configuration_hash);
    EXPECT_EQ(back.data_hash, run.data_hash);
    EXPECT_EQ(back.configuration, run.configuration);
    EXPECT_EQ(back.metrics.train_loss, run.metrics.train_loss);
    EXPECT_EQ(back.metrics.seconds_per_step, run.metrics.seconds_per_step);
    EXPECT_EQ(back.sharpness.values["top_eigenvalue"].value, 9.5);
    EXPECT_TRUE(back.sharpness.values["top_eigenvalue"].counts);
    EXPECT_EQ(back.sharpness.epsilon, 1e-3);
    EXPECT_TRUE(back.sharpness.shares_coupled);
    ASSERT_EQ(back.sharpness_history.size(), 2U);
    EXPECT_EQ(back.sharpness_history[0].steps, 3);
    EXPECT_EQ(back.sharpness_history[0].loss, 1.25);
    EXPECT_EQ(back.sharpness_history[1].values["top_eigenvalue"].value, 9.5);
    ASSERT_EQ(back.batch_gradients.size(), 2U);
    EXPECT_EQ(back.batch_gradients[1].batch_size, 64);
    EXPECT_EQ(back.batch_gradients[1].variance, 0.125);
    EXPECT_EQ(back.history.epoch, (std::vector<double>{0, 1, 2}));
    EXPECT_EQ(back.history.train_loss, run.history.train_loss);
    EXPECT_EQ(back.history.peak_memory_bytes, run.history.peak_memory_bytes);
    EXPECT_EQ(back.validation_correct, (std::vector<bool>{true, false}));
    EXPECT_TRUE(back.test_correct.empty()) << "a true class of -1 is not known";
    EXPECT_EQ(back.ranks, 2);
    EXPECT_EQ(back.devices, "CPU");
}

TEST(RunTransfer, RefusesBytesThatAreCutShort) {
    const std::string bytes = pack(full_run());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_THROW((void)unpack(std::string_view(bytes).substr(0, size)), Error);
    }
}

}  // namespace
}  // namespace batchscope::tests_of_run_transfer
