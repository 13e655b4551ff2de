#include "analysis/questions/time_to_target.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/analysis/questions/falling_run.hpp"
#include "tests/analysis/questions/made_up_study.hpp"

namespace batchscope::tests_of_time_to_target {
namespace {

const Target loss_of_one{TargetMetric::validation_loss, 1.0, TargetOrigin::given};

Recipe only_recipe(MadeUpStudy& study) {
    return recipes_of(study.summary()).at(0);
}

/// Three seeds at 16, 64, 256 that need 400, 200, 100 steps, with noise by seed that all share.
MadeUpStudy halving_study() {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const double noise = 1 + 0.1 * static_cast<double>(seed);
        make_falling(study.add(16, seed), 400 * noise);
        make_falling(study.add(64, seed), 200 * noise);
        make_falling(study.add(256, seed), 100 * noise);
    }
    return study;
}

TEST(TimeToTarget, InterpolatesOnEveryClock) {
    MadeUpStudy study = halving_study();
    const TimeToTarget answer = time_to_target(only_recipe(study), loss_of_one, 0.95);
    ASSERT_EQ(answer.batch_sizes.size(), 3U);
    const TimesToTarget& smallest = answer.batch_sizes[0];
    EXPECT_EQ(smallest.tried, 3);
    EXPECT_EQ(smallest.reached, 3);
    const RunToTarget& run = smallest.runs[0];
    EXPECT_NEAR(run.time(ClockIndex::steps), 440, 1e-9);
    EXPECT_NEAR(run.time(ClockIndex::examples), 440 * 16, 1e-9);
    EXPECT_NEAR(run.time(ClockIndex::seconds), 4.4, 1e-9);
    EXPECT_NEAR(run.time(ClockIndex::epochs), 1.0, 1e-9);
    EXPECT_NEAR(smallest.typical[ClockIndex::steps].median, 480, 1e-9);
    EXPECT_NEAR(smallest.typical[ClockIndex::steps].geometric_mean,
                std::cbrt(440.0 * 480.0 * 520.0), 1e-6);
    EXPECT_NEAR(smallest.typical[ClockIndex::steps].widest_bracket, 52, 1e-9);
    EXPECT_LT(smallest.typical[ClockIndex::steps].low, 440);
    EXPECT_GT(smallest.typical[ClockIndex::steps].high, 520);
}

TEST(TimeToTarget, SpeedUpIsPairedBySeed) {
    MadeUpStudy study = halving_study();
    const TimeToTarget answer = time_to_target(only_recipe(study), loss_of_one, 0.95);
    EXPECT_EQ(answer.reference, 16);
    ASSERT_EQ(answer.against_reference.size(), 2U);
    const TimeRatio& largest = answer.against_reference[1];
    EXPECT_EQ(largest.batch_size, 256);
    EXPECT_EQ(largest.pairs, 3);
    EXPECT_NEAR(largest.log_ratio[ClockIndex::steps].mean, std::log(0.25), 1e-9);
    EXPECT_NEAR(largest.log_ratio[ClockIndex::steps].standard_deviation, 0, 1e-9)
        << "the noise of a seed cancels";
    EXPECT_NEAR(largest.log_ratio[ClockIndex::examples].mean, std::log(4.0), 1e-9);
}

TEST(TimeToTarget, NeverAveragesSurvivors) {
    MadeUpStudy study = halving_study();
    for (std::uint64_t seed = 4; seed <= 5; ++seed) {
        AnalyzedRun& slow = study.add(64, seed);
        make_falling(slow, 300);
        for (double& loss : slow.history.validation_loss) {
            loss = std::max(loss, 1.2);
        }
        make_falling(study.add(16, seed), 400);
    }
    const TimeToTarget answer = time_to_target(only_recipe(study), loss_of_one, 0.95);
    const TimesToTarget& middle = answer.batch_sizes[1];
    EXPECT_EQ(middle.tried, 5);
    EXPECT_EQ(middle.reached, 3);
    EXPECT_TRUE(middle.enough()) << "60 %";
    EXPECT_TRUE(std::isnan(middle.typical[ClockIndex::steps].geometric_mean));
    EXPECT_NEAR(middle.typical[ClockIndex::steps].median, 260, 1e-9) << "third of five";
    EXPECT_EQ(answer.against_reference[0].pairs, 3);
    EXPECT_EQ(answer.against_reference[0].seeds_without, 2);
}

TEST(TimeToTarget, ABatchSizeThatTooFewBringThereIsNoReference) {
    MadeUpStudy study = halving_study();
    for (std::uint64_t seed = 4; seed <= 6; ++seed) {
        study.add(16, seed).status = RunStatus::diverged;
    }
    const TimeToTarget answer = time_to_target(only_recipe(study), loss_of_one, 0.95);
    EXPECT_EQ(answer.batch_sizes[0].tried, 6) << "a diverged run never came there";
    EXPECT_EQ(answer.batch_sizes[0].reached, 3);
    EXPECT_EQ(answer.reference, 64);
    EXPECT_TRUE(std::isinf(answer.batch_sizes[0].typical[ClockIndex::steps].median));
}

TEST(TimeToTarget, RunsThatGoOnSayNothingAndLostOnesNeverCameThere) {
    MadeUpStudy study = halving_study();
    study.add(16, 4).status = RunStatus::failed;
    study.add(16, 5).status = RunStatus::running;
    study.add(16, 6).collapsed = true;
    EXPECT_EQ(time_to_target(only_recipe(study), loss_of_one, 0.95).batch_sizes[0].tried, 5);
}

TEST(TimeToTarget, OfATargetThatNoRunReachesHasNoReference) {
    MadeUpStudy study = halving_study();
    const Target never{TargetMetric::validation_accuracy, 0.999, TargetOrigin::given};
    const TimeToTarget answer = time_to_target(only_recipe(study), never, 0.95);
    EXPECT_EQ(answer.reference, 0);
    EXPECT_TRUE(answer.against_reference.empty());
    EXPECT_EQ(answer.batch_sizes[2].reached, 0);
    EXPECT_FALSE(answer.batch_sizes[2].enough());
}

TEST(TimeToTarget, ThereBeforeTrainingIsReachedAtAnUnknownTime) {
    MadeUpStudy study = halving_study();
    const Target easy{TargetMetric::validation_loss, 2.5, TargetOrigin::given};
    const TimeToTarget answer = time_to_target(only_recipe(study), easy, 0.95);
    EXPECT_EQ(answer.batch_sizes[0].reached_before_training, 3);
    EXPECT_TRUE(std::isnan(answer.batch_sizes[0].typical[ClockIndex::steps].median));
    EXPECT_EQ(answer.against_reference[0].log_ratio[ClockIndex::steps].n, 0);
}

TEST(TimeToTarget, UnknownSecondsLeaveTheOtherClocksAlone) {
    MadeUpStudy study = halving_study();
    AnalyzedRun& run = study.add(64, 4);
    make_falling(run, 200);
    run.history.seconds.assign(run.history.seconds.size(), unknown);
    make_falling(study.add(16, 4), 400);
    const TimeToTarget answer = time_to_target(only_recipe(study), loss_of_one, 0.95);
    EXPECT_TRUE(std::isnan(answer.batch_sizes[1].typical[ClockIndex::seconds].median));
    EXPECT_TRUE(std::isfinite(answer.batch_sizes[1].typical[ClockIndex::steps].geometric_mean));
    EXPECT_EQ(answer.against_reference[0].log_ratio[ClockIndex::seconds].n, 3);
    EXPECT_EQ(answer.against_reference[0].log_ratio[ClockIndex::steps].n, 4);
}

TEST(TimeToTarget, OneSeedHasNoInterval) {
    MadeUpStudy study;
    make_falling(study.add(16, 1), 400);
    make_falling(study.add(64, 1), 200);
    const TimeToTarget answer = time_to_target(only_recipe(study), loss_of_one, 0.95);
    EXPECT_NEAR(answer.batch_sizes[0].typical[ClockIndex::steps].geometric_mean, 400, 1e-9);
    EXPECT_TRUE(std::isnan(answer.batch_sizes[0].typical[ClockIndex::steps].low));
    EXPECT_EQ(answer.against_reference[0].log_ratio[ClockIndex::steps].n, 1);
    EXPECT_TRUE(std::isnan(answer.against_reference[0].log_ratio[ClockIndex::steps].half_width));
}

TEST(TimeToTarget, TellsSchedulesAndMachinesApart) {
    MadeUpStudy study = halving_study();
    EXPECT_FALSE(time_to_target(only_recipe(study), loss_of_one, 0.95).inside_schedule);
    EXPECT_FALSE(time_to_target(only_recipe(study), loss_of_one, 0.95).different_machines);
    AnalyzedRun& other = study.add(16, 4);
    other.devices = "Tesla V100";
    other.settings = nullptr;
    const TimeToTarget answer = time_to_target(only_recipe(study), loss_of_one, 0.95);
    EXPECT_TRUE(answer.inside_schedule) << "unknown settings are not taken for constant";
    EXPECT_TRUE(answer.different_machines);
}

/// Runs whose validation losses end at these values, one batch size each.
MadeUpStudy study_with_ends(const std::vector<double>& losses) {
    MadeUpStudy study;
    std::int64_t batch_size = 16;
    for (const double loss : losses) {
        for (std::uint64_t seed = 1; seed <= 2; ++seed) {
            History& history = study.add(batch_size, seed).history;
            history.validation_loss.back() = loss - (seed == 1 ? 0.01 : 0);
            history.validation_accuracy = {unknown, unknown};
        }
        batch_size *= 2;
    }
    return study;
}

TEST(ChooseTargets, AreThoseThatAllHalfAndOneOfTheBatchSizesReach) {
    MadeUpStudy study = study_with_ends({0.5004, 0.6, 0.9, 0.7});
    const std::vector<Target> targets = choose_targets(only_recipe(study));
    ASSERT_EQ(targets.size(), 3U) << "no accuracy, no target in it";
    EXPECT_EQ(targets[0].value, 0.9);
    EXPECT_EQ(targets[0].origin, TargetOrigin::all_batch_sizes);
    EXPECT_EQ(targets[1].value, 0.6);
    EXPECT_EQ(targets[1].origin, TargetOrigin::better_half);
    EXPECT_EQ(targets[2].value, 0.501) << "loosened, away from the run's own best";
    EXPECT_EQ(targets[2].origin, TargetOrigin::best_batch_size);
}

TEST(ChooseTargets, GivesEqualOnesOnce) {
    MadeUpStudy study = study_with_ends({0.5, 0.5});
    const std::vector<Target> targets = choose_targets(only_recipe(study));
    ASSERT_EQ(targets.size(), 1U);
    EXPECT_EQ(targets[0].origin, TargetOrigin::all_batch_sizes);
    EXPECT_TRUE(choose_targets(std::vector<const Arm*>{}).empty());
}

TEST(ChooseTargets, LoosensAccuraciesDownwards) {
    MadeUpStudy study;
    study.add(16, 1).history.validation_accuracy.back() = 0.87654;
    const std::vector<Target> targets = choose_targets(only_recipe(study));
    ASSERT_EQ(targets.size(), 2U);
    EXPECT_EQ(targets[1].metric, TargetMetric::validation_accuracy);
    EXPECT_EQ(targets[1].value, 0.876);
}

TEST(ChooseTargets, ABatchSizeWhoseRunsMostlyDivergeHasNoSay) {
    MadeUpStudy study = study_with_ends({0.5, 0.9});
    study.add(32, 3).status = RunStatus::diverged;
    study.add(32, 4).status = RunStatus::diverged;
    EXPECT_EQ(choose_targets(only_recipe(study)).size(), 1U);
}

TEST(ChooseTargets, EveryRunOfTheBatchSizeReachesItsTarget) {
    for (const double level : {0.07, 0.0701, 1.23456e-7, 123.4, 99999.0, 1.0, 0.1 + 0.2, 0.615}) {
        MadeUpStudy study = study_with_ends({level, level * 1.5});
        const Recipe recipe = only_recipe(study);
        for (const Target& target : choose_targets(recipe)) {
            EXPECT_EQ(times_to_target(recipe.arms[0], target, 0.95).reached, 2) << level;
            EXPECT_NEAR(target.value, level, 0.52 * level);
        }
    }
}

TEST(ChooseTargets, TheTestSplitAndTheOrderOfRunsMoveNothing) {
    MadeUpStudy study = halving_study();
    MadeUpStudy scrambled;
    for (std::uint64_t seed = 3; seed >= 1; --seed) {
        const double noise = 1 + 0.1 * static_cast<double>(seed);
        for (const auto& [batch_size, steps] :
             std::map<std::int64_t, double>{{256, 100}, {64, 200}, {16, 400}}) {
            AnalyzedRun& run = scrambled.add(batch_size, seed);
            make_falling(run, steps * noise);
            for (double& loss : run.history.test_loss) {
                loss = 0.01 * static_cast<double>(seed);
            }
            run.history.test_accuracy.assign(run.history.test_accuracy.size(), 1.0);
        }
    }
    const Recipe plain = only_recipe(study);
    const Recipe other = only_recipe(scrambled);
    const std::vector<Target> targets = choose_targets(plain);
    const std::vector<Target> same = choose_targets(other);
    ASSERT_EQ(targets.size(), same.size());
    for (std::size_t i = 0; i < targets.size(); ++i) {
        EXPECT_EQ(targets[i].value, same[i].value);
        const TimeToTarget a = time_to_target(plain, targets[i], 0.95);
        const TimeToTarget b = time_to_target(other, same[i], 0.95);
        EXPECT_EQ(a.reference, b.reference);
        EXPECT_EQ(a.batch_sizes[0].typical[ClockIndex::steps].geometric_mean,
                  b.batch_sizes[0].typical[ClockIndex::steps].geometric_mean);
    }
}

}  // namespace
}  // namespace batchscope::tests_of_time_to_target
