#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "core/described.hpp"

namespace batchscope {

/// Sizes up to which the distribution of Page's L is computed, not approximated.
inline constexpr std::int64_t most_exact_columns = 8;
inline constexpr std::int64_t most_exact_rows = 12;

/// Page's test of a trend over ordered columns. NaN without rows or with fewer than two columns.
struct PageTrend {
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    double statistic = NAN;     ///< L = sum over columns j = 1, 2, ... of j times its rank sum
    double expected = NAN;      ///< of L without a trend: m n (n + 1)^2 / 4
    double p_increasing = NAN;  ///< one-sided, to be chosen before looking
    double p_decreasing = NAN;
    double p_two_sided = NAN;  ///< twice the smaller of both, at most 1
    bool is_exact = false;     ///< else by the normal approximation
    bool has_ties = false;     ///< within a row, which make an exact p too large, if anything
};
BATCHSCOPE_DESCRIBE_STRUCT(PageTrend, statistic, expected, rows, columns, p_two_sided, is_exact)

/// Page 1963: do the values of a row (a seed) tend to grow along the columns (ordered batch sizes)?
/// `rows` are m vectors of n values each; ranks are taken within a row, ties get their mean rank.
/// Without a trend all n! orders of a row are equally likely: the exact distribution is that of one
/// row, convolved m times. It belongs to ranks without ties, whose L are whole numbers; where ties
/// leave a half, L counts as the whole number nearer to no trend (so does scipy). Beyond the sizes
/// above: z = (L - expected) / sqrt(m n^2 (n + 1) (n^2 - 1) / 144). All values equal: every p near
/// 1 (L is as expected). An infinite value is above or below all others: the rank of what came to
/// nothing. Throws std::invalid_argument for NaN and for rows of unequal length.
[[nodiscard]] PageTrend page_trend(std::span<const std::vector<double>> rows);

/// P(L >= statistic) by the normal approximation without correction (Page 1963), for m >= 1 rows of
/// n >= 2 columns: what page_trend uses beyond its tables.
[[nodiscard]] double page_normal_p(double statistic, std::int64_t rows, std::int64_t columns);

}  // namespace batchscope
