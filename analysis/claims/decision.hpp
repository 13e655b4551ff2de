#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/claims/reason.hpp"
#include "core/described.hpp"

namespace batchscope {

enum class ClaimOutcome { supported, contradicted, undecided, not_tested };
BATCHSCOPE_DESCRIBE_ENUM(ClaimOutcome, supported, contradicted, undecided, not_tested)

/// The unit of a number.
enum class ClaimUnit {
    fraction,   ///< accuracy, 0 to 1
    nats,       ///< loss
    log_ratio,  ///< natural logarithm of a ratio
    log_ratio_per_doubling,
    slope,  ///< of one logarithm on another
    batch_size,
    p_value,
    correlation,  ///< -1 to 1
};
BATCHSCOPE_DESCRIBE_ENUM(ClaimUnit, fraction, nats, log_ratio, log_ratio_per_doubling, slope,
                         batch_size, p_value, correlation)

/// A number behind a decision. The interval is at the confidence of the analysis, not adjusted for
/// the other claims; NaN where there is none.
struct ClaimNumber {
    std::string name;  ///< a fixed word: "small_less_large"
    ClaimUnit unit = ClaimUnit::fraction;
    double value = NAN;
    double lower = NAN;
    double upper = NAN;
    std::int64_t n = 0;  ///< seeds behind it; 0 where that has no meaning
};
BATCHSCOPE_DESCRIBE_STRUCT(ClaimNumber, name, unit, value, lower, upper, n)

/// The chart of the report that shows a claim.
enum class ClaimChart {
    paired_differences,
    accuracy_by_batch_size,
    gap_by_batch_size,
    sharpness_by_batch_size,
    gradient_noise_by_batch_size,
    best_rate_by_batch_size,
    time_to_target,
    step_loss_noise,
};
BATCHSCOPE_DESCRIBE_ENUM(ClaimChart, paired_differences, accuracy_by_batch_size, gap_by_batch_size,
                         sharpness_by_batch_size, gradient_noise_by_batch_size,
                         best_rate_by_batch_size, time_to_target, step_loss_noise)

/// What was found about a claim on the runs of one recipe.
struct ClaimDecision {
    std::string claim;  ///< its id
    ClaimOutcome outcome = ClaimOutcome::not_tested;
    /// The learning rate was not tuned fairly at each batch size (one rate, unequal trials, a best
    /// rate at the edge of the grid, one seed): another rate may give another answer.
    bool for_this_recipe = true;
    Because because;
    std::int64_t seeds = 0;             ///< common ones that the decision rests on
    std::vector<std::int64_t> without;  ///< batch sizes left out since they lose runs
    /// Runs at the end of their schedule are compared with others in the middle of it.
    bool inside_schedule = false;
    /// p of "the claim does not hold" and of "it holds by at least the margin"; NaN if not tested.
    double p_supported = NAN;
    double p_contradicted = NAN;
    double adjusted_p_supported = NAN;  ///< over all claims tested on this recipe
    double adjusted_p_contradicted = NAN;
    /// That which was compared with alpha: of the outcome; of an undecided one the smaller.
    [[nodiscard]] double p_of_outcome() const {
        switch (outcome) {
            case ClaimOutcome::supported:
                return adjusted_p_supported;
            case ClaimOutcome::contradicted:
                return adjusted_p_contradicted;
            case ClaimOutcome::undecided:
            case ClaimOutcome::not_tested:
                break;
        }
        return std::fmin(adjusted_p_supported, adjusted_p_contradicted);
    }
    std::int64_t claims_tested = 0;  ///< m of this adjustment
    std::vector<ClaimNumber> numbers;
    std::vector<std::string> rests_on;  ///< names of the numbers that decided, or did not
    ClaimChart shown_by = ClaimChart::paired_differences;
};
template <class Visitor>
constexpr void visit_fields(Type<ClaimDecision> /*type*/, const Visitor& visit) {
    visit("outcome", &ClaimDecision::outcome);
    visit("reason", [](const ClaimDecision& decision) { return decision.because.reason.word; });
    visit("reason_arguments", &ClaimDecision::because);
    visit("for_this_recipe", &ClaimDecision::for_this_recipe);
    visit("seeds", &ClaimDecision::seeds);
    visit("without", &ClaimDecision::without);
    visit("inside_schedule", &ClaimDecision::inside_schedule);
    visit("p_supported", &ClaimDecision::p_supported);
    visit("p_contradicted", &ClaimDecision::p_contradicted);
    visit("p_supported_adjusted", &ClaimDecision::adjusted_p_supported);
    visit("p_contradicted_adjusted", &ClaimDecision::adjusted_p_contradicted);
    visit("claims_tested", &ClaimDecision::claims_tested);
    visit("rests_on", &ClaimDecision::rests_on);
    visit("numbers", &ClaimDecision::numbers);
    visit("shown_by", &ClaimDecision::shown_by);
}

}  // namespace batchscope
