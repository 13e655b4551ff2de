#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/statistics/interval.hpp"
#include "core/described.hpp"

namespace batchscope {

enum class Better { larger, smaller };

/// The expected best of k draws without replacement (Tang et al. 2020), unbiased for k draws from
/// where the values came from: sum of y(i) [C(i, k) - C(i-1, k)] / C(n, k). NaN for k > n, where
/// the data say nothing. Throws std::invalid_argument for k < 1 and for values that are not finite.
[[nodiscard]] double expected_best_of(std::span<const double> values, std::int64_t k,
                                      Better better);

/// What choosing the best of several options by the same runs that judge it adds to its value.
struct SelectionOptimism {
    std::int64_t seeds = 0;
    std::int64_t options = 0;   ///< to choose from
    std::int64_t left_out = 0;  ///< more, which have a value that is not finite (diverged, missing)
    std::optional<std::size_t> chosen;  ///< index of the best by its mean over all seeds
    double naive = NAN;                 ///< mean score of `chosen` over all seeds
    /// Score on each seed of the option that the other seeds choose. The interval is approximate:
    /// the choices share seeds.
    Estimate leave_one_seed_out;
    std::vector<std::size_t> chosen_without;  ///< each seed: what the others choose
    /// How much the naive value flatters; above 0: towards better. NaN for fewer than two seeds.
    double optimism = NAN;
};
BATCHSCOPE_DESCRIBE_STRUCT(SelectionOptimism, options, left_out, chosen, naive, leave_one_seed_out,
                           optimism)

/// A matrix options x seeds by which one chooses, and one of scores that judges the choice. They
/// may be the same; the usual use is to choose by validation loss and to judge by accuracy.
struct SelectionMatrix {
    std::span<const std::vector<double>> values;
    Better better = Better::larger;
};

/// Leave one seed out: for each seed choose the option with the best mean over the others and score
/// it on that seed (Stone 1974; the winner's curse of K equal options is E[max of K normals] sigma
/// / sqrt(n), which this takes away, but for a hair). Of equally good options the first is chosen.
/// Throws std::invalid_argument if the matrices differ in shape.
[[nodiscard]] SelectionOptimism selection_optimism(const SelectionMatrix& choose_by,
                                                   const SelectionMatrix& score_by,
                                                   double confidence);

}  // namespace batchscope
