#include "analysis/statistics/critical_batch_sensitivity.hpp"

#include <algorithm>
#include <map>

#include "analysis/statistics/interval.hpp"

namespace batchscope {
namespace {

// The refits ask for the best value alone; any confidence serves.
constexpr double any_confidence = 0.95;

double refit(std::vector<StepsToTarget> points, double StepsToTarget::*end_of_small,
             double StepsToTarget::*end_of_large, SeedRole seeds) {
    if (points.empty()) {
        return std::nan("");
    }
    const auto [smallest, largest] = std::minmax_element(
        points.begin(), points.end(),
        [](const auto& a, const auto& b) { return a.batch_size < b.batch_size; });
    const double middle = std::sqrt(smallest->batch_size) * std::sqrt(largest->batch_size);
    for (StepsToTarget& point : points) {
        point.steps = point.batch_size <= middle ? point.*end_of_small : point.*end_of_large;
    }
    return fit_critical_batch(points, any_confidence, seeds).critical_batch;
}

}  // namespace

SeedJackknife jackknife_over_seeds(const std::vector<StepsToTarget>& points, SeedRole seeds) {
    std::map<std::uint64_t, std::size_t> group_of_seed;
    for (const StepsToTarget& point : points) {
        group_of_seed.emplace(point.seed, 0);
    }
    const std::size_t groups = std::min(group_of_seed.size(), most_jackknife_groups);
    std::size_t next = 0;
    for (auto& [seed, group] : group_of_seed) {
        group = next++ % groups;
    }
    SeedJackknife jackknife;
    jackknife.seeds = std::ssize(group_of_seed);
    jackknife.groups = static_cast<std::int64_t>(groups);
    std::vector<double> refits;
    for (std::size_t group = 0; group < groups; ++group) {
        std::vector<StepsToTarget> others = points;
        std::erase_if(others, [&](const StepsToTarget& point) {
            return group_of_seed.at(point.seed) == group;
        });
        const CriticalBatchFit fit = fit_critical_batch(others, any_confidence, seeds);
        if (groups < 2 || fit.status != CriticalBatchStatus::fitted) {
            return jackknife;
        }
        refits.push_back(fit.critical_batch);
    }
    if (refits.empty()) {
        return jackknife;
    }
    std::sort(refits.begin(), refits.end());
    jackknife.smallest = refits.front();
    jackknife.largest = refits.back();
    if (jackknife.smallest > 0 && std::isfinite(jackknife.largest)) {
        std::vector<double> logs;
        for (const double critical_batch : refits) {
            logs.push_back(std::log(critical_batch));
        }
        // (n - 1) / n sum (x - mean)^2 is (n - 1)^2 / n times the variance with n - 1.
        const auto n = static_cast<double>(logs.size());
        jackknife.standard_error_of_log =
            (n - 1) / std::sqrt(n) * estimate_mean(logs, any_confidence).standard_deviation;
    }
    return jackknife;
}

CensoringSensitivity refit_at_interval_ends(const std::vector<StepsToTarget>& points,
                                            SeedRole seeds) {
    constexpr auto early = &StepsToTarget::after;
    constexpr auto late = &StepsToTarget::at_or_before;
    return {refit(points, early, early, seeds), refit(points, late, late, seeds),
            refit(points, late, early, seeds), refit(points, early, late, seeds)};
}

}  // namespace batchscope
