#include "analysis/charts/ticks.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace batchscope {

namespace {

/// Ends of a range meet ticks in spite of rounding.
constexpr double tolerance = 1e-9;

bool is_positive_range(double low, double high) {
    return low > 0 && high >= low && std::isfinite(high);
}

/// base^k within the range for every k that `stride` divides; the smallest stride that leaves at
/// most `most`.
std::vector<double> powers(double base, double low, double high, int most) {
    const auto first = static_cast<int>(std::ceil(std::log(low) / std::log(base) - tolerance));
    const auto last = static_cast<int>(std::floor(std::log(high) / std::log(base) + tolerance));
    for (int stride = 1;; ++stride) {
        std::vector<double> ticks;
        for (int exponent = first; exponent <= last; ++exponent) {
            if (exponent % stride == 0) {
                ticks.push_back(std::pow(base, exponent));
            }
        }
        if (static_cast<int>(ticks.size()) <= std::max(most, 1)) {
            return ticks;
        }
    }
}

/// Every multiple of every power of ten within the range.
std::vector<double> multiples_of_decades(const std::vector<double>& multiples, double low,
                                         double high) {
    std::vector<double> ticks;
    for (double decade = std::floor(std::log10(low)); decade <= std::log10(high); decade += 1) {
        const double power = std::pow(10.0, std::abs(decade));
        for (const double multiple : multiples) {
            const double tick = decade < 0 ? multiple / power : multiple * power;
            if (tick >= low * (1 - tolerance) && tick <= high * (1 + tolerance)) {
                ticks.push_back(tick);
            }
        }
    }
    return ticks;
}

}  // namespace

std::vector<double> linear_ticks(double low, double high, int most) {
    const double span = high - low;
    if (!std::isfinite(span) || span < 0) {
        return {};
    }
    if (span == 0) {
        return {low};
    }
    const int wanted = std::max(most, 2);
    constexpr std::array multiples{1.0, 2.0, 5.0};
    const double magnitude = std::floor(std::log10(span / wanted));
    for (double exponent = magnitude;; exponent += 1) {
        for (const double multiple : multiples) {
            // Dividing by a whole power of ten, not multiplying by 0.1, keeps 0.3 what it is.
            const double power = std::pow(10.0, std::abs(exponent));
            const double step = exponent < 0 ? multiple / power : multiple * power;
            const double first = std::ceil(low / step - tolerance);
            const double last = std::floor(high / step + tolerance);
            if (last - first + 1 > wanted) {
                continue;
            }
            std::vector<double> ticks;
            for (double number = first; number <= last; number += 1) {
                const double whole = number * multiple;
                ticks.push_back(number == 0 ? 0.0 : (exponent < 0 ? whole / power : whole * power));
            }
            return ticks;
        }
    }
}

std::vector<double> log2_ticks(double low, double high, int most) {
    if (!is_positive_range(low, high)) {
        return {};
    }
    const std::vector<double> ticks = powers(2, low, high, most);
    return ticks.empty() ? linear_ticks(low, high, most) : ticks;
}

std::vector<double> log10_ticks(double low, double high, int most) {
    if (!is_positive_range(low, high)) {
        return {};
    }
    if (high / low >= 100) {
        return powers(10, low, high, most);
    }
    for (const auto& multiples : {std::vector{1.0, 2.0, 5.0}, std::vector{1.0, 3.0}}) {
        std::vector<double> ticks = multiples_of_decades(multiples, low, high);
        if (ticks.size() < 2) {
            return linear_ticks(low, high, most);
        }
        if (static_cast<int>(ticks.size()) <= most) {
            return ticks;
        }
    }
    const std::vector<double> decades = powers(10, low, high, most);
    return decades.size() < 2 ? linear_ticks(low, high, most) : decades;
}

}  // namespace batchscope
