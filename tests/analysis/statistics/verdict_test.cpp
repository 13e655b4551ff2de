#include "analysis/statistics/verdict.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <vector>

#include "analysis/statistics/interval.hpp"
#include "analysis/statistics/multiple_comparisons.hpp"
#include "analysis/statistics/power.hpp"

namespace batchscope::tests_of_verdict {
namespace {

using Differences = std::vector<double>;

std::vector<Compared> family_of(const std::vector<Differences>& rows) {
    std::vector<Compared> family;
    for (const Differences& row : rows) {
        family.push_back({paired_comparison(row, 0.95)});
    }
    return family;
}

Decision decide_one(const Differences& differences, double margin) {
    return decide(family_of({differences}), margin, 0.05).at(0);
}

// A spread of 1 around `mean`.
Differences around(double mean, double spread = 1) {
    return {mean - spread, mean - spread / 2, mean, mean + spread / 2, mean + spread};
}

TEST(Decide, NamesEachVerdictWithItsReason) {
    const Decision better = decide_one(around(10), 0.5);
    EXPECT_EQ(better.verdict, Verdict::better);
    EXPECT_EQ(better.reason, Reason::different);
    const Decision worse = decide_one(around(-10), 0.5);
    EXPECT_EQ(worse.verdict, Verdict::worse);
    EXPECT_EQ(worse.reason, Reason::different);
    const Decision equivalent = decide_one(around(0), 5);
    EXPECT_EQ(equivalent.verdict, Verdict::equivalent);
    EXPECT_EQ(equivalent.reason, Reason::within_margin);
    const Decision undecided = decide_one(around(0), 0.5);
    EXPECT_EQ(undecided.verdict, Verdict::undecided);
    EXPECT_EQ(undecided.reason, Reason::too_little_data);
}

TEST(Decide, CallsADifferenceInsideTheMarginNegligible) {
    const Decision decision = decide_one(around(10), 20);
    EXPECT_LT(decision.p_difference, 0.05);
    EXPECT_LT(decision.p_equivalence, 0.05);
    EXPECT_EQ(decision.verdict, Verdict::equivalent);
    EXPECT_EQ(decision.reason, Reason::different_but_negligible);
}

TEST(Decide, NeverDecidesOnFewerThanThreeSeeds) {
    for (const Differences& few : std::vector<Differences>{{}, {9.0}, {9.0, 9.0001}}) {
        const Decision decision = decide_one(few, 0.5);
        EXPECT_EQ(decision.verdict, Verdict::undecided);
        EXPECT_EQ(decision.reason, Reason::too_few_seeds);
        EXPECT_EQ(decision.tested, 0);
        EXPECT_TRUE(std::isnan(decision.p_difference));
        EXPECT_TRUE(std::isnan(decision.p_equivalence));
    }
    // Two seeds show a spread, and so how many more are needed; one does not.
    EXPECT_EQ(decide_one({9.0, 9.0001}, 0.5).seeds_to_decide, fewest_seeds);
    EXPECT_EQ(decide_one({9.0}, 0.5).seeds_to_decide, std::nullopt);
    EXPECT_TRUE(std::isnan(decide_one({9.0}, 0.5).simultaneous_half_width));
}

TEST(Decide, NeverDecidesOnIdenticalSeeds) {
    for (const double value : {0.0, 0.01, 100.0}) {
        const Decision decision = decide_one(Differences(5, value), 0.5);
        EXPECT_EQ(decision.verdict, Verdict::undecided);
        EXPECT_EQ(decision.reason, Reason::identical_seeds);
        EXPECT_EQ(decision.tested, 0);
        EXPECT_EQ(decision.seeds_to_decide, std::nullopt);
        EXPECT_TRUE(std::isnan(decision.minimum_detectable_effect));
    }
}

TEST(Decide, AdjustsOverTheComparisonsThatWereTested) {
    const std::vector<Compared> family =
        family_of({around(2), {1.0}, around(3), around(0.1), Differences(5, 1.0)});
    const std::vector<Decision> decisions = decide(family, 5, 0.05);
    const AdjustedPairs p = adjusted_exclusive_pairs(
        std::vector{family[0].difference.p_two_sided, family[2].difference.p_two_sided,
                    family[3].difference.p_two_sided},
        std::vector{decisions[0].equivalence.p, decisions[2].equivalence.p,
                    decisions[3].equivalence.p});
    EXPECT_EQ(decisions[0].p_difference, p.first[0]);
    EXPECT_EQ(decisions[2].p_difference, p.first[1]);
    EXPECT_EQ(decisions[3].p_difference, p.first[2]);
    EXPECT_EQ(decisions[3].p_equivalence, p.second[2]);
    for (const Decision& decision : decisions) {
        EXPECT_EQ(decision.tested, 3);
    }
    EXPECT_DOUBLE_EQ(decisions[0].simultaneous_half_width,
                     student_quantile(1 - 0.05 / 3, 4) * family[0].difference.standard_error);
    EXPECT_DOUBLE_EQ(decisions[0].minimum_detectable_effect,
                     minimum_detectable_effect(family[0].difference, 0.05 / 3));
}

Decision decide_with(const Differences& differences, const LostRuns& runs, double margin = 5) {
    const std::vector<Compared> family{{paired_comparison(differences, 0.95), runs}};
    return decide(family, margin, 0.05).at(0);
}

TEST(DecideWithLostRuns, SurvivorsAreNeverBetterOrEquivalent) {
    const Decision better = decide_with({9, 10, 11}, {5, 2, 5, 0});
    EXPECT_EQ(better.verdict, Verdict::undecided);
    EXPECT_EQ(better.reason, Reason::loses_runs);
    EXPECT_EQ(better.runs.lost, 2);
    const Decision equivalent = decide_with({-0.1, 0, 0.1}, {4, 1, 4, 0});
    EXPECT_EQ(equivalent.verdict, Verdict::undecided);
    EXPECT_TRUE(std::isnan(equivalent.p_equivalence));
}

TEST(DecideWithLostRuns, SurvivorsThatAreWorseDecide) {
    const Decision worse = decide_with({-9, -10, -11}, {5, 2, 5, 0});
    EXPECT_EQ(worse.verdict, Verdict::worse);
    EXPECT_EQ(worse.reason, Reason::different);
}

TEST(DecideWithLostRuns, TheTestOfLossesDecides) {
    const Decision worse = decide_with(Differences{9, 10, 11}, {20, 17, 20, 0});
    EXPECT_EQ(worse.verdict, Verdict::worse);
    EXPECT_EQ(worse.reason, Reason::loses_more);
}

TEST(DecideWithLostRuns, AllLostAgainstNoneIsWorseWithoutATest) {
    const Decision lost = decide_with({}, {3, 3, 3, 0});
    EXPECT_EQ(lost.verdict, Verdict::worse);
    EXPECT_EQ(lost.reason, Reason::all_lost);
    EXPECT_EQ(decide_with({}, {2, 2, 3, 0}).verdict, Verdict::undecided) << "too few were tried";
    EXPECT_EQ(decide_with({}, {2, 2, 5, 0}).reason, Reason::loses_more) << "p = 1/21";
    EXPECT_EQ(decide_with({}, {3, 3, 3, 1}).verdict, Verdict::undecided) << "both lose runs";
}

TEST(DecideWithLostRuns, IsMirroredForTheReference) {
    const Decision survivors = decide_with({9, 10, 11}, {5, 0, 5, 2});
    EXPECT_EQ(survivors.verdict, Verdict::better);
    EXPECT_EQ(decide_with({-9, -10, -11}, {5, 0, 5, 2}).verdict, Verdict::undecided);
    EXPECT_EQ(decide_with({-0.1, 0, 0.1}, {4, 0, 4, 1}).verdict, Verdict::undecided);
    const Decision fewer = decide_with({-9, -10, -11}, {20, 0, 20, 17});
    EXPECT_EQ(fewer.verdict, Verdict::better);
    EXPECT_EQ(fewer.reason, Reason::loses_fewer);
}

TEST(DecideWithLostRuns, WhereBothLoseRunsSurvivorsSayNothing) {
    EXPECT_EQ(decide_with({-9, -10, -11}, {5, 2, 5, 1}).verdict, Verdict::undecided);
    EXPECT_EQ(decide_with({9, 10, 11}, {20, 18, 20, 2}).verdict, Verdict::worse);
    EXPECT_EQ(decide_with({-9, -10, -11}, {20, 2, 20, 18}).verdict, Verdict::better);
}

TEST(DecideWithLostRuns, LossesThatNoTestCouldShowCostTheSurvivorsNothing) {
    // One lost run of five can never be significant: the survivors' p is not doubled.
    const Differences differences{-2, -3, -4, -9};
    EXPECT_EQ(decide_with(differences, {5, 1, 5, 0}).p_difference,
              paired_comparison(differences, 0.95).p_two_sided);
}

TEST(Decide, GetsMoreCarefulAsTheFamilyGrows) {
    // p = 0.036 alone; in a family of ten nothing is left of it.
    const Differences differences = around(1.1);
    EXPECT_EQ(decide_one(differences, 0.1).verdict, Verdict::better);
    const std::vector<Decision> ten =
        decide(family_of(std::vector<Differences>(10, differences)), 0.1, 0.05);
    for (const Decision& decision : ten) {
        EXPECT_EQ(decision.verdict, Verdict::undecided);
        EXPECT_EQ(decision.comparison.p_two_sided, ten[0].comparison.p_two_sided);
    }
}

TEST(Decide, PlansForBothAnswersAtTheMargin) {
    const std::vector<Decision> decisions =
        decide(family_of({around(0.2), around(-0.1)}), 0.5, 0.05);
    const PairedComparison& comparison = decisions[0].comparison;
    const auto to_differ = seeds_to_detect(comparison, 0.5, 0.025);
    const auto to_be_equivalent = seeds_to_show_equivalence(comparison, 0.5, 0.025);
    ASSERT_TRUE(to_differ && to_be_equivalent);
    EXPECT_EQ(decisions[0].seeds_to_decide, std::max(*to_differ, *to_be_equivalent));
    // It depends on the spread, not on the difference that was seen.
    EXPECT_EQ(decisions[0].seeds_to_decide, decisions[1].seeds_to_decide);
}

TEST(Decide, DoesNotDependOnTheOrderOfTheFamily) {
    std::vector<Differences> rows{around(2), around(-1), around(0.2, 0.1), around(7), {1.0}};
    const std::vector<Decision> decisions = decide(family_of(rows), 0.6, 0.05);
    std::vector<Differences> reversed(rows.rbegin(), rows.rend());
    const std::vector<Decision> others = decide(family_of(reversed), 0.6, 0.05);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Decision& one = decisions[i];
        const Decision& other = others[rows.size() - 1 - i];
        EXPECT_EQ(one.verdict, other.verdict);
        EXPECT_EQ(one.reason, other.reason);
        if (one.reason != Reason::too_few_seeds) {
            EXPECT_EQ(one.p_difference, other.p_difference);
            EXPECT_EQ(one.p_equivalence, other.p_equivalence);
        }
    }
}

TEST(Decide, MirrorsWithTheSign) {
    for (const double mean : {0.0, 0.3, 1.0, 10.0}) {
        const Decision one = decide_one(around(mean), 2);
        const Decision other = decide_one(around(-mean), 2);
        EXPECT_EQ(one.verdict == Verdict::better, other.verdict == Verdict::worse);
        EXPECT_EQ(one.verdict == Verdict::equivalent, other.verdict == Verdict::equivalent);
    }
}

TEST(Decide, OfAnEmptyFamilyIsEmpty) {
    EXPECT_TRUE(decide({}, 0.5, 0.05).empty());
}

TEST(Decide, RefusesWhatIsNoMarginAndNoLevel) {
    const std::vector<Compared> family = family_of({around(1)});
    for (const double bad : {0.0, -0.5, std::numeric_limits<double>::quiet_NaN()}) {
        EXPECT_THROW((void)decide(family, bad, 0.05), std::invalid_argument);
        EXPECT_THROW((void)decide(family, 0.5, bad), std::invalid_argument);
        EXPECT_THROW((void)decide({}, bad, 0.05), std::invalid_argument);
    }
}

}  // namespace
}  // namespace batchscope::tests_of_verdict
