#pragma once

#include <cstdint>
#include <functional>
#include <map>

#include "analysis/questions/recipe.hpp"
#include "analysis/statistics/interval.hpp"
#include "analysis/statistics/paired_comparison.hpp"

namespace batchscope {

using BySeed = std::map<std::uint64_t, double>;

/// A metric of runs, where it is finite; of an arm of those that count.
[[nodiscard]] BySeed by_seed(const std::map<std::uint64_t, const AnalyzedRun*>& runs,
                             const std::function<double(const AnalyzedRun&)>& metric);
[[nodiscard]] BySeed by_seed(const Arm& arm,
                             const std::function<double(const AnalyzedRun&)>& metric);

/// The mean of the values, those that are finite.
[[nodiscard]] Estimate estimate_of(const BySeed& values, double confidence);

/// a - b on the seeds that both have; not finite where either is not.
[[nodiscard]] BySeed differences(const BySeed& a, const BySeed& b);

/// The mean of those that are finite; `resolution`: see paired_comparison.
[[nodiscard]] PairedComparison difference_of(const BySeed& a, const BySeed& b, double confidence,
                                             double resolution = 0);

}  // namespace batchscope
