#pragma once

#include <string>
#include <vector>

#include "analysis/questions/recipe.hpp"
#include "core/described.hpp"

namespace batchscope {

/// Where along their training runs are compared.
enum class Moment {
    end,              ///< final weights
    best_validation,  ///< of the evaluations on all splits the one with the lowest validation loss
    equal_epochs,
    equal_steps,
    equal_examples,
    equal_seconds,
};
BATCHSCOPE_DESCRIBE_ENUM(Moment, end, best_validation, equal_epochs, equal_steps, equal_examples,
                         equal_seconds)

/// A moment at which the runs of a recipe can be compared, and what makes the comparison doubtful.
struct Budget {
    Moment moment = Moment::end;
    /// Of equal_*: the most that all runs reached, in epochs, steps, examples or seconds; else NaN.
    double amount = unknown;
    /// Some runs went on beyond `amount` under a rate that was still to fall: their metrics there
    /// are not those of a run that was given this budget (its rate would have ended lower).
    bool inside_schedule = false;
    /// best_validation: runs were evaluated different numbers of times; more looks find a better
    /// best.
    bool unequal_looks = false;
    /// equal_seconds: different hardware or ranks.
    bool different_machines = false;
};
BATCHSCOPE_DESCRIBE_STRUCT(Budget, moment, amount, inside_schedule, unequal_looks,
                           different_machines)

/// The budgets of a recipe, in the order of Moment. Of the equal clocks those are left out
/// that no run has (no rows, no times).
[[nodiscard]] std::vector<Budget> budgets_of(const Recipe& recipe);

/// A column of a run's history at a budget: at a row, or on the line between two rows. NaN where
/// the run has none.
[[nodiscard]] double metric_at(const AnalyzedRun& run, const Budget& budget,
                               std::vector<double> History::*column);

/// The error of metric_at: 0 at a row.
[[nodiscard]] double reading_error_at(const AnalyzedRun& run, const Budget& budget,
                                      std::vector<double> History::*column);

/// The runs that count, by batch size and seed.
[[nodiscard]] std::vector<const AnalyzedRun*> runs_of(const Recipe& recipe);

/// Whether a point inside the run is not what a run of that length would have come to, since its
/// learning rate follows a schedule; true where the settings are not known.
[[nodiscard]] bool rate_changes(const AnalyzedRun& run);

/// Whether the runs had different hardware or numbers of ranks, so that their seconds cannot be
/// compared. False for fewer than two.
[[nodiscard]] bool on_different_machines(const std::vector<const AnalyzedRun*>& runs);

}  // namespace batchscope
