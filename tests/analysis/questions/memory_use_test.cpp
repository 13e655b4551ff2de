#include "analysis/questions/memory_use.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/analysis/questions/made_up_study.hpp"

namespace batchscope::tests_of_memory_use {
namespace {

/// A run on two ranks that used 1 GB and 2 MB for each example of its local batch.
AnalyzedRun& add_run(MadeUpStudy& study, std::int64_t batch_size, std::uint64_t seed,
                     const std::string& micro_batch = "auto") {
    AnalyzedRun& run = study.add(batch_size, seed);
    run.settings = std::make_shared<const std::map<std::string, std::string>>(
        std::map<std::string, std::string>{{"training.micro_batch_size", micro_batch}});
    run.history.peak_memory_bytes.back() = 1e9 + 2e6 * static_cast<double>(batch_size) / 2;
    return run;
}

MemoryUse only_machine(MadeUpStudy& study) {
    return memory_use(recipes_of(study.summary()).at(0), 0.95).at(0);
}

TEST(MemoryUse, IsALineOverTheExamplesThatARankHolds) {
    MadeUpStudy study;
    for (const std::int64_t batch_size : {16, 64, 256, 1024}) {
        add_run(study, batch_size, 1);
        add_run(study, batch_size, 2);
    }
    const MemoryUse use = only_machine(study);
    ASSERT_EQ(use.status, MemoryFitStatus::fitted);
    EXPECT_EQ(use.machine.ranks, 2);
    EXPECT_NEAR(use.fixed_bytes, 1e9, 1);
    EXPECT_NEAR(use.bytes_per_example, 2e6, 1e-3);
    EXPECT_EQ(use.batch_sizes[3].examples_held, 512);
    EXPECT_EQ(use.next_batch_size, 2048);
    EXPECT_NEAR(use.next_bytes, 1e9 + 2e6 * 1024, 10);
    EXPECT_LT(use.next_half_width, 100);
    EXPECT_TRUE(use.may_be_split) << "an automatic micro-batch may split a local batch";
}

TEST(MemoryUse, PredictsWiderTheLessStraightTheLineIs) {
    MadeUpStudy study;
    for (const std::int64_t batch_size : {16, 64, 256, 1024}) {
        add_run(study, batch_size, 1).history.peak_memory_bytes.back() +=
            batch_size == 64 ? 1e8 : 0;
    }
    const MemoryUse use = only_machine(study);
    EXPECT_GT(use.next_half_width, 1e8);
    EXPECT_GT(use.bytes_per_example_half_width, 0);
}

TEST(MemoryUse, AMicroBatchLimitsWhatARankHolds) {
    MadeUpStudy study;
    for (const std::int64_t batch_size : {16, 64, 256, 1024}) {
        add_run(study, batch_size, 1, "128");
    }
    const MemoryUse use = only_machine(study);
    EXPECT_EQ(use.batch_sizes[3].examples_held, 128);
    EXPECT_EQ(use.batch_sizes[2].examples_held, 128);
    EXPECT_TRUE(use.may_be_split);
    EXPECT_EQ(use.status, MemoryFitStatus::fitted) << "8, 32, 128";
    EXPECT_EQ(use.batch_sizes[1].bytes.n, 1);
}

TEST(MemoryUse, SaysWhyThereIsNoLine) {
    MadeUpStudy two;
    add_run(two, 16, 1);
    add_run(two, 64, 1);
    EXPECT_EQ(only_machine(two).status, MemoryFitStatus::too_few_batch_sizes);
    EXPECT_TRUE(std::isnan(only_machine(two).next_bytes));

    MadeUpStudy not_told;
    for (const std::int64_t batch_size : {16, 64, 256}) {
        add_run(not_told, batch_size, 1).history.peak_memory_bytes = {0, 0};
    }
    EXPECT_EQ(only_machine(not_told).status, MemoryFitStatus::too_few_batch_sizes);
    EXPECT_TRUE(std::isnan(only_machine(not_told).batch_sizes[0].bytes.mean)) << "0 is not known";

    MadeUpStudy no_ranks;
    for (const std::int64_t batch_size : {16, 64, 256}) {
        add_run(no_ranks, batch_size, 1).ranks = 0;
    }
    EXPECT_EQ(only_machine(no_ranks).status, MemoryFitStatus::unknown_ranks);
}

TEST(MemoryUse, KeepsMachinesApart) {
    MadeUpStudy study;
    for (const std::int64_t batch_size : {16, 64, 256}) {
        add_run(study, batch_size, 1);
        add_run(study, batch_size, 2).devices = "Tesla V100";
    }
    EXPECT_EQ(memory_use(recipes_of(study.summary()).at(0), 0.95).size(), 2U);
    EXPECT_TRUE(memory_use(Recipe{}, 0.95).empty());
}

TEST(BatchSizesThatFit, NamesTheLargestAndWhatDidNotFit) {
    MadeUpStudy study;
    study.add(1024, 1);
    study.add(16, 1);
    study.add(2048, 1).collapsed = true;
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
        AnalyzedRun& failed = study.add(8192, seed);
        failed.status = RunStatus::failed;
        failed.reason = "CUDA out of memory";
    }
    AnalyzedRun& other = study.add(4096, 1);
    other.status = RunStatus::failed;
    other.reason = "cannot write";
    const auto fits = batch_sizes_that_fit(study.summary());
    ASSERT_EQ(fits.size(), 1U);
    EXPECT_EQ(fits[0].largest_completed, 2048) << "a collapsed run fits, too";
    ASSERT_EQ(fits[0].did_not_fit.size(), 1U);
    EXPECT_EQ(fits[0].did_not_fit[0].batch_size, 8192);
    EXPECT_EQ(fits[0].did_not_fit[0].seeds, (std::vector<std::uint64_t>{1, 2}));
}

}  // namespace
}  // namespace batchscope::tests_of_memory_use
