#include "analysis/questions/learning_rate_rule.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.hpp"
#include "tests/analysis/questions/made_up_study.hpp"

namespace batchscope::tests_of_learning_rate_rule {
namespace {

const std::vector<double> rates{0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28};

std::map<std::string, AttributeValue> rate_axis(double rate) {
    return {{"training.learning_rate", rate}};
}

std::map<std::string, AttributeValue> rule_axis(const std::string& rule) {
    return {{"training.learning_rate_scaling", rule}};
}

/// Runs at every rate, whose final validation loss is 0.5 + 0.1 ln^2(rate / best); the seeds differ
/// in the best rate by `spread` in ln.
void add_rates(MadeUpStudy& study, std::int64_t batch_size, double best, double spread = 0.05) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const double shift =
            spread * (static_cast<double>(seed) - 2) * (batch_size % 3 == 0 ? -1 : 1);
        for (const double rate : rates) {
            AnalyzedRun& run = study.add(batch_size, seed, rate_axis(rate));
            run.learning_rate = rate;
            run.history.validation_loss.back() =
                0.5 + 0.1 * std::pow(std::log(rate / best) - shift, 2);
        }
    }
}

RateTrend trend_of(MadeUpStudy& study) {
    return rate_trend(recipes_of(study.summary()).at(0), 0.95);
}

TEST(RateTrend, FindsTheExponentOfTheBestRate) {
    for (const double exponent : {0.0, 0.5, 1.0}) {
        MadeUpStudy study;
        for (const std::int64_t batch_size : {48, 64, 96, 128, 192}) {
            add_rates(study, batch_size,
                      0.1 * std::pow(static_cast<double>(batch_size) / 96, exponent));
        }
        const RateTrend trend = trend_of(study);
        ASSERT_EQ(trend.status, RateTrendStatus::tested) << exponent;
        EXPECT_EQ(trend.used.size(), 5U);
        EXPECT_TRUE(trend.left_out.empty());
        EXPECT_NEAR(trend.slope.mean.mean, exponent, 1e-6);
        for (const RuleTest& test : trend.rules) {
            ASSERT_TRUE(test.is_compatible.has_value());
            EXPECT_EQ(*test.is_compatible, test.rule.exponent == exponent) << test.rule.rule;
        }
    }
}

TEST(RateTrend, LeavesOutABatchSizeWithItsBestRateAtTheEdge) {
    MadeUpStudy study;
    for (const std::int64_t batch_size : {16, 32, 64}) {
        add_rates(study, batch_size, 0.05);
    }
    add_rates(study, 512, 5);  // beyond the largest rate
    const RateTrend trend = trend_of(study);
    EXPECT_EQ(trend.status, RateTrendStatus::tested);
    EXPECT_EQ(trend.left_out, (std::vector<std::int64_t>{512}));
    EXPECT_EQ(trend.rates[3].by_seed.at(1).status, BracketStatus::best_at_largest);
    EXPECT_EQ(trend.rates[3].bracketed, 0);
    EXPECT_TRUE(std::isnan(trend.rates[3].log_rate.mean));
}

TEST(RateTrend, CountsDivergedRunsAndFitsTheOthers) {
    MadeUpStudy study;
    for (const std::int64_t batch_size : {16, 32, 64}) {
        add_rates(study, batch_size, 0.08);
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            AnalyzedRun& run = study.add(batch_size, seed, rate_axis(2.56));
            run.status = RunStatus::diverged;
            run.history.validation_loss.back() = unknown;
        }
    }
    const RateTrend trend = trend_of(study);
    ASSERT_EQ(trend.status, RateTrendStatus::tested);
    EXPECT_EQ(trend.rates[0].uncounted, 3);
    EXPECT_EQ(trend.rates[0].by_seed.at(2).diverged, 1);
    EXPECT_NEAR(std::exp(trend.rates[0].log_rate.mean), 0.08, 1e-6);
}

TEST(RateTrend, ARateWhoseRunsEndNoLowerThanTheyBeganBracketsNothing) {
    MadeUpStudy study;
    for (const double rate : {0.01, 0.02, 0.04, 0.08}) {
        AnalyzedRun& run = study.add(16, 1, rate_axis(rate));
        run.learning_rate = rate;
        run.history.validation_loss.front() = 2.3;
        run.history.validation_loss.back() = rate > 0.05 ? 31.7 : 0.5 - rate;
    }
    study.add(64, 1, rate_axis(0.01));
    const LogQuadratic fit = best_rate_of(recipes_of(study.summary()).at(0).arms.at(0), 1);
    EXPECT_EQ(fit.status, BracketStatus::best_at_largest);
    EXPECT_EQ(fit.diverged, 1);
}

