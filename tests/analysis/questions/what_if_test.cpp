#include "analysis/questions/what_if.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "tests/analysis/questions/timed_runs.hpp"

namespace batchscope::tests_of_what_if {
namespace {

WhatIf ask(MadeUpStudy& study, std::int64_t current) {
    return what_if(recipes_of(study.summary()).at(0), current, Margins{});
}

MadeUpStudy plain_study() {
    MadeUpStudy study;
    add_timed_runs(study, 16, 0.300, 40);
    add_timed_runs(study, 64, 0.303, 20);
    add_timed_runs(study, 256, 0.305, 10);
    add_timed_runs(study, 1024, 0.400, 5);
    return study;
}

TEST(WhatIf, ChangesForSpeedWhereTheLossIsNotWorse) {
    MadeUpStudy study = plain_study();
    const WhatIf answer = ask(study, 64);
    EXPECT_EQ(answer.answer, WhatIfAnswer::change);
    EXPECT_EQ(answer.reason, WhatIfReason::faster);
    ASSERT_TRUE(answer.for_speed.has_value());
    EXPECT_EQ(answer.others[*answer.for_speed].batch_size, 256);
    EXPECT_FALSE(answer.for_loss.has_value());
    EXPECT_EQ(answer.not_in_grid, (std::vector<std::int64_t>{32, 128}));
}

TEST(WhatIf, GivesEveryChangePairedBySeed) {
    MadeUpStudy study = plain_study();
    const WhatIf answer = ask(study, 64);
    ASSERT_EQ(answer.others.size(), 3U);
    const BatchSizeChange& smaller = answer.others[0];
    EXPECT_EQ(smaller.factor, 0.25);
    EXPECT_EQ(smaller.validation_loss.n, 5);
    EXPECT_NEAR(smaller.validation_loss.mean, -0.003, 0.003);
    EXPECT_NEAR(smaller.log_seconds.mean, std::log(2.0), 0.05);
    EXPECT_NEAR(smaller.log_seconds_per_step.mean, std::log(2.0), 0.05) << "as many steps";
    EXPECT_EQ(smaller.log_peak_memory.mean, 0) << "all use as much";
    EXPECT_EQ(smaller.to_targets.size(), answer.targets.size());
    EXPECT_FALSE(smaller.is_for_speed);
}

TEST(WhatIf, KeepsTheCurrentOneWhereAllOthersAreWorseOrSlower) {
    MadeUpStudy study = plain_study();
    const WhatIf answer = ask(study, 256);
    EXPECT_EQ(answer.answer, WhatIfAnswer::keep);
    EXPECT_EQ(answer.reason, WhatIfReason::none_is_better_or_faster);
}

TEST(WhatIf, KeepsItWhereNothingIsShown) {
    MadeUpStudy study;
    add_timed_runs(study, 16, 0.300, 40);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        AnalyzedRun& run = study.add(64, seed);
        run.history.validation_loss.back() = seed % 2 == 0 ? 0.25 : 0.35;
        run.history.seconds.back() = 20 + 0.1 * static_cast<double>(seed);
    }
    const WhatIf answer = ask(study, 16);
    EXPECT_EQ(answer.answer, WhatIfAnswer::keep);
    EXPECT_EQ(answer.reason, WhatIfReason::nothing_shown);
}

TEST(WhatIf, ChangesForLossAndTellsBoth) {
    MadeUpStudy study = plain_study();
    EXPECT_EQ(ask(study, 1024).reason, WhatIfReason::better);
    MadeUpStudy both;
    add_timed_runs(both, 16, 0.20, 80);
    add_timed_runs(both, 64, 0.30, 20);
    add_timed_runs(both, 256, 0.30, 10);
    const WhatIf answer = ask(both, 64);
    EXPECT_EQ(answer.reason, WhatIfReason::better_or_faster);
    EXPECT_EQ(answer.others[*answer.for_loss].batch_size, 16);
    EXPECT_EQ(answer.others[*answer.for_speed].batch_size, 256);
}

TEST(WhatIf, NeverChangesToABatchSizeThatLosesRuns) {
    MadeUpStudy study = plain_study();
    study.add(256, 6).status = RunStatus::diverged;
    const WhatIf answer = ask(study, 64);
    EXPECT_TRUE(answer.others[1].loses_runs);
    EXPECT_EQ(answer.answer, WhatIfAnswer::keep);
    EXPECT_EQ(answer.reason, WhatIfReason::nothing_shown) << "one loss of six shows nothing";
}

TEST(WhatIf, SecondsOfDifferentMachinesAreNotCompared) {
    MadeUpStudy study = plain_study();
    study.add(16, 6).ranks = 4;
    const WhatIf answer = ask(study, 64);
    EXPECT_TRUE(answer.different_machines);
    EXPECT_EQ(answer.others[1].log_seconds.n, 0);
    EXPECT_EQ(answer.others[1].log_peak_memory.n, 0);
    EXPECT_GT(answer.others[1].validation_loss.n, 0);
    EXPECT_EQ(answer.answer, WhatIfAnswer::keep);
    for (const TimeRatio& ratio : answer.others[1].to_targets) {
        EXPECT_EQ(ratio.log_ratio[ClockIndex::seconds].n, 0);
    }
}

TEST(WhatIf, SaysWhyItIsNotTested) {
    MadeUpStudy one_seed;
    add_timed_runs(one_seed, 16, 0.3, 40, 1);
    add_timed_runs(one_seed, 64, 0.3, 20, 1);
    EXPECT_EQ(ask(one_seed, 16).answer, WhatIfAnswer::not_tested);
    EXPECT_EQ(ask(one_seed, 16).reason, WhatIfReason::too_few_seeds);
    MadeUpStudy alone;
    add_timed_runs(alone, 16, 0.3, 40);
    EXPECT_EQ(ask(alone, 16).reason, WhatIfReason::no_other_batch_size);
    alone.add(64, 1).status = RunStatus::diverged;
    EXPECT_EQ(ask(alone, 64).reason, WhatIfReason::no_runs_in_use);
    EXPECT_EQ(ask(alone, 128).reason, WhatIfReason::no_runs_in_use);
}

TEST(WhatIf, UnknownMemoryIsNotZero) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        study.add(16, seed).history.peak_memory_bytes = {0, 0};
        study.add(64, seed);
    }
    EXPECT_EQ(ask(study, 16).others[0].log_peak_memory.n, 0);
}

