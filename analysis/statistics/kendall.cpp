#include "analysis/statistics/kendall.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "core/random.hpp"

namespace batchscope {

namespace {

void check(std::span<const double> x, std::span<const double> y) {
    const auto is_finite = [](double value) { return std::isfinite(value); };
    if (x.size() != y.size()) {
        throw std::invalid_argument("Kendall's tau needs as many x as y");
    }
    if (!std::all_of(x.begin(), x.end(), is_finite) ||
        !std::all_of(y.begin(), y.end(), is_finite)) {
        throw std::invalid_argument("Kendall's tau needs finite values");
    }
}

std::int64_t sign(double value) {
    return value > 0 ? 1 : value < 0 ? -1 : 0;
}

struct Pairs {
    std::int64_t all = 0;
    std::int64_t untied_x = 0;
    std::int64_t untied_y = 0;
    std::int64_t concordant_less_discordant = 0;
};

Pairs count_pairs(std::span<const double> x, std::span<const double> y) {
    Pairs pairs;
    for (std::size_t i = 0; i < x.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const std::int64_t sign_x = sign(x[i] - x[j]);
            const std::int64_t sign_y = sign(y[i] - y[j]);
            ++pairs.all;
            pairs.untied_x += sign_x * sign_x;
            pairs.untied_y += sign_y * sign_y;
            pairs.concordant_less_discordant += sign_x * sign_y;
        }
    }
    return pairs;
}

using Points = std::vector<std::pair<double, double>>;

// The points of a stratum with the signs of all differences of their x, which stay while the y are
// permuted.
struct SignedStratum {
    std::vector<std::int64_t> signs_x;  ///< of pairs (i, j), j < i
    std::vector<double> y;

    explicit SignedStratum(const Points& points) {
        for (std::size_t i = 0; i < points.size(); ++i) {
            y.push_back(points[i].second);
            for (std::size_t j = 0; j < i; ++j) {
                signs_x.push_back(sign(points[i].first - points[j].first));
            }
        }
    }

    [[nodiscard]] double tau() const {
        std::int64_t sum = 0;
        std::size_t pair = 0;
        for (std::size_t i = 0; i < y.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j, ++pair) {
                sum += signs_x[pair] * sign(y[i] - y[j]);
            }
        }
        return static_cast<double>(sum) / static_cast<double>(signs_x.size());
    }
};

// Sorted, so that neither the order of the strata nor that of their points changes a permutation.
std::vector<Points> sorted_strata(std::span<const Stratum> strata) {
    std::vector<Points> sorted;
    for (const Stratum& stratum : strata) {
        check(stratum.x, stratum.y);
        Points& points = sorted.emplace_back();
        for (std::size_t i = 0; i < stratum.x.size(); ++i) {
            points.emplace_back(stratum.x[i], stratum.y[i]);
        }
        std::sort(points.begin(), points.end());
    }
    std::sort(sorted.begin(), sorted.end());
    return sorted;
}

double mean_tau(const std::vector<SignedStratum>& strata) {
    double sum = 0;
    for (const SignedStratum& stratum : strata) {
        sum += stratum.tau();
    }
    return sum / static_cast<double>(strata.size());
}

}  // namespace

double kendall_tau_a(std::span<const double> x, std::span<const double> y) {
    check(x, y);
    const Pairs pairs = count_pairs(x, y);
    if (pairs.all == 0) {
        return NAN;
    }
    return static_cast<double>(pairs.concordant_less_discordant) / static_cast<double>(pairs.all);
}

double kendall_tau_b(std::span<const double> x, std::span<const double> y) {
    check(x, y);
    const Pairs pairs = count_pairs(x, y);
    if (pairs.untied_x == 0 || pairs.untied_y == 0) {
        return NAN;
    }
    return static_cast<double>(pairs.concordant_less_discordant) /
           std::sqrt(static_cast<double>(pairs.untied_x) * static_cast<double>(pairs.untied_y));
}

ConditionalKendall conditional_kendall(std::span<const Stratum> strata, std::int64_t permutations,
                                       std::uint64_t random_seed) {
    if (permutations < 1) {
        throw std::invalid_argument("a permutation test needs permutations");
    }
    ConditionalKendall result;
    const std::vector<Points> sorted = sorted_strata(strata);
    std::vector<SignedStratum> counted;
    for (const Points& points : sorted) {
        if (points.size() >= 2) {
            counted.emplace_back(points);
            result.points += static_cast<std::int64_t>(points.size());
        }
    }
    result.strata = static_cast<std::int64_t>(counted.size());
    if (counted.empty()) {
        return result;
    }
    result.psi = mean_tau(counted);
    // Means of the same taus in another order differ by rounding.
    constexpr double rounding = 1e-12;
    std::int64_t as_far = 0;
    std::int64_t as_high = 0;
    std::int64_t as_low = 0;
    const RandomStream stream(random_seed, RandomPurpose::resampling);
    std::uint64_t drawn = 0;
    for (std::int64_t permutation = 0; permutation < permutations; ++permutation) {
        for (SignedStratum& stratum : counted) {
            for (std::uint64_t i = stratum.y.size(); i > 1; --i) {
                std::swap(stratum.y[i - 1], stratum.y[stream.below(drawn++, i)]);
            }
        }
        const double psi = mean_tau(counted);
        as_far += std::abs(psi) >= std::abs(result.psi) - rounding ? 1 : 0;
        as_high += psi >= result.psi - rounding ? 1 : 0;
        as_low += psi <= result.psi + rounding ? 1 : 0;
    }
    const auto share = [permutations](std::int64_t count) {
        return static_cast<double>(count + 1) / static_cast<double>(permutations + 1);
    };
    result.p_two_sided = share(as_far);
    result.p_positive = share(as_high);
    result.p_negative = share(as_low);
    result.smallest_p = share(0);
    return result;
}

}  // namespace batchscope
