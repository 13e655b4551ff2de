#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/questions/budget.hpp"
#include "analysis/questions/by_seed.hpp"
#include "analysis/statistics/interval.hpp"
#include "analysis/statistics/matched_value.hpp"
#include "analysis/statistics/paired_comparison.hpp"
#include "core/described.hpp"

namespace batchscope {

/// The generalization gap of one batch size at a budget, over the seeds.
struct ArmGap {
    std::int64_t batch_size = 0;
    Estimate loss{};      ///< out-of-sample loss - train loss, in the unit of the loss
    Estimate accuracy{};  ///< train accuracy - out-of-sample accuracy, a fraction
    PairedComparison loss_against_reference;      ///< on common seeds; n = 0 for the reference
    PairedComparison accuracy_against_reference;  ///< itself
    /// Train and out-of-sample accuracy (loss in regression) are both worse than those of the
    /// reference, each by an interval that leaves out 0: a smaller gap is then no better
    /// generalization, but less training.
    bool underfits = false;
};
template <class Visitor>
constexpr void visit_fields(Type<ArmGap> /*type*/, const Visitor& visit) {
    visit("batch_size", &ArmGap::batch_size);
    visit("gap_loss", &ArmGap::loss);
    visit("gap_accuracy", &ArmGap::accuracy);
    visit("gap_loss_against_reference", &ArmGap::loss_against_reference);
    visit("gap_accuracy_against_reference", &ArmGap::accuracy_against_reference);
    visit("underfits", &ArmGap::underfits);
}

struct GapAtBudget {
    Budget budget;
    std::vector<ArmGap> arms;  ///< with a run, by batch size; the smallest is the reference
};
BATCHSCOPE_DESCRIBE_STRUCT(GapAtBudget, budget, arms)

/// The gap at every budget of the recipe. `out_of_sample`: "test" or "validation".
[[nodiscard]] std::vector<GapAtBudget> gaps_of(const Recipe& recipe,
                                               const std::string& out_of_sample, double confidence);

/// The gap of one run at a train loss, as it was read.
struct GapAtLevel {
    double value = unknown;
    double error = unknown;  ///< of the interpolation between two rows
};
BATCHSCOPE_DESCRIBE_STRUCT(GapAtLevel, value, error)

/// One batch size of a matched gap.
struct MatchedArm {
    std::int64_t batch_size = 0;
    std::map<std::uint64_t, GapAtLevel> by_seed;
    double error = unknown;  ///< mean of those of the interpolation over the seeds
    /// Whether the rows are close enough together (statistics/interpolation.hpp); else the numbers
    /// below are not to be shown, nor concluded from.
    bool resolved = false;
    Estimate gap_loss{};                ///< its half-width holds the interpolation error, too
    PairedComparison against_smallest;  ///< the same, with both errors; n = 0 for the first
    bool difference_resolved = false;
    std::int64_t passed_again = 0;  ///< runs whose train loss rose above the level again: their
                                    ///< first passage counts
};
BATCHSCOPE_DESCRIBE_STRUCT(MatchedArm, batch_size, resolved, gap_loss, error, against_smallest,
                           difference_resolved, passed_again, by_seed)

/// gap_loss along each run where its train loss first comes down to one level that all runs reach:
/// raw gaps flatter runs that did not train.
struct MatchedGap {
    CommonLevelStatus status = CommonLevelStatus::no_runs;
    double train_loss = unknown;   ///< the level: the deepest that all runs reach
    std::int64_t limited_by = 0;   ///< batch size of the run that sets the level, or has none
    std::vector<MatchedArm> arms;  ///< by batch size
    /// The largest step of train loss between the evaluations that a gap was interpolated from: a
    /// large one means a coarse match.
    double widest_bracket = unknown;
    /// Some runs come to the level at their end, under a rate that a schedule has lowered, others
    /// in the middle of it.
    bool inside_schedule = false;

    [[nodiscard]] const MatchedArm* arm_at(std::int64_t batch_size) const;
    [[nodiscard]] bool any_resolved() const;
};
BATCHSCOPE_DESCRIBE_STRUCT(MatchedGap, status, train_loss, limited_by, widest_bracket,
                           inside_schedule, arms)

/// Over all runs of all `arms`; one that reaches less limits all others. Not found (no common train
/// loss) where a run starts below the lowest of another. `margin`: what does not matter, in nats.
[[nodiscard]] MatchedGap matched_gap(const std::vector<const Arm*>& arms,
                                     const std::string& out_of_sample, double margin,
                                     double confidence);

}  // namespace batchscope