TEST(WhatIf, SeldomChangesWithoutReason) {
    // The truth: two batch sizes are faster and worse by exactly the margin, two are as good and as
    // fast as the one in use.
    const RandomStream noise(11, RandomPurpose::probe);
    std::uint64_t draw = 0;
    constexpr int repetitions = 300;
    int wrong = 0;
    for (int repetition = 0; repetition < repetitions; ++repetition) {
        MadeUpStudy study;
        for (const std::int64_t batch_size : {16, 32, 64, 128, 256}) {
            const bool is_faster = batch_size > 64;
            for (std::uint64_t seed = 1; seed <= 4; ++seed) {
                AnalyzedRun& run = study.add(batch_size, seed);
                run.history.validation_loss.back() =
                    0.3 + (is_faster ? Margins{}.loss : 0) + 0.005 * noise.normal(draw++);
                run.history.seconds.back() =
                    (is_faster ? 10 : 40) * (1 + 0.05 * noise.normal(draw++));
            }
        }
        wrong += ask(study, 16).answer == WhatIfAnswer::change ? 1 : 0;
    }
    // Two families, each at 5 %, and three standard errors.
    EXPECT_LE(wrong, repetitions * (0.10 + 3 * std::sqrt(0.10 * 0.90 / repetitions)));
}

TEST(CheckIsInGrid, NamesTheNearestBatchSizes) {
    MadeUpStudy study = plain_study();
    const auto recipes = recipes_of(study.summary());
    EXPECT_NO_THROW(check_is_in_grid(64, recipes));
    try {
        check_is_in_grid(100, recipes);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::configuration);
        EXPECT_NE(error.remedy().find("64, 256"), std::string::npos) << error.remedy();
    }
    EXPECT_THROW(check_is_in_grid(1, recipes), Error);
    EXPECT_THROW(check_is_in_grid(100000, recipes), Error);
    EXPECT_THROW(check_is_in_grid(64, {}), Error);
}

}  // namespace
}  // namespace batchscope::tests_of_what_if
