#include "analysis/questions/by_seed.hpp"

#include <cmath>
#include <vector>

namespace batchscope {

namespace {

std::vector<double> finite_values(const BySeed& values) {
    std::vector<double> finite;
    for (const auto& [seed, value] : values) {
        if (std::isfinite(value)) {
            finite.push_back(value);
        }
    }
    return finite;
}

}  // namespace

BySeed by_seed(const std::map<std::uint64_t, const AnalyzedRun*>& runs,
               const std::function<double(const AnalyzedRun&)>& metric) {
    BySeed values;
    for (const auto& [seed, run] : runs) {
        const double value = metric(*run);
        if (std::isfinite(value)) {
            values.emplace(seed, value);
        }
    }
    return values;
}

BySeed by_seed(const Arm& arm, const std::function<double(const AnalyzedRun&)>& metric) {
    return by_seed(arm.runs, metric);
}

BySeed differences(const BySeed& a, const BySeed& b) {
    BySeed differences;
    for (const auto& [seed, value] : a) {
        if (const auto other = b.find(seed); other != b.end()) {
            differences[seed] = value - other->second;
        }
    }
    return differences;
}

Estimate estimate_of(const BySeed& values, double confidence) {
    return estimate_mean(finite_values(values), confidence);
}

PairedComparison difference_of(const BySeed& a, const BySeed& b, double confidence,
                               double resolution) {
    return paired_comparison(finite_values(differences(a, b)), confidence, resolution);
}

}  // namespace batchscope