TEST(RateTrend, SaysWhyThereIsNone) {
    MadeUpStudy two_sizes;
    add_rates(two_sizes, 16, 0.08);
    add_rates(two_sizes, 32, 0.08);
    EXPECT_EQ(trend_of(two_sizes).status, RateTrendStatus::too_few_batch_sizes);
    MadeUpStudy one_rate;
    one_rate.add(16, 1);
    EXPECT_EQ(trend_of(one_rate).status, RateTrendStatus::not_tuned);
}

TEST(RateTrend, OneSeedHasASlopeWithoutAnInterval) {
    MadeUpStudy study;
    for (const std::int64_t batch_size : {16, 32, 64}) {
        for (const double rate : rates) {
            AnalyzedRun& run = study.add(batch_size, 1, rate_axis(rate));
            run.learning_rate = rate;
            run.history.validation_loss.back() =
                std::pow(std::log(rate / 0.005 / static_cast<double>(batch_size)), 2);
        }
    }
    const RateTrend trend = trend_of(study);
    ASSERT_EQ(trend.status, RateTrendStatus::tested);
    EXPECT_NEAR(trend.slope.mean.mean, 1, 1e-6);
    EXPECT_TRUE(std::isnan(trend.slope.mean.half_width));
    EXPECT_FALSE(trend.rules[2].is_compatible.has_value());
}

/// A final validation loss (and, as 1 - loss, accuracy) with a little noise, for five seeds.
void add_rule_runs(MadeUpStudy& study, const std::string& rule, std::int64_t batch_size,
                   double loss, std::uint64_t stream) {
    const RandomStream noise(stream, RandomPurpose::probe);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        AnalyzedRun& run = study.add(batch_size, seed, rule_axis(rule));
        run.file = rule + run.file.string();
        const double noisy = loss + 0.001 * noise.normal(seed);
        run.history.validation_loss.back() = noisy;
        run.history.validation_accuracy.back() = 1 - noisy;
    }
}

TEST(CompareRules, PairsBySeedAndFindsTheBest) {
    MadeUpStudy study;
    add_rule_runs(study, "none", 16, 0.30, 1);
    add_rule_runs(study, "linear", 16, 0.30, 2);
    add_rule_runs(study, "none", 256, 0.50, 3);
    add_rule_runs(study, "linear", 256, 0.35, 4);
    const auto compared = compare_rules(recipes_of(study.summary()), Margins{});
    ASSERT_EQ(compared.size(), 1U);
    EXPECT_EQ(compared[0].rules, (std::vector<std::string>{"linear", "none"}));
    ASSERT_EQ(compared[0].batch_sizes.size(), 2U);
    const RulesAtBatchSize& small = compared[0].batch_sizes[0];
    ASSERT_EQ(small.pairs.size(), 1U);
    EXPECT_EQ(small.pairs[0].decision.verdict, Verdict::equivalent);
    EXPECT_EQ(small.pairs[0].decision.tested, 2) << "one family over the batch sizes";
    const RulesAtBatchSize& large = compared[0].batch_sizes[1];
    EXPECT_EQ(large.pairs[0].decision.verdict, Verdict::worse) << "none against linear";
    EXPECT_NEAR(large.pairs[0].decision.comparison.mean, -0.15, 0.005);
    EXPECT_EQ(large.best.chosen, 0U);
    EXPECT_NEAR(large.best.optimism, 0, 1e-12);
    EXPECT_NEAR(large.outcomes[1].validation_loss.mean, 0.5, 0.005);
}

TEST(CompareRules, TheSameRunsAreNotCompared) {
    MadeUpStudy study;
    add_rule_runs(study, "none", 64, 0.30, 1);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        AnalyzedRun& alias = study.add(64, seed, rule_axis("linear"));
        alias.alias_of = "nonebatch_size-64_seed-" + std::to_string(seed);
    }
    const auto compared = compare_rules(recipes_of(study.summary()), Margins{});
    ASSERT_EQ(compared.size(), 1U);
    ASSERT_EQ(compared[0].batch_sizes[0].pairs.size(), 1U);
    EXPECT_TRUE(compared[0].batch_sizes[0].pairs[0].same_runs);
    EXPECT_EQ(compared[0].batch_sizes[0].pairs[0].decision.comparison.n, 0);
}

