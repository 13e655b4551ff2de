#include "analysis/statistics/sign_flip.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace batchscope {

namespace {

// The sums of all 2^n choices of signs.
std::vector<double> all_sums(const std::vector<double>& magnitudes) {
    std::vector<double> sums{0};
    sums.reserve(std::size_t{1} << magnitudes.size());
    for (const double magnitude : magnitudes) {
        const std::size_t count = sums.size();
        for (std::size_t i = 0; i < count; ++i) {
            sums.push_back(sums[i] - magnitude);
            sums[i] += magnitude;
        }
    }
    return sums;
}

}  // namespace

SignFlipTest sign_flip_test(std::span<const double> differences) {
    std::vector<double> magnitudes;
    for (const double difference : differences) {
        if (!std::isfinite(difference)) {
            throw std::invalid_argument("a sign-flip test needs finite differences");
        }
        magnitudes.push_back(std::abs(difference));
    }
    SignFlipTest test;
    test.n = static_cast<std::int64_t>(differences.size());
    if (test.n == 0 || test.n > most_sign_flips) {
        return test;
    }
    std::vector<double> sorted(differences.begin(), differences.end());
    std::sort(sorted.begin(), sorted.end());
    std::sort(magnitudes.begin(), magnitudes.end());
    double observed = 0;
    double largest = 0;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        observed += sorted[i];
        largest += magnitudes[i];
    }
    const double rounding_of_sums = 1e-12 * largest;
    std::int64_t as_high = 0;
    std::int64_t as_low = 0;
    std::int64_t as_far = 0;
    const std::vector<double> sums = all_sums(magnitudes);
    for (const double sum : sums) {
        as_high += sum >= observed - rounding_of_sums ? 1 : 0;
        as_low += sum <= observed + rounding_of_sums ? 1 : 0;
        as_far += std::abs(sum) >= std::abs(observed) - rounding_of_sums ? 1 : 0;
    }
    const auto choices = static_cast<double>(sums.size());
    test.p_two_sided = static_cast<double>(as_far) / choices;
    test.p_greater = static_cast<double>(as_high) / choices;
    test.p_less = static_cast<double>(as_low) / choices;
    test.smallest_p_two_sided = 2 / choices;
    return test;
}

}  // namespace batchscope
