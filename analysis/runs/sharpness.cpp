#include "analysis/runs/sharpness.hpp"

#include <cmath>

#include "analysis/runs/noise_scale.hpp"
#include "core/not_finite.hpp"

namespace batchscope {

namespace {

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

CertifiedValue eigenvalue(const SharpnessRow& row, const std::string& column) {
    const double value = first(row, column);
    return {value, first(row, column + "_residual"),
            std::isfinite(value) && first(row, column + "_converged") == 1.0};
}

/// One that counts where its error is known.
CertifiedValue with_error(const SharpnessRow& row, const std::string& column,
                          const std::string& error_column) {
    const double value = first(row, column);
    const double error = first(row, error_column);
    return {value, error, std::isfinite(value) && std::isfinite(error)};
}

CertifiedValue lower_bound(const SharpnessRow& row, const std::string& column) {
    const double value = first(row, column);
    return {value, unknown, std::isfinite(value) && value > 0};
}

SharpnessValues values_of(const SharpnessRow& row) {
    SharpnessValues values{};
    values[Headline::top_eigenvalue] = eigenvalue(row, "eigenvalue");
    values[Headline::gauss_newton_eigenvalue] = eigenvalue(row, "gauss_newton_eigenvalue");
    values[Headline::trace] = with_error(row, "trace", "trace_standard_error");
    values[Headline::gauss_newton_trace] =
        with_error(row, "gauss_newton_trace", "gauss_newton_trace_standard_error");
    values[Headline::keskar_full] = keskar(row, "keskar_full");
    values[Headline::keskar_subspace] = keskar(row, "keskar_subspace");
    values[Headline::adaptive_sharpness] = lower_bound(row, "adaptive_sharpness");
    values[Headline::sam_sharpness] = lower_bound(row, "sam_sharpness");
    values[Headline::average_sharpness] =
        with_error(row, "average_sharpness", "average_sharpness_standard_error");
    values[Headline::pac_bayes_sigma] =
        with_error(row, "pac_bayes_sigma", "pac_bayes_sigma_bracket");
    return values;
}

CertifiedValue ratio(const SharpnessRow& row, const std::string& column,
                     const std::string& numerator, const std::string& denominator) {
    const double value = first(row, column);
    const double below = first(row, denominator);
    return {value, first(row, numerator + "_standard_error") / below,
            std::isfinite(value) && below > 0};
}

}  // namespace

std::vector<SharpnessPoint> sharpness_history(const RunRecord& record) {
    std::vector<SharpnessPoint> points;
    for (const SharpnessRow& row : record.sharpness.rows) {
        points.push_back(
            {row.epoch, static_cast<double>(row.step), first(row, "loss"), values_of(row),
             ratio(row, "noise_scale", "curvature_covariance_trace", "gradient_curvature"),
             ratio(row, "simple_noise_scale", "covariance_trace", "gradient_square_norm")});
    }
    return points;
}

SharpnessFigures sharpness_figures(const RunRecord& record) {
    SharpnessFigures figures;
    if (record.status == RunStatus::diverged) {
        return figures;
    }
    const auto& rows = record.sharpness.rows;
    if (!rows.empty() && !record.epochs.step.empty() &&
        rows.back().step == record.epochs.step.back()) {
        figures.values = values_of(rows.back());
    }
    const RatioOfSums noise = noise_scale_at_end(record);
    figures.values[Headline::noise_scale] = {noise.value, noise.standard_error,
                                             noise.is_resolved && std::isfinite(noise.value)};
    figures.shares_coupled = record.steps.shares_coupled;
    const auto epsilon = record.sharpness.scales.find("epsilon");
    if (epsilon != record.sharpness.scales.end() && !epsilon->second.empty()) {
        figures.epsilon = epsilon->second.front();
    }
    return figures;
}

}  // namespace batchscope
