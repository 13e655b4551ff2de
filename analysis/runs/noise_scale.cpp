#include "analysis/runs/noise_scale.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/not_finite.hpp"

namespace batchscope {

namespace {

double sum(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

/// Jackknife standard error from the estimates with one block left out each.
double jackknife_error(const std::vector<double>& without_one) {
    const auto count = static_cast<double>(without_one.size());
    const double mean = sum(without_one) / count;
    double squares = 0;
    for (const double value : without_one) {
        squares += (value - mean) * (value - mean);
    }
    return count < 2 ? unknown : std::sqrt(squares * (count - 1) / count);
}

}  // namespace

RatioOfSums ratio_of_sums(std::span<const double> numerators, std::span<const double> denominators,
                          std::int64_t blocks) {
    const std::size_t terms = numerators.size();
    if (terms == 0) {
        return {unknown, unknown, false};
    }
    const std::size_t count = std::min(terms, static_cast<std::size_t>(blocks));
    const double numerator = sum(numerators);
    const double denominator = sum(denominators);
    std::vector<double> ratios;
    std::vector<double> means;  // of denominators
    for (std::size_t block = 0; block < count; ++block) {
        const std::size_t first = terms * block / count;
        const std::size_t size = terms * (block + 1) / count - first;
        const double rest = denominator - sum(denominators.subspan(first, size));
        ratios.push_back((numerator - sum(numerators.subspan(first, size))) / rest);
        means.push_back(rest / static_cast<double>(terms - size));
    }
    constexpr double errors_above_zero = 2;
    const double mean = denominator / static_cast<double>(terms);
    return {numerator / denominator, jackknife_error(ratios),
            mean > errors_above_zero * jackknife_error(means)};
}

RatioOfSums noise_scale_over(const StepColumns& steps, double window) {
    std::vector<double> traces;
    std::vector<double> squares;
    double seen = 0;
    for (std::size_t step = steps.step.size(); step-- > 0 && seen < window;) {
        seen += static_cast<double>(steps.batch_examples[step]);
        if (std::isfinite(steps.gradient_covariance_trace[step]) &&
            std::isfinite(steps.gradient_square[step])) {
            traces.push_back(steps.gradient_covariance_trace[step]);
            squares.push_back(steps.gradient_square[step]);
        }
    }
    return ratio_of_sums(traces, squares);
}

RatioOfSums noise_scale_at_end(const RunRecord& record, double epochs) {
    const EpochColumns& rows = record.epochs;
    if (rows.epoch.empty() || !(rows.epoch.back() > 0)) {
        return {unknown, unknown, false};
    }
    const double examples_per_epoch = static_cast<double>(rows.examples.back()) / rows.epoch.back();
    return noise_scale_over(record.steps, epochs * examples_per_epoch);
}

}  // namespace batchscope
