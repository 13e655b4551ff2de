#include "analysis/questions/recommendation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/random.hpp"
#include "tests/analysis/questions/falling_run.hpp"
#include "tests/analysis/questions/timed_runs.hpp"

namespace batchscope::tests_of_recommendation {
namespace {

struct Recommended {
    explicit Recommended(MadeUpStudy& study)
        : answer(recommend(recipes_of(study.summary()), Margins{})) {}

    [[nodiscard]] std::int64_t batch_size() const {
        return answer.fastest ? answer.candidates[*answer.fastest].batch_size : 0;
    }
    [[nodiscard]] bool has(Caution caution) const {
        return std::count(answer.cautions.begin(), answer.cautions.end(), caution) > 0;
    }
    Recommendation answer;
};

TEST(Recommend, TheFastestThatIsNotWorse) {
    MadeUpStudy study;
    add_timed_runs(study, 16, 0.300, 40);
    add_timed_runs(study, 64, 0.303, 20);
    add_timed_runs(study, 256, 0.305, 10);
    add_timed_runs(study, 1024, 0.400, 5);
    const Recommended recommended(study);
    ASSERT_EQ(recommended.answer.status, RecommendationStatus::recommended);
    EXPECT_EQ(recommended.batch_size(), 256);
    EXPECT_EQ(recommended.answer.runner_up, 1U);
    EXPECT_TRUE(recommended.answer.could_replace.empty()) << "1024 looks worse";
    EXPECT_TRUE(recommended.has(Caution::best_at_smallest));
    EXPECT_FALSE(recommended.has(Caution::speed_not_shown));
    EXPECT_FALSE(recommended.has(Caution::largest_batch_size));
}

TEST(Recommend, TheBestItselfWhereTheFasterAreWorse) {
    MadeUpStudy study;
    add_timed_runs(study, 16, 0.300, 40);
    add_timed_runs(study, 64, 0.400, 20);
    const Recommended recommended(study);
    EXPECT_EQ(recommended.batch_size(), 16);
    EXPECT_FALSE(recommended.answer.runner_up.has_value());
    EXPECT_TRUE(recommended.has(Caution::smallest_batch_size));
}

TEST(Recommend, NamesWhatMoreSeedsCouldPutInItsPlace) {
    MadeUpStudy study;
    add_timed_runs(study, 16, 0.300, 40);
    add_timed_runs(study, 64, 0.301, 20);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        AnalyzedRun& noisy = study.add(128, seed);
        noisy.history.validation_loss.back() = seed % 2 == 0 ? 0.300 : 0.325;
        noisy.history.seconds.back() = 15;
    }
    add_timed_runs(study, 256, 0.301, 10, 2);
    const Recommended recommended(study);
    EXPECT_EQ(recommended.batch_size(), 64);
    EXPECT_EQ(recommended.answer.could_replace, (std::vector<std::size_t>{3, 2}))
        << "ascending in seconds";
}

TEST(Recommend, NothingWhereNoneIsShownNotToBeWorse) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        study.add(16, seed).history.validation_loss.back() = 0.30;
        study.add(64, seed).history.validation_loss.back() = seed % 2 == 0 ? 0.20 : 0.41;
    }
    const Recommended recommended(study);
    EXPECT_EQ(recommended.answer.status, RecommendationStatus::none_shown);
    EXPECT_EQ(recommended.answer.best, 0U);
    EXPECT_EQ(recommended.answer.could_replace.size(), 2U);
    EXPECT_GT(recommended.answer.candidates[0].seeds_to_show.value(), 4);
}

TEST(Recommend, SaysWhenTheSpeedIsNotShown) {
    MadeUpStudy study;
    add_timed_runs(study, 16, 0.300, 40);
    add_timed_runs(study, 64, 0.310, 40);
    study.change_all([](AnalyzedRun& run) {
        // 64 takes less time in the mean, but not on every seed.
        const double change = run.seed % 2 == 0 ? -5 : 3;
        run.history.seconds.back() = run.batch_size == 16 ? 40 : 40 + change;
    });
    const Recommended recommended(study);
    ASSERT_EQ(recommended.batch_size(), 64);
    EXPECT_TRUE(recommended.has(Caution::speed_not_shown));
}

TEST(Recommend, SaysWhyNothingCanBeRecommended) {
    EXPECT_EQ(recommend({}, Margins{}).status, RecommendationStatus::no_runs);

    MadeUpStudy one;
    add_timed_runs(one, 16, 0.3, 40);
    EXPECT_EQ(Recommended(one).answer.status, RecommendationStatus::one_candidate);

    MadeUpStudy two_seeds;
    add_timed_runs(two_seeds, 16, 0.3, 40, 2);
    add_timed_runs(two_seeds, 64, 0.3, 20, 2);
    EXPECT_EQ(Recommended(two_seeds).answer.status, RecommendationStatus::too_few_seeds);

    MadeUpStudy losing;
    for (const std::int64_t batch_size : {16, 64}) {
        add_timed_runs(losing, batch_size, 0.3, 40);
        losing.add(batch_size, 6).status = RunStatus::diverged;
    }
    EXPECT_EQ(Recommended(losing).answer.status, RecommendationStatus::all_lose_runs);

    MadeUpStudy failed;
    failed.add(16, 1).status = RunStatus::failed;
    failed.add(64, 1).status = RunStatus::running;
    EXPECT_EQ(Recommended(failed).answer.status, RecommendationStatus::all_lose_runs);

    MadeUpStudy unfinished;
    unfinished.add(16, 1).status = RunStatus::stopped;
    unfinished.add(64, 1).status = RunStatus::running;
    EXPECT_EQ(Recommended(unfinished).answer.status, RecommendationStatus::no_runs);

    MadeUpStudy without_validation;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        without_validation.add(16, seed).history.validation_loss.back() = unknown;
        without_validation.add(64, seed).history.validation_loss.back() = unknown;
    }
    EXPECT_EQ(Recommended(without_validation).answer.status,
              RecommendationStatus::no_validation_loss);
}