TEST(CompareRules, ARuleThatDivergesIsCountedAndNeverBest) {
    MadeUpStudy study;
    add_rule_runs(study, "none", 1024, 0.50, 1);
    add_rule_runs(study, "linear", 1024, 0.30, 2);
    study.add(1024, 6, rule_axis("linear")).status = RunStatus::diverged;
    const auto compared = compare_rules(recipes_of(study.summary()), Margins{});
    const RulesAtBatchSize& at_size = compared.at(0).batch_sizes.at(0);
    EXPECT_EQ(at_size.outcomes[0].uncounted.at(Standing::diverged), 1);
    EXPECT_EQ(at_size.best.chosen, 1U);
    EXPECT_EQ(at_size.best.left_out, 1);
}

TEST(CompareRules, OneRuleIsNoSet) {
    MadeUpStudy study;
    add_rule_runs(study, "none", 16, 0.3, 1);
    EXPECT_TRUE(compare_rules(recipes_of(study.summary()), Margins{}).empty());
    EXPECT_TRUE(compare_rules({}, Margins{}).empty());
}

LinearScaling linear_of(MadeUpStudy& study) {
    return linear_scaling(recipes_of(study.summary()).at(0), Margins{}).value();
}

TEST(LinearScaling, EndsWhereTheNextBatchIsWorse) {
    MadeUpStudy study;
    add_rule_runs(study, "linear", 16, 0.150, 1);
    add_rule_runs(study, "linear", 32, 0.150, 2);
    add_rule_runs(study, "linear", 64, 0.150, 3);
    add_rule_runs(study, "linear", 128, 0.200, 4);
    add_rule_runs(study, "linear", 256, 0.200, 5);
    const LinearScaling scaling = linear_of(study);
    ASSERT_EQ(scaling.steps.size(), 4U);
    EXPECT_STREQ(scaling.metric.name, "validation_accuracy");
    EXPECT_EQ(scaling.steps[0].outcome, StepOutcome::holds);
    EXPECT_EQ(scaling.steps[2].outcome, StepOutcome::worse);
    EXPECT_EQ(scaling.holds_from, 128) << "the step from 128 to 256 holds, too";
    EXPECT_EQ(scaling.ends_at, 128);
    EXPECT_EQ(scaling.end, StepOutcome::worse);
}

TEST(LinearScaling, DivergedRunsAreAnEnd) {
    MadeUpStudy study;
    add_rule_runs(study, "linear", 16, 0.150, 1);
    add_rule_runs(study, "linear", 32, 0.150, 2);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        study.add(64, seed, rule_axis("linear")).status = RunStatus::diverged;
    }
    const LinearScaling scaling = linear_of(study);
    EXPECT_EQ(scaling.holds_from, 16);
    EXPECT_EQ(scaling.ends_at, 64);
    EXPECT_EQ(scaling.end, StepOutcome::diverged);
    EXPECT_EQ(scaling.steps[1].counted, 0);
    EXPECT_EQ(scaling.steps[1].tried, 5);
}

TEST(LinearScaling, OneSeedShowsNothing) {
    MadeUpStudy study;
    study.add(16, 1, rule_axis("linear"));
    study.add(32, 1, rule_axis("linear"));
    const LinearScaling scaling = linear_of(study);
    EXPECT_EQ(scaling.steps[0].outcome, StepOutcome::undecided);
    EXPECT_EQ(scaling.holds_from, 0);
    EXPECT_EQ(scaling.ends_at, 0);
}

TEST(LinearScaling, IsOfALinearRecipeAlone) {
    MadeUpStudy none;
    add_rule_runs(none, "none", 16, 0.1, 1);
    add_rule_runs(none, "none", 32, 0.1, 2);
    EXPECT_FALSE(linear_scaling(recipes_of(none.summary()).at(0), Margins{}));
    MadeUpStudy without_axis;
    without_axis.add(16, 1).learning_rate_scaling = "linear";
    without_axis.add(32, 1).learning_rate_scaling = "linear";
    EXPECT_TRUE(linear_scaling(recipes_of(without_axis.summary()).at(0), Margins{}));
    MadeUpStudy one_size;
    add_rule_runs(one_size, "linear", 16, 0.1, 1);
    EXPECT_FALSE(linear_scaling(recipes_of(one_size.summary()).at(0), Margins{}));
}

}  // namespace
}  // namespace batchscope::tests_of_learning_rate_rule
