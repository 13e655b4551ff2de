#include "analysis/runs/sharpness.hpp"

#include <cmath>

#include "analysis/runs/noise_scale.hpp"

namespace batchscope {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// The first value of a column, NaN without one.
double first(const SharpnessRow& row, const std::string& column) {
    const auto found = row.values.find(column);
    return found == row.values.end() || found->second.empty() ? unknown : found->second.front();
}

CertifiedValue keskar(const SharpnessRow& row, const std::string& column) {
    const double value = first(row, column);
    return {value, first(row, column + "_spread"),
            std::isfinite(value) && first(row, column + "_at_start") == 0.0};
}

}  // namespace

SharpnessFigures sharpness_figures(const RunRecord& record) {
    SharpnessFigures figures;
    if (record.status == RunStatus::diverged) {
        return figures;
    }
    const RatioOfSums noise = noise_scale_at_end(record);
    figures.values[Headline::noise_scale] = {noise.value, noise.standard_error,
                                             noise.is_resolved && std::isfinite(noise.value)};
    figures.shares_coupled = record.steps.shares_coupled;
    const auto& rows = record.sharpness.rows;
    if (rows.empty() || record.epochs.step.empty() ||
        rows.back().step != record.epochs.step.back()) {
        return figures;
    }
    const SharpnessRow& row = rows.back();
    const double eigenvalue = first(row, "eigenvalue");
    figures.values[Headline::top_eigenvalue] = {
        eigenvalue, first(row, "eigenvalue_residual"),
        std::isfinite(eigenvalue) && first(row, "eigenvalue_converged") == 1.0};
    const double trace = first(row, "trace");
    const double trace_error = first(row, "trace_standard_error");
    figures.values[Headline::trace] = {trace, trace_error,
                                       std::isfinite(trace) && std::isfinite(trace_error)};
    figures.values[Headline::keskar_full] = keskar(row, "keskar_full");
    figures.values[Headline::keskar_subspace] = keskar(row, "keskar_subspace");
    const auto epsilon = record.sharpness.scales.find("epsilon");
    if (epsilon != record.sharpness.scales.end() && !epsilon->second.empty()) {
        figures.epsilon = epsilon->second.front();
    }
    return figures;
}

}  // namespace batchscope
