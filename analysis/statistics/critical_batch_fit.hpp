#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "analysis/statistics/critical_batch_profile.hpp"
#include "analysis/statistics/lack_of_fit.hpp"
#include "core/described.hpp"

namespace batchscope {

enum class CriticalBatchStatus {
    fitted,
    invalid_point,        ///< a batch size, a number of steps or a weight is not finite and above 0
    too_few_batch_sizes,  ///< fewer than 3 different ones
    too_few_runs,         ///< no degrees of freedom are left for the scatter
};
BATCHSCOPE_DESCRIBE_ENUM(CriticalBatchStatus, fitted, invalid_point, too_few_batch_sizes,
                         too_few_runs)

/// Which ends of the interval the data determine.
enum class CriticalBatchBounds {
    bounded,
    only_upper,  ///< no critical batch at all (steps constant) fits, too: say "<= upper"
    only_lower,  ///< perfect scaling without end fits, too: say ">= lower"
    none,        ///< the data say nothing
};
BATCHSCOPE_DESCRIBE_ENUM(CriticalBatchBounds, bounded, only_upper, only_lower, none)

/// S(B) = S_min (1 + B_crit / B): steps to a target at batch size B (McCandlish et al. 2018,
/// section 2.3), equivalently (S / S_min - 1) (E / E_min - 1) = 1 with E = B S.
struct CriticalBatchFit {
    CriticalBatchStatus status = CriticalBatchStatus::too_few_batch_sizes;
    std::int64_t runs = 0;
    std::int64_t batch_sizes = 0;
    std::int64_t blocks = 0;  ///< minima fitted: 1 unless seeds are blocks
    /// B_crit in examples: 0 or infinity where that limit fits best. Not to be shown as a number
    /// unless `bounded`: it is far too large where all batches are small.
    double critical_batch = std::nan("");
    double minimum_steps = std::nan("");     ///< S_min, the geometric mean over runs
    double minimum_examples = std::nan("");  ///< E_min = S_min B_crit
    CriticalBatchBounds bounds = CriticalBatchBounds::none;
    double lower = std::nan("");  ///< 0 if the data do not determine it
    double upper = std::nan("");  ///< infinity if the data do not determine it
    double sum_of_squares = std::nan("");
    double degrees_of_freedom = 0;                      ///< runs - blocks - 1
    double residual_standard_deviation = std::nan("");  ///< of ln steps
    /// The runs lie on the curve to rounding: made up, not measured. The interval says nothing.
    bool is_without_scatter = false;
    LackOfFit lack_of_fit;
    std::vector<double> residuals;  ///< ln S - fit, in the order of the points given
};
template <class Visitor>
constexpr void visit_fields(Type<CriticalBatchFit> /*type*/, const Visitor& visit) {
    visit("status", &CriticalBatchFit::status);
    visit("runs", &CriticalBatchFit::runs);
    visit("batch_sizes", &CriticalBatchFit::batch_sizes);
    visit("bounds", &CriticalBatchFit::bounds);
    visit("critical_batch", &CriticalBatchFit::critical_batch);
    visit("lower", &CriticalBatchFit::lower);
    visit("upper", &CriticalBatchFit::upper);
    visit("minimum_steps", &CriticalBatchFit::minimum_steps);
    visit("minimum_examples", &CriticalBatchFit::minimum_examples);
    visit("residual_standard_deviation_of_log_steps",
          &CriticalBatchFit::residual_standard_deviation);
    visit("degrees_of_freedom", &CriticalBatchFit::degrees_of_freedom);
    visit("lack_of_fit_p", [](const CriticalBatchFit& fit) { return fit.lack_of_fit.p; });
}

/// Fits ln S = ln S_min + ln(1 + B_crit / B) by least squares: noise is multiplicative. ln S_min is
/// profiled out; B_crit is found on a grid of ln B_crit, then by Brent's method. The interval is
/// the profile interval { B_crit : SSR(B_crit) <= SSR_min (1 + F_{1, d; confidence} / d) }, d the
/// degrees of freedom (Bates & Watts 1988, Nonlinear Regression Analysis), from its smallest to its
/// largest member; the limits B_crit -> 0 (steps constant) and infinity (steps as 1/B) are tried,
/// too, and one of them inside makes that end unbounded. Near a limit, where the estimate can err
/// to one side alone, F counts the other side only as far as it exists (the order of Feldman &
/// Cousins 1998, Phys. Rev. D 57, 3873): a one-sided statement is one at `confidence`, too.
/// Measured for 95 %, with normal noise of ln S: 94-97 %, from 3 batch sizes with one seed on, also
/// where B_crit lies far outside of them.
///
/// Only runs that reached the target belong here; whether enough of them did at a batch size is the
/// caller's decision. Independent of the order of `points`. Fewer than 3 batch sizes, or no degree
/// of freedom: the status says so and every number is NaN.
[[nodiscard]] CriticalBatchFit fit_critical_batch(const std::vector<StepsToTarget>& points,
                                                  double confidence,
                                                  SeedRole seeds = SeedRole::blocks);

/// Where on the curve a batch size lies.
enum class BatchRegime {
    perfect_scaling,      ///< B <= tolerance B_crit: a double batch halves the steps, nearly
    diminishing_returns,  ///< between
    plateau,              ///< B >= B_crit / tolerance: a larger batch hardly saves steps
    not_known,            ///< for a critical batch that is NaN
};
BATCHSCOPE_DESCRIBE_ENUM(BatchRegime, perfect_scaling, diminishing_returns, plateau, not_known)
/// `tolerance` in (0, 1): on its border to perfect scaling a run needs 1 + tolerance times the
/// fewest examples, on that to the plateau 1 + tolerance times the fewest steps.
[[nodiscard]] BatchRegime batch_regime(double batch_size, double critical_batch,
                                       double tolerance = 0.2);

/// -d ln S / d ln B = B_crit / (B + B_crit): 1 in perfect scaling, 1/2 at B_crit, 0 on the plateau.
[[nodiscard]] double local_scaling_slope(double batch_size, double critical_batch);

/// The batch size that costs `overhead` more examples than the smallest possible: E / E_min - 1 = B
/// / B_crit, so overhead x B_crit. With 0.2 it is the critical batch size in the sense of Zhang et
/// al. 2024, 5 times smaller than B_crit here: always name the definition.
[[nodiscard]] double batch_size_at_overhead(double critical_batch, double overhead = 0.2);

}  // namespace batchscope
