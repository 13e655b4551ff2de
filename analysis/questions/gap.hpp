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

/// gap_loss along each run where its train loss first comes down to one level that all runs reach:
/// raw gaps flatter runs that did not train.
struct MatchedGap {
    CommonLevelStatus status = CommonLevelStatus::no_runs;
    double train_loss = unknown;  ///< the level: the deepest that all runs reach
    std::int64_t limited_by = 0;  ///< batch size of the run that sets the level, or has none
    std::vector<std::int64_t> batch_sizes;
    std::vector<Estimate> gap_loss;                  ///< by batch size
    std::vector<PairedComparison> against_smallest;  ///< by batch size; n = 0 for the first
    /// Of each batch size the gap by seed.
    std::vector<BySeed> by_seed;
    /// The largest step of train loss between the evaluations that a gap was interpolated from: a
    /// large one means a coarse match.
    double widest_bracket = unknown;
};

/// Over all runs of all `arms`; one that reaches less limits all others. Not found (no common train
/// loss) where a run starts below the lowest of another.
[[nodiscard]] MatchedGap matched_gap(const std::vector<const Arm*>& arms,
                                     const std::string& out_of_sample, double confidence);

}  // namespace batchscope
