#include "analysis/claims/decide_claims.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "analysis/claims/small_generalizes.hpp"
#include "tests/analysis/claims/claim_study.hpp"

namespace batchscope::tests_of_decide_claims {
namespace {

std::map<std::string, ClaimDecision> decide_all(const Recipe& recipe) {
    std::map<std::string, ClaimDecision> decisions;
    for (const ClaimDecision& decision : decide_claims(recipe, "test", default_claims(), {})) {
        decisions[decision.claim] = decision;
    }
    return decisions;
}

TEST(DecideClaims, KeepsTheOrderOfTheClaimsAndNamesTheirCharts) {
    MadeUpStudy study;
    add_accuracies(study, {{16, 0.88}, {64, 0.87}, {256, 0.84}});
    const auto decisions =
        decide_claims(recipes_of(study.summary()).front(), "test", default_claims(), {});
    ASSERT_EQ(decisions.size(), 10U);
    for (std::size_t i = 0; i < decisions.size(); ++i) {
        EXPECT_EQ(decisions[i].claim, default_claims()[i].id);
        EXPECT_EQ(decisions[i].shown_by, default_claims()[i].kind->shown_by);
    }
}

TEST(DecideClaims, AdjustsOverTheClaimsThatWereTested) {
    MadeUpStudy study;
    add_accuracies(study, {{16, 0.88}, {64, 0.87}, {256, 0.84}});
    const auto decisions = decide_all(recipes_of(study.summary()).front());
    std::int64_t tested = 0;
    double smallest = 1;
    for (const auto& [id, decision] : decisions) {
        tested += std::isnan(decision.p_supported) ? 0 : 1;
        if (!std::isnan(decision.p_supported)) {
            EXPECT_GE(decision.adjusted_p_supported, decision.p_supported) << id;
            EXPECT_GE(decision.adjusted_p_contradicted, decision.p_contradicted) << id;
            smallest = std::min({smallest, decision.p_supported, decision.p_contradicted});
        }
    }
    ASSERT_GT(tested, 2);
    const double first_adjusted = static_cast<double>(tested) * smallest;
    EXPECT_TRUE(std::any_of(decisions.begin(), decisions.end(), [&](const auto& entry) {
        const ClaimDecision& decision = entry.second;
        return decision.claims_tested == tested &&
               (decision.adjusted_p_supported == first_adjusted ||
                decision.adjusted_p_contradicted == first_adjusted);
    }));
}

TEST(DecideClaims, AFamilyOfManyWithholdsWhatOneAloneWouldShow) {
    MadeUpStudy study;
    add_accuracies(study, {{16, 0.8445}, {256, 0.84}}, five_seeds, 0.002);
    const Claim strict = claim_with(SmallGeneralizes{.margin = 1e-6});
    const Recipe recipe = recipes_of(study.summary()).front();
    std::vector<Claim> family{strict};
    const ClaimDecision alone = decide_claims(recipe, "test", family, {}).front();
    ASSERT_EQ(alone.outcome, ClaimOutcome::supported);
    ASSERT_GT(alone.p_supported, 0.05 / 30);
    family.resize(30, strict);
    const ClaimDecision among = decide_claims(recipe, "test", family, {}).front();
    EXPECT_EQ(among.p_supported, alone.p_supported);
    EXPECT_EQ(among.outcome, ClaimOutcome::undecided);
}

TEST(DecideClaims, OfNoRunsTestsNothing) {
    const auto decisions = decide_all(Recipe{});
    for (const auto& [id, decision] : decisions) {
        EXPECT_EQ(decision.outcome, ClaimOutcome::not_tested) << id;
    }
}

TEST(DecideClaims, OfUnknownMetricsTestsNothing) {
    MadeUpStudy study;
    add_runs(study, {16, 64, 256, 1024}, [](AnalyzedRun& run) {
        for (auto column :
             {&History::validation_loss, &History::test_loss, &History::validation_accuracy,
              &History::test_accuracy, &History::train_accuracy, &History::step_loss_variance}) {
            run.history.*column = {unknown, unknown};
        }
    });
    for (const auto& [id, decision] : decide_all(recipes_of(study.summary()).front())) {
        EXPECT_EQ(decision.outcome, ClaimOutcome::not_tested) << id;
    }
}

TEST(DecideClaims, DoNotDependOnTheOrderOfRuns) {
    std::vector<std::pair<std::int64_t, double>> accuracies{{16, 0.88}, {64, 0.87}, {256, 0.84}};
    std::vector<std::vector<ClaimDecision>> found;
    for (int turn = 0; turn < 2; ++turn) {
        MadeUpStudy study;
        add_accuracies(study, accuracies);
        found.push_back(
            decide_claims(recipes_of(study.summary()).front(), "test", default_claims(), {}));
        std::reverse(accuracies.begin(), accuracies.end());
    }
    for (std::size_t i = 0; i < found[0].size(); ++i) {
        EXPECT_EQ(found[0][i].outcome, found[1][i].outcome);
        const auto same = [](double a, double b) { return a == b || std::isnan(a + b); };
        EXPECT_TRUE(same(found[0][i].p_supported, found[1][i].p_supported));
    }
}

TEST(DecideClaims, IsForThisRecipeUnlessEveryRateWasTunedFairly) {
    struct Case {
        std::vector<double> rates;
        double best;
        bool for_this_recipe;
    };
    for (const Case& c : {Case{{0.1}, 0.1, true}, Case{{0.05, 0.1, 0.2}, 0.1, false},
                          Case{{0.05, 0.1, 0.2}, 0.2, true}}) {
        MadeUpStudy study;
        for (const double rate : c.rates) {
            for (const std::int64_t batch_size : {16, 256}) {
                for (std::uint64_t seed = 1; seed <= 5; ++seed) {
                    AnalyzedRun& run =
                        study.add(batch_size, seed, {{"training.learning_rate", rate}});
                    run.history.validation_loss.back() = 0.5 + std::abs(std::log(rate / c.best));
                    run.history.test_accuracy.back() =
                        (batch_size == 16 ? 0.88 : 0.84) + 0.0005 * jitter(batch_size, seed);
                }
            }
        }
        const ClaimDecision decision = decide(study, SmallGeneralizes{});
        EXPECT_EQ(decision.outcome, ClaimOutcome::supported);
        EXPECT_EQ(decision.for_this_recipe, c.for_this_recipe) << c.rates.size() << " " << c.best;
    }
}

/// Measured on the MLP: with one rate for all, small batches look better by leaving large ones
/// underfitted; with linear scaling they hardly differ.
TEST(DecideClaims, OneRateForAllFlattersSmallBatchesAndSaysForThisRecipe) {
    struct Measured {
        const char* rule;
        std::vector<std::pair<std::int64_t, double>> accuracies;
    };
    const std::vector<Measured> measured{
        {"none", {{16, 0.891}, {64, 0.884}, {256, 0.862}, {1024, 0.813}, {4096, 0.706}}},
        {"linear", {{16, 0.886}, {64, 0.884}, {256, 0.885}, {1024, 0.874}}}};
    MadeUpStudy study;
    for (const Measured& recipe : measured) {
        for (const auto& [batch_size, accuracy] : recipe.accuracies) {
            for (std::uint64_t seed = 1; seed <= 5; ++seed) {
                AnalyzedRun& run =
                    study.add(batch_size, seed,
                              {{"training.learning_rate_scaling", std::string(recipe.rule)}});
                run.file += recipe.rule;
                run.history.test_accuracy.back() = accuracy + 0.0012 * jitter(batch_size, seed);
            }
        }
    }
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        AnalyzedRun& run =
            study.add(4096, seed, {{"training.learning_rate_scaling", std::string("linear")}});
        run.file += "linear";
        run.status = RunStatus::diverged;
    }
    const auto recipes = recipes_of(study.summary());
    ASSERT_EQ(recipes.size(), 2U);
    auto linear = decide_all(recipes[0]);
    auto none = decide_all(recipes[1]);
    EXPECT_EQ(none["C1"].outcome, ClaimOutcome::supported);
    EXPECT_TRUE(none["C1"].for_this_recipe);
    EXPECT_EQ(none["C8"].outcome, ClaimOutcome::supported);
    // All runs of 4096 diverged: the claim is decided on the rest, and says so.
    EXPECT_EQ(linear["C1"].without, (std::vector<std::int64_t>{4096}));
    EXPECT_EQ(linear["C1"].outcome, ClaimOutcome::supported);
    EXPECT_NE(linear["C8"].outcome, ClaimOutcome::contradicted);
    const std::vector<Claim> narrower{claim_with(SmallGeneralizes{.large = {256, 256}})};
    const ClaimDecision close = decide_claims(recipes[0], "test", narrower, {}).front();
    EXPECT_EQ(close.outcome, ClaimOutcome::contradicted);
    EXPECT_EQ(close.because.reason, ClaimReason::negligible);
}

}  // namespace
}  // namespace batchscope::tests_of_decide_claims
