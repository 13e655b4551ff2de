#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace batchscope {

enum class ClaimOutcome { supported, contradicted, undecided, not_tested };

/// Why a claim came out as it did. In brackets: what the arguments of Because hold, where they do.
enum class ClaimReason {
    // Supported.
    as_claimed,         ///< the difference claimed is there, and larger than what does not matter
    interval_inside,    ///< the slope's interval lies where the claim has it
    smaller_is_better,  ///< a smaller batch beats a larger one by more than the margin [batch_size:
                        ///< the larger one, other_batch_size: the smaller one]
    // Contradicted.
    opposite,              ///< the difference is there, but the other way round
    negligible,            ///< equivalent: the difference lies inside ±margin
    beaten,                ///< another group is better [name: the group]
    bound_below_margin,    ///< a one-sided bound falls below the margin [name: the number]
    never_rises,           ///< the validation loss of no run ends above its own minimum
    target_missed,         ///< large batches fail a target that the others reach [found of needed:
                           ///< seeds that fail, of all]
    interval_excludes,     ///< the slope's interval excludes the value claimed [name: the moment]
    largest_not_inferior,  ///< the largest batch is not inferior to any smaller one [batch_size]
    // Undecided.
    too_little_data,    ///< neither is significant
    partly_negligible,  ///< significant, but one of the differences lies inside ±margin
    measures_disagree,  ///< what has to agree does not [name: one that is contradicted]
    identical_seeds,    ///< all seeds gave the same differences: seed not applied or files copied
    // Not tested.
    group_missing,        ///< no run in a group of batch sizes [name: the group]
    too_few_seeds,        ///< common seeds that count [found, needed; batch_size: has the fewest]
    too_few_batch_sizes,  ///< [found, needed; name: of sharpness the measure, of gradient noise the
                          ///< moment]
    span_too_small,       ///< largest over smallest batch size [found, needed]
    figure_missing,       ///< runs do not hold a figure [name: the figure, batch_size]
    inside_schedule,      ///< runs had different budgets; equal epochs lie inside a schedule
    no_common_train_loss,  ///< the runs' train losses do not overlap [batch_size: the limiting one;
                           ///< name: of sharpness, the measure]
    not_measured,          ///< no run holds this measure [name; of gradient noise at one moment it]
    not_converged,         ///< a value that is needed is not certified [name, batch_size, seed; of
                           ///< gradient noise found, needed: batches]
    rates_scaled,          ///< the rates of the recipe move with the batch size [name: the rule]
    too_few_rates,         ///< learning rates tried [found, needed, batch_size]
    optimum_not_bracketed,  ///< the best rate is not inside of those tried [name: how, a word of
                            ///< BracketStatus; batch_size, seed]
    different_hardware,     ///< or rank counts, between runs whose seconds are compared
    hardware_unknown,
    target_not_reached,  ///< [name: the group; found of needed: seeds that reach it, of all]
};

/// A reason with its arguments; those that it has no use for are 0 or empty.
struct Because {
    ClaimReason reason = ClaimReason::too_little_data;
    std::string name{};  ///< a fixed word of the program ("small", "top_eigenvalue"), never a text
    std::int64_t batch_size = 0;
    std::int64_t other_batch_size = 0;
    std::uint64_t seed = 0;
    std::int64_t found = 0;
    std::int64_t needed = 0;
};

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

/// The figure of the report that shows a claim.
enum class ClaimFigure {
    paired_differences,
    accuracy_by_batch_size,
    gap_by_batch_size,
    sharpness_by_batch_size,
    gradient_noise_by_batch_size,
    best_rate_by_batch_size,
    time_to_target,
    step_loss_noise,
};

/// What was found about a claim on the runs of one recipe.
struct ClaimDecision {
    std::string claim;  ///< its id
    ClaimOutcome outcome = ClaimOutcome::not_tested;
    /// The learning rate was not tuned fairly at each batch size (one rate, unequal trials, a best
    /// rate at the edge of the grid, one seed): another rate may give another answer.
    bool for_this_recipe = true;
    Because because;
    std::int64_t seeds = 0;  ///< common ones that the decision rests on
    /// p of "the claim does not hold" and of "it holds by at least the margin"; NaN if not tested.
    double p_supported = NAN;
    double p_contradicted = NAN;
    double adjusted_p_supported = NAN;  ///< over all claims tested on this recipe
    double adjusted_p_contradicted = NAN;
    std::int64_t claims_tested = 0;  ///< m of this adjustment
    std::vector<ClaimNumber> numbers;
    ClaimFigure shown_by = ClaimFigure::paired_differences;
};

/// Fixed words for CSV and JSON: "supported", "group_missing", "nats", "paired_differences".
[[nodiscard]] std::string to_string(ClaimOutcome outcome);
[[nodiscard]] std::string to_string(ClaimReason reason);
[[nodiscard]] std::string to_string(ClaimUnit unit);
[[nodiscard]] std::string to_string(ClaimFigure figure);

}  // namespace batchscope
