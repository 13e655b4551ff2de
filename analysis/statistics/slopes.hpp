#pragma once

#include <span>
#include <vector>

#include "analysis/statistics/paired_comparison.hpp"

namespace batchscope {

/// The slope of the least-squares line of y on x, sum (x - mean x)(y - mean y) / sum (x - mean
/// x)^2, in units of y for each unit of x (on log2 of the batch size: for each doubling). NaN where
/// fewer than two x differ. Independent of the order of the points. Throws std::invalid_argument
/// for values that are not finite and spans of unequal length.
[[nodiscard]] double least_squares_slope(std::span<const double> x, std::span<const double> y);

/// Whether lines fit at all.
struct LackOfLineFit {
    double f = NAN;  ///< NaN for fewer than three x, fewer than two rows, rows that agree exactly
    double p = NAN;  ///< small if the means over the rows bend more than the rows scatter
};
BATCHSCOPE_DESCRIBE_STRUCT(LackOfLineFit, f, p)

struct SlopeTest {
    std::vector<double> slopes;  ///< one for each row, in their order
    PairedComparison mean;  ///< of the slopes, tested against 0; nothing known if x is constant
    /// The F test of lack of fit (Draper & Smith, section 2.1) with the rows as blocks: the
    /// deviations of the column means from their line, against the interaction of rows and columns.
    LackOfLineFit fit;
};

/// One line for each row (a seed) of y over the common x, and the one-sample t test of the slopes.
/// Each row gives one number, so that neither the correlation of the points of one seed nor the
/// bend of the curve makes the interval too narrow (the "summary measures" of Matthews et al.
/// 1990).
[[nodiscard]] SlopeTest slope_test(std::span<const double> x,
                                   std::span<const std::vector<double>> rows, double confidence);

/// What errors of y at these x do to the slope of y on x, if all of them act in one direction: the
/// sum of |x - mean x| error / sum of (x - mean x)^2.
[[nodiscard]] double slope_error(const std::vector<double>& x, const std::vector<double>& errors);

}  // namespace batchscope
