#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "analysis/statistics/critical_batch_fit.hpp"

namespace batchscope {

enum class PiecewiseStatus {
    fitted,
    invalid_point,        ///< as for the critical batch
    too_few_batch_sizes,  ///< fewer than 6 different ones
    too_few_runs,         ///< too few for the AICc of this model
};

/// Which description the data prefer: by more than 2 units of AICc (Burnham & Anderson 2002), else
/// neither.
enum class ScalingModel { neither, hyperbola, piecewise };

/// Three regimes with sharp borders (Shallue et al. 2019): ln S = c - ln B up to b1, then a line of
/// slope -k with 0 <= k <= 1, constant from b2 on; continuous.
struct PiecewiseScaling {
    PiecewiseStatus status = PiecewiseStatus::too_few_batch_sizes;
    double perfect_until = std::nan("");  ///< b1; the smallest batch size: no perfect scaling seen
    double plateau_from = std::nan("");   ///< b2; the largest batch size: no plateau seen
    double slope = std::nan("");          ///< k, the slope of the middle part
    double minimum_steps = std::nan("");  ///< S at b2 and beyond
    double sum_of_squares = std::nan("");
    /// N ln(SSR / N) + 2 p + 2 p (p + 1) / (N - p - 1), p = blocks + 4: c of each block, k, b1, b2
    /// and the variance; the hyperbola has p = blocks + 2 (Hurvich & Tsai 1989).
    double aicc = std::nan("");
    double hyperbola_aicc = std::nan("");
    ScalingModel preferred = ScalingModel::neither;
};

/// The least-squares fit over all b1 < b2 of a grid: the batch sizes, and 7 values between
/// neighbours, evenly in ln B; so the borders are known to this spacing at best. Of equally good
/// borders the smallest are given. Independent of the order of `points`. AICc counts runs as
/// independent given their block.
[[nodiscard]] PiecewiseScaling fit_piecewise_scaling(const std::vector<StepsToTarget>& points,
                                                     SeedRole seeds = SeedRole::blocks);

}  // namespace batchscope
