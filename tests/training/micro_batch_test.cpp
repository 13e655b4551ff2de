#include "training/micro_batch.hpp"

#include <gtest/gtest.h>

namespace batchscope::tests_of_micro_batch {
namespace {

RunSettings with_batch_norm(BatchNormSettings batch_norm) {
    RunSettings run;
    run.model.values["batch_norm"] = true;
    run.batch_norm = batch_norm;
    return run;
}

TEST(MicroBatch, IsTheSetting) {
    RunSettings run = with_batch_norm({BatchNormStatistics::global, {}});
    run.training.micro_batch_size = 100;
    EXPECT_EQ(micro_batch_size(run, true), 100);
    EXPECT_EQ(micro_batch_size(run, false), 100);
}

TEST(MicroBatch, SuitsTheDeviceWhereItIsAutomatic) {
    EXPECT_LT(micro_batch_size({}, true), 2000);
    EXPECT_GT(micro_batch_size({}, false), micro_batch_size({}, true));
}

// With global statistics several micro-batches would be computed twice.
TEST(MicroBatch, IsTheWholeLocalBatchUnderGlobalBatchNorm) {
    EXPECT_GE(micro_batch_size(with_batch_norm({BatchNormStatistics::global, {}}), true), 1 << 30);
}

TEST(MicroBatch, HoldsWholeGhostGroups) {
    for (const std::int64_t size : {2, 3, 48, 511, 513, 5000}) {
        const RunSettings run = with_batch_norm({BatchNormStatistics::ghost, size});
        for (const bool on_cpu : {true, false}) {
            const std::int64_t micro_batch = micro_batch_size(run, on_cpu);
            EXPECT_EQ(micro_batch % size, 0) << size;
            EXPECT_GE(micro_batch, size);
        }
    }
}

TEST(LocalBatchesAreCoupled, ByBatchNormalisationOverTheWholeBatch) {
    RunSettings settings;
    EXPECT_FALSE(local_batches_are_coupled(settings));
    settings.model.values["batch_norm"] = true;
    EXPECT_TRUE(local_batches_are_coupled(settings));
    settings.batch_norm = {BatchNormStatistics::ghost, 4};
    EXPECT_FALSE(local_batches_are_coupled(settings));
}

}  // namespace
}  // namespace batchscope::tests_of_micro_batch
