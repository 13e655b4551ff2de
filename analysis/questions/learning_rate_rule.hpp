#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/questions/larger_batch.hpp"
#include "analysis/questions/recipe.hpp"
#include "analysis/statistics/best_of.hpp"
#include "analysis/statistics/log_quadratic.hpp"
#include "analysis/statistics/slopes.hpp"
#include "analysis/statistics/verdict.hpp"
#include "core/described.hpp"

namespace batchscope {

// --- Several learning rates: how does the best one grow with the batch size? ---

/// The best rate at one batch size; the map of all rates tried is Arm::rates.
struct TunedRate {
    std::int64_t batch_size = 0;
    /// Of each seed the parabola of its final validation losses over ln rate, by the peak rates of
    /// training (after scaling). Runs that do not count are in `diverged`.
    std::map<std::uint64_t, LogQuadratic> by_seed;
    Estimate log_rate{0, unknown, unknown,
                      unknown};  ///< mean of ln of the best rates of the seeds with one inside
    std::int64_t bracketed = 0;  ///< how many these are
    std::int64_t uncounted = 0;  ///< runs that do not count, over all rates
};
BATCHSCOPE_DESCRIBE_STRUCT(TunedRate, batch_size, bracketed, uncounted, log_rate, by_seed)

enum class RateTrendStatus {
    tested,
    not_tuned,            ///< one rate at every batch size
    too_few_batch_sizes,  ///< fewer than 3 at which all seeds have their best rate inside
    no_common_seed,       ///< these have no seed in common
};
BATCHSCOPE_DESCRIBE_ENUM(RateTrendStatus, tested, not_tuned, too_few_batch_sizes, no_common_seed)

/// The exponent of a rule: rate ~ B^exponent.
struct RuleExponent {
    const char* rule;  ///< as in the configuration
    double exponent;
};
BATCHSCOPE_DESCRIBE_STRUCT(RuleExponent, rule, exponent)
inline constexpr std::array<RuleExponent, 3> rule_exponents{
    {{"none", 0.0}, {"sqrt", 0.5}, {"linear", 1.0}}};

/// A rule against the slope that was found.
struct RuleTest {
    RuleExponent rule{};
    /// Slope by seed - exponent; its p tests the rule, and its half-width holds the lattice error.
    PairedComparison beyond;
    /// Within the interval of the slope, which holds the lattice error. Several rules may be: the
    /// data cannot tell them apart. Nothing where there is no interval (one seed, identical seeds).
    std::optional<bool> is_compatible;
};
template <class Visitor>
constexpr void visit_fields(Type<RuleTest> /*type*/, const Visitor& visit) {
    visit("", &RuleTest::rule);
    visit("beyond", &RuleTest::beyond);
    visit("is_compatible", &RuleTest::is_compatible);
}

struct RateTrend {
    RateTrendStatus status = RateTrendStatus::not_tuned;
    std::vector<TunedRate> rates;        ///< by batch size
    std::vector<std::int64_t> used;      ///< batch sizes of the slope
    std::vector<std::int64_t> left_out;  ///< a seed has its best rate at the edge, or none
    std::vector<std::uint64_t> seeds;    ///< of the slope
    /// Of ln rate on ln B, one for each seed. Its half-width holds the lattice error, too.
    SlopeTest slope;
    double lattice_error = unknown;  ///< of the slope, from LogQuadratic::log_error, at most
    std::array<RuleTest, 3> rules;   ///< in the order of rule_exponents
};
template <class Visitor>
constexpr void visit_fields(Type<RateTrend> /*type*/, const Visitor& visit) {
    visit("status", &RateTrend::status);
    visit("batch_sizes", &RateTrend::rates);
    visit("used", &RateTrend::used);
    visit("left_out", &RateTrend::left_out);
    visit("seeds", &RateTrend::seeds);
    visit("lattice_error", &RateTrend::lattice_error);
    visit("slope_of_log_rate", [](const RateTrend& trend) { return trend.slope.mean; });
    visit("rules", [](const RateTrend& trend) {
        std::vector<RuleTest> tested;
        std::copy_if(trend.rules.begin(), trend.rules.end(), std::back_inserter(tested),
                     [](const RuleTest& test) { return test.rule.rule != nullptr; });
        return tested;
    });
}

/// The best rate of one seed at one batch size, as the peak of training (after scaling), from its
/// final validation losses; runs of the seed that do not count are points without a loss.
[[nodiscard]] LogQuadratic best_rate_of(const Arm& arm, std::uint64_t seed);

/// For a recipe of which several rates were tried. The seeds of the slope are those that every
/// batch size used has. What was left out at an edge could bend the slope: the grid needs more
/// rates there.
[[nodiscard]] RateTrend rate_trend(const Recipe& recipe, double confidence);

// --- Several rules: which is the best at each batch size? ---

/// Two rules at one batch size, by final validation loss.
struct RulePair {
    std::size_t first = 0, second = 0;  ///< into RulesCompared::rules
    /// The batch size is the reference: both rules are the same runs, and nothing is compared.
    bool same_runs = false;
    Decision decision;  ///< better: the second rule has the lower loss
};
BATCHSCOPE_DESCRIBE_STRUCT(RulePair, first, second, same_runs, decision)

/// What a rule came to at one batch size.
struct RuleOutcome {
    std::int64_t counted = 0;
    Standings uncounted;
    Estimate validation_loss;
};
BATCHSCOPE_DESCRIBE_STRUCT(RuleOutcome, counted, validation_loss)

struct RulesAtBatchSize {
    std::int64_t batch_size = 0;
    std::vector<RuleOutcome> outcomes;  ///< in the order of the rules
    std::vector<RulePair> pairs;        ///< of rules that both have a run, each once
    /// The rule with the lowest mean validation loss, and how much choosing it flatters. Rules with
    /// a seed that does not count are not to be chosen.
    SelectionOptimism best;
};
BATCHSCOPE_DESCRIBE_STRUCT(RulesAtBatchSize, batch_size, outcomes, pairs, best)

/// Recipes that differ in training.learning_rate_scaling alone.
struct RulesCompared {
    std::vector<std::string> rules;
    std::vector<std::size_t> recipes;  ///< of each rule, an index into those given
    std::vector<RulesAtBatchSize> batch_sizes;
};
BATCHSCOPE_DESCRIBE_STRUCT(RulesCompared, rules, recipes, batch_sizes)

/// All pairs at all batch sizes of one set of rules are one family (statistics/verdict.hpp), by the
/// margin of the loss. Recipes without a second rule are in no set.
[[nodiscard]] std::vector<RulesCompared> compare_rules(const std::vector<Recipe>& recipes,
                                                       const Margins& margins);

// --- Where does linear scaling end? ---

enum class StepOutcome {
    holds,      ///< the larger batch is equivalent or better
    worse,      ///< it is worse by the verdict
    diverged,   ///< fewer than 60 % of its runs count: the others are lost
    undecided,  ///< none of these
};
BATCHSCOPE_DESCRIBE_ENUM(StepOutcome, holds, worse, diverged, undecided)

/// From one batch size to the next larger one of the grid, the rate growing as the batch does.
struct LinearStep {
    std::int64_t from = 0, to = 0;
    std::int64_t counted = 0, tried = 0;  ///< runs at `to`, see tried_runs
    Standings lost;                       ///< of these, by why
    Decision decision;                    ///< better: the larger batch is
    StepOutcome outcome = StepOutcome::undecided;
};
BATCHSCOPE_DESCRIBE_STRUCT(LinearStep, from, to, counted, tried, outcome, decision)

/// Steps can each hold and still lead away, so that the far end is compared with the smallest
/// batch size elsewhere (larger_batch.hpp).
struct LinearScaling {
    ComparedMetric metric;  ///< of the validation split
    std::vector<LinearStep> steps;
    /// The largest batch size from which a step holds; 0: none is shown to.
    std::int64_t holds_from = 0;
    /// The first batch size that is worse than the one before, or diverges; 0: none is shown to.
    std::int64_t ends_at = 0;
    StepOutcome end = StepOutcome::undecided;  ///< `worse` or `diverged` where it ends
};
template <class Visitor>
constexpr void visit_fields(Type<LinearScaling> /*type*/, const Visitor& visit) {
    visit("figure", [](const LinearScaling& scaling) { return scaling.metric.name; });
    visit("holds_from", &LinearScaling::holds_from);
    visit("ends_at", &LinearScaling::ends_at);
    visit("end", &LinearScaling::end);
    visit("steps", &LinearScaling::steps);
}

/// All steps are one family. Nothing where the recipe does not scale its rate linearly or has fewer
/// than two batch sizes. In accuracy, in regression by loss.
[[nodiscard]] std::optional<LinearScaling> linear_scaling(const Recipe& recipe,
                                                          const Margins& margins);

}  // namespace batchscope
