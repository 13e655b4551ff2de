#pragma once

#include <cstdint>
#include <vector>

#include "analysis/questions/recipe.hpp"

/// How finely metrics are measured: the floor of their variance (statistics/paired_comparison.hpp).
namespace batchscope {

/// Of ln seconds: no clock and no machine repeats a run more closely than to a thousandth.
inline constexpr double resolution_of_log_seconds = 1e-3;

/// Of an accuracy, 1 / examples of its split, over the runs of a recipe that count (the coarsest);
/// 0 for a loss, whose steps are those of its numbers, and where the size of the split is not
/// known.
[[nodiscard]] double resolution_of(const Recipe& recipe, HistoryColumn column);

/// Whether several seeds of an arm gave the very same losses: a file was copied, or the seed was
/// not applied, so that no resolution stands for their spread.
[[nodiscard]] bool are_copies(const Arm& arm);

}  // namespace batchscope
