#include "analysis/statistics/page_trend.hpp"

#include <algorithm>
#include <bit>
#include <boost/math/distributions/normal.hpp>
#include <stdexcept>

namespace batchscope {

namespace {

struct Ranks {
    std::vector<double> values;
    bool has_ties = false;
};

// Rank of a value: those below it, plus half of those equal to it, plus a half.
Ranks mean_ranks(const std::vector<double>& row) {
    Ranks ranks;
    for (const double value : row) {
        const auto below =
            std::count_if(row.begin(), row.end(), [=](double x) { return x < value; });
        const auto equal = std::count(row.begin(), row.end(), value);
        ranks.has_ties = ranks.has_ties || equal > 1;
        ranks.values.push_back(static_cast<double>(below) + static_cast<double>(equal + 1) / 2);
    }
    return ranks;
}

// Entry L: the probability of L.
using Distribution = std::vector<double>;

// Of sum over j of j r_j for a random permutation r of 1 ... n. Position by position: which ranks
// are used up is all that the rest depends on.
Distribution distribution_of_one_row(std::size_t n) {
    const std::size_t largest = n * (n + 1) * (2 * n + 1) / 6;
    std::vector<Distribution> by_used(std::size_t{1} << n, Distribution(largest + 1, 0.0));
    by_used[0][0] = 1;
    for (std::size_t used = 0; used + 1 < by_used.size(); ++used) {
        const auto position = static_cast<std::size_t>(std::popcount(used)) + 1;
        const auto choices = static_cast<double>(n + 1 - position);
        for (std::size_t rank = 1; rank <= n; ++rank) {
            const std::size_t bit = std::size_t{1} << (rank - 1);
            if ((used & bit) != 0) {
                continue;
            }
            Distribution& next = by_used[used | bit];
            for (std::size_t sum = 0; sum + position * rank <= largest; ++sum) {
                next[sum + position * rank] += by_used[used][sum] / choices;
            }
        }
    }
    return by_used.back();
}

Distribution convolve(const Distribution& a, const Distribution& b) {
    Distribution sum(a.size() + b.size() - 1, 0.0);
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] == 0) {
            continue;
        }
        for (std::size_t j = 0; j < b.size(); ++j) {
            sum[i + j] += a[i] * b[j];
        }
    }
    return sum;
}

// P(L >= statistic), summed from the far end, where the terms are smallest.
double exact_upper_tail(double statistic, std::size_t rows, std::size_t columns) {
    const Distribution of_one = distribution_of_one_row(columns);
    Distribution of_all{1.0};
    for (std::size_t row = 0; row < rows; ++row) {
        of_all = convolve(of_all, of_one);
    }
    double tail = 0;
    for (std::size_t sum = of_all.size(); sum > 0 && static_cast<double>(sum - 1) >= statistic;
         --sum) {
        tail += of_all[sum - 1];
    }
    return std::min(tail, 1.0);
}

}  // namespace

double page_normal_p(double statistic, std::int64_t rows, std::int64_t columns) {
    const auto m = static_cast<double>(rows);
    const auto n = static_cast<double>(columns);
    const double expected = m * n * (n + 1) * (n + 1) / 4;
    const double variance = m * n * n * (n + 1) * (n * n - 1) / 144;
    const double z = (statistic - expected) / std::sqrt(variance);
    return boost::math::cdf(boost::math::complement(boost::math::normal(), z));
}

PageTrend page_trend(std::span<const std::vector<double>> rows) {
    PageTrend trend;
    trend.rows = static_cast<std::int64_t>(rows.size());
    trend.columns = rows.empty() ? 0 : static_cast<std::int64_t>(rows.front().size());
    double statistic = 0;
    for (const std::vector<double>& row : rows) {
        if (row.size() != rows.front().size()) {
            throw std::invalid_argument("the rows of Page's test are of one length");
        }
        if (std::any_of(row.begin(), row.end(), [](double x) { return std::isnan(x); })) {
            throw std::invalid_argument("Page's test needs values, not NaN");
        }
        const Ranks ranks = mean_ranks(row);
        trend.has_ties = trend.has_ties || ranks.has_ties;
        for (std::size_t j = 0; j < row.size(); ++j) {
            statistic += static_cast<double>(j + 1) * ranks.values[j];
        }
    }
    if (trend.rows == 0 || trend.columns < 2) {
        return trend;
    }
    const auto m = static_cast<double>(trend.rows);
    const auto n = static_cast<double>(trend.columns);
    trend.statistic = statistic;
    trend.expected = m * n * (n + 1) * (n + 1) / 4;
    trend.is_exact = trend.columns <= most_exact_columns && trend.rows <= most_exact_rows;
    if (trend.is_exact) {
        // Reversing every row maps L to 2 E - L, which gives the lower tail.
        const double mirrored = 2 * trend.expected - statistic;
        trend.p_increasing = exact_upper_tail(std::floor(statistic), rows.size(), rows[0].size());
        trend.p_decreasing = exact_upper_tail(std::floor(mirrored), rows.size(), rows[0].size());
    } else {
        trend.p_increasing = page_normal_p(statistic, trend.rows, trend.columns);
        trend.p_decreasing =
            page_normal_p(2 * trend.expected - statistic, trend.rows, trend.columns);
    }
    trend.p_two_sided = std::min(1.0, 2 * std::min(trend.p_increasing, trend.p_decreasing));
    return trend;
}

}  // namespace batchscope
