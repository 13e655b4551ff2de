#include "analysis/questions/candidates.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/analysis/questions/timed_runs.hpp"

namespace batchscope::tests_of_candidates {
namespace {

Candidates judge(MadeUpStudy& study) {
    return judge_candidates(recipes_of(study.summary()), {.margin = Margins{}.loss}, Margins{});
}

TEST(JudgeCandidates, TestsEveryOtherAgainstTheBest) {
    MadeUpStudy study;
    add_timed_runs(study, 16, 0.300, 40);
    add_timed_runs(study, 64, 0.303, 20);
    add_timed_runs(study, 256, 0.400, 10);
    const Candidates judged = judge(study);
    const std::vector<Candidate>& all = judged.all;
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(judged.best, 0U);
    EXPECT_EQ(all[0].standing, CandidateStanding::not_worse) << "the best must pass, too";
    EXPECT_EQ(all[0].above_best.n, 0);
    EXPECT_EQ(all[1].standing, CandidateStanding::not_worse);
    EXPECT_LT(all[1].p_not_worse, 0.05);
    EXPECT_NEAR(all[1].log_seconds.mean, std::log(0.5), 0.05);
    EXPECT_NEAR(all[1].seconds, 20, 0.5);
    EXPECT_EQ(all[2].standing, CandidateStanding::looks_worse);
    EXPECT_NEAR(all[2].above_best.mean, 0.1, 0.01);
    EXPECT_NEAR(judged.optimism.optimism, 0, 0.002);
}

TEST(JudgeCandidates, SaysHowManySeedsWouldShowIt) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        study.add(16, seed).history.validation_loss.back() = 0.30;
        study.add(64, seed).history.validation_loss.back() = seed % 2 == 0 ? 0.27 : 0.335;
    }
    const Candidates judged = judge(study);
    const Candidate& other = judged.all[1];
    ASSERT_EQ(other.standing, CandidateStanding::not_shown);
    ASSERT_TRUE(other.seeds_to_show.has_value());
    EXPECT_GT(*other.seeds_to_show, 4);
    EXPECT_LT(*other.seeds_to_show, 60);
}

TEST(JudgeCandidates, ACandidateThatLosesARunIsNeverBest) {
    MadeUpStudy study;
    add_timed_runs(study, 16, 0.300, 40);
    add_timed_runs(study, 64, 0.200, 20);
    study.add(64, 6).status = RunStatus::diverged;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        study.add(256, seed).status = RunStatus::diverged;
    }
    const Candidates judged = judge(study);
    EXPECT_EQ(judged.best, 0U);
    EXPECT_EQ(judged.all[1].standing, CandidateStanding::loses_runs);
    EXPECT_EQ(judged.all[2].standing, CandidateStanding::loses_runs);
    EXPECT_TRUE(std::isnan(judged.all[2].validation_loss.mean));
    EXPECT_EQ(judged.optimism.left_out, 2);
    EXPECT_EQ(judged.all[0].standing, CandidateStanding::not_worse) << "all others are ruled out";
}

TEST(JudgeCandidates, ALuckySingleRunIsNotBest) {
    MadeUpStudy study;
    add_timed_runs(study, 16, 0.300, 40);
    add_timed_runs(study, 64, 0.100, 20, 1);
    const Candidates judged = judge(study);
    EXPECT_EQ(judged.best, 0U);
    EXPECT_EQ(judged.all[1].standing, CandidateStanding::too_few_seeds);
    EXPECT_TRUE(std::isfinite(judged.optimism.naive)) << "of those that could be chosen";
}

TEST(JudgeCandidates, DifferentSeedsCannotBePaired) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        study.add(16, seed).history.validation_loss.back() = 0.3;
        study.add(64, seed + 10).history.validation_loss.back() = 0.3;
    }
    const Candidates judged = judge(study);
    EXPECT_EQ(judged.all[1].standing, CandidateStanding::too_few_seeds);
    EXPECT_EQ(judged.all[0].standing, CandidateStanding::not_shown);
    EXPECT_EQ(judged.all[0].rivals, 0);
}

TEST(JudgeCandidates, CopiesOfSeedsAreNoProof) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        study.add(16, seed).history.validation_loss.back() = 0.3;
        study.add(64, seed).history.validation_loss.back() = 0.3;
    }
    const Candidates judged = judge(study);
    EXPECT_EQ(judged.best, 0U) << "the first of equals";
    EXPECT_EQ(judged.all[1].standing, CandidateStanding::identical_seeds);
}

TEST(JudgeCandidates, ANaNLossIsNotKnown) {
    MadeUpStudy study;
    add_timed_runs(study, 16, 0.300, 40);
    add_timed_runs(study, 64, 0.200, 20);
    study.add(64, 6).history.validation_loss.back() = unknown;
    const Candidates judged = judge(study);
    EXPECT_EQ(judged.all[1].standing, CandidateStanding::no_loss);
    EXPECT_EQ(judged.best, 0U);
}

TEST(JudgeCandidates, TheSameRunsOfTwoRecipesAreOneCandidate) {
    MadeUpStudy study;
    const std::string key = "training.learning_rate_scaling";
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        AnalyzedRun& run = study.add(64, seed, {{key, std::string("linear")}});
        run.history.validation_loss.back() = 0.3 + 0.01 * static_cast<double>(seed);
        AnalyzedRun& alias = study.add(64, seed, {{key, std::string("none")}});
        alias.alias_of = "batch_size-64_seed-" + std::to_string(seed);
        alias.file = "other" + alias.file.string();
    }
    const Candidates judged = judge(study);
    ASSERT_EQ(judged.all.size(), 1U);
    EXPECT_EQ(judged.all[0].same_as, (std::vector<std::size_t>{1}));
}

}  // namespace
}  // namespace batchscope::tests_of_candidates