TEST(Recommend, SecondsMustBeKnownAndOfOneMachine) {
    MadeUpStudy unknown_seconds;
    add_timed_runs(unknown_seconds, 16, 0.3, 40);
    add_timed_runs(unknown_seconds, 64, 0.3, unknown);
    EXPECT_EQ(Recommended(unknown_seconds).answer.status, RecommendationStatus::seconds_unknown);

    MadeUpStudy machines;
    add_timed_runs(machines, 16, 0.3, 40);
    add_timed_runs(machines, 64, 0.3, 20);
    machines.add(16, 6).devices = "Tesla V100";
    const Recommended recommended(machines);
    EXPECT_EQ(recommended.answer.status, RecommendationStatus::different_machines);
    EXPECT_FALSE(recommended.answer.fastest.has_value());
}

TEST(Recommend, TheFastestToATargetIsAmongThoseNotWorse) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        make_falling(study.add(16, seed), 400, 15, 0.010);
        make_falling(study.add(64, seed), 200, 15, 0.012);
        make_falling(study.add(256, seed), 50, 15, 0.015);
    }
    study.change_all([](AnalyzedRun& run) {
        // 256 is the fastest, and ends far above; the others end alike, but for some noise.
        const double noise =
            0.001 * static_cast<double>((run.seed * 7 + run.history.steps.size() +
                                         static_cast<std::size_t>(run.batch_size)) %
                                        5);
        run.history.validation_loss.back() = run.batch_size == 256 ? 1.5 + noise : 0.5 + noise;
    });
    const Recommended recommended(study);
    ASSERT_EQ(recommended.batch_size(), 64);
    ASSERT_FALSE(recommended.answer.to_targets.empty());
    EXPECT_EQ(recommended.answer.to_targets[0].candidate, 1U);
    EXPECT_NEAR(recommended.answer.to_targets[0].target.value, 0.504, 0.001);
    EXPECT_NEAR(recommended.answer.to_targets[0].seconds, 300 * 0.012, 0.05);
}

TEST(Recommend, NeitherTestMetricsNorTheOrderOfRunsMoveIt) {
    MadeUpStudy study;
    add_timed_runs(study, 16, 0.300, 40);
    add_timed_runs(study, 64, 0.303, 20);
    add_timed_runs(study, 256, 0.400, 10);
    MadeUpStudy scrambled;
    add_timed_runs(scrambled, 256, 0.400, 10);
    add_timed_runs(scrambled, 64, 0.303, 20);
    add_timed_runs(scrambled, 16, 0.300, 40);
    scrambled.change_all([](AnalyzedRun& run) {
        run.history.test_loss.back() = 1.0 / static_cast<double>(run.batch_size);
        run.history.test_accuracy.back() = unknown;
    });
    const Recommended plain(study);
    const Recommended other(scrambled);
    EXPECT_EQ(plain.answer.fastest, other.answer.fastest);
    EXPECT_EQ(plain.answer.candidates[1].p_not_worse, other.answer.candidates[1].p_not_worse);
    EXPECT_EQ(plain.answer.optimism.optimism, other.answer.optimism.optimism);
}

TEST(Recommend, WarnsOfARateAtTheEdge) {
    MadeUpStudy study;
    const std::string key = "training.learning_rate";
    for (const double rate : {0.1, 0.2}) {
        add_timed_runs(study, 16, 0.300 - rate / 10, 40, 5, {{key, rate}});
        add_timed_runs(study, 64, 0.300 - rate / 10, 20, 5, {{key, rate}});
    }
    EXPECT_EQ(Recommended(study).batch_size(), 64);
    EXPECT_TRUE(Recommended(study).has(Caution::rate_at_edge));
    EXPECT_FALSE(Recommended(study).has(Caution::unequal_trials));
    add_timed_runs(study, 64, 0.4, 20, 5, {{key, 0.4}});
    EXPECT_EQ(Recommended(study).batch_size(), 64);
    EXPECT_FALSE(Recommended(study).has(Caution::rate_at_edge)) << "0.2 is now between two";
    EXPECT_TRUE(Recommended(study).has(Caution::unequal_trials));
}

TEST(Recommend, SeldomTakesOneThatIsWorseByTheMargin) {
    // The truth: four faster batch sizes that are all worse than 16 by exactly the margin. With the
    // larger noise one of them often has the lowest mean.
    const RandomStream noise(7, RandomPurpose::probe);
    std::uint64_t draw = 0;
    constexpr int repetitions = 400;
    for (const double deviation : {0.005, 0.02}) {
        int wrong = 0;
        for (int repetition = 0; repetition < repetitions; ++repetition) {
            MadeUpStudy study;
            for (const std::int64_t batch_size : {16, 32, 64, 128, 256}) {
                for (std::uint64_t seed = 1; seed <= 4; ++seed) {
                    AnalyzedRun& run = study.add(batch_size, seed);
                    const double truth = 0.3 + (batch_size > 16 ? Margins{}.loss : 0);
                    run.history.validation_loss.back() = truth + deviation * noise.normal(draw++);
                    run.history.seconds.back() = 1000.0 / static_cast<double>(batch_size);
                }
            }
            wrong += Recommended(study).batch_size() > 16 ? 1 : 0;
        }
        // 5 %, and three standard errors.
        EXPECT_LE(wrong, repetitions * (0.05 + 3 * std::sqrt(0.05 * 0.95 / repetitions)));
    }
}

}  // namespace
}  // namespace batchscope::tests_of_recommendation
