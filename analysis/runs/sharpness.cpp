#include "analysis/runs/sharpness.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/runs/first_metrics.hpp"
#include "analysis/runs/noise_scale.hpp"
#include "core/not_finite.hpp"

namespace batchscope {

namespace {

/// The first value of a column, NaN without one.
double first(const SharpnessRow& row, const std::string& column) {
    const auto found = row.values.find(column);
    return found == row.values.end() || found->second.empty() ? unknown : found->second.front();
}

/// Whether the value of a metric counts, by what its column says.
bool counts(const SharpnessColumn& column, const SharpnessRow& row, double value, double error) {
    if (!std::isfinite(value)) {
        return false;
    }
    if (!column.certified_by.empty()) {
        return first(row, column.certified_by) == 1.0;
    }
    if (!column.refuted_by.empty()) {
        return first(row, column.refuted_by) == 0.0;
    }
    return column.counts_above ? value > *column.counts_above : std::isfinite(error);
}

/// The columns that metrics are read from: those of the file, where it describes them.
const std::vector<SharpnessColumn>& described_columns(const SharpnessRecord& record) {
    const bool describes_itself =
        std::any_of(record.columns.begin(), record.columns.end(),
                    [](const SharpnessColumn& column) { return !column.headline.name.empty(); });
    return describes_itself ? record.columns : first_columns();
}

/// The column of the error bar; nullptr without one.
const SharpnessColumn* error_column(const std::vector<SharpnessColumn>& columns,
                                    const SharpnessColumn& of) {
    const auto found =
        std::find_if(columns.begin(), columns.end(),
                     [&of](const SharpnessColumn& column) { return column.error_of == of.name; });
    return found == columns.end() ? nullptr : &*found;
}

bool is_metric(const SharpnessColumn& column) {
    return !column.headline.name.empty() && column.error_of.empty();
}

SharpnessValues values_of(const SharpnessRow& row, const std::vector<SharpnessColumn>& columns) {
    SharpnessValues values;
    for (const SharpnessColumn& column : columns) {
        if (is_metric(column)) {
            const SharpnessColumn* of_error = error_column(columns, column);
            const double value = first(row, column.name);
            const double error = of_error == nullptr ? unknown : first(row, of_error->name);
            values[column.headline.name] = {value, error, counts(column, row, value, error)};
        }
    }
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

std::vector<SharpnessMetric> metrics_of(const std::vector<SharpnessColumn>& columns) {
    std::vector<SharpnessMetric> found;
    for (const SharpnessColumn& column : columns) {
        if (!is_metric(column)) {
            continue;
        }
        const ColumnHeadline& headline = column.headline;
        const SharpnessColumn* error = error_column(columns, column);
        const bool is_named = error != nullptr && !error->headline.name.empty();
        found.push_back({headline.name, is_named ? error->headline.name : headline.name + "_error",
                         headline.heading, is_named ? error->headline.heading : std::string{},
                         headline.title, headline.table, headline.position,
                         column.dimensions.empty() ? std::string{} : column.dimensions.front(),
                         column.units});
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.position < b.position; });
    return found;
}

const SharpnessMetric& noise_scale_metric() {
    static const SharpnessMetric metric{
        "noise_scale",
        "noise_scale_standard_error",
        "noise scale",
        "error",
        "Gradient noise scale",
        "Gradient noise scale tr(Sigma)/|G|^2 over the last epoch, in examples",
        std::numeric_limits<int>::max(),
        "",
        "1"};
    return metric;
}

std::vector<SharpnessMetric> metrics_of_every_table() {
    std::vector<SharpnessMetric> found = metrics_of(first_columns());
    found.push_back(noise_scale_metric());
    return found;
}

void add_metrics(std::vector<SharpnessMetric>& found, const std::vector<SharpnessMetric>& more) {
    for (const SharpnessMetric& metric : more) {
        const bool is_new = std::none_of(found.begin(), found.end(), [&metric](const auto& known) {
            return known.name == metric.name;
        });
        if (is_new) {
            const auto behind = std::find_if(
                found.begin(), found.end(),
                [&metric](const auto& known) { return known.position > metric.position; });
            found.insert(behind, metric);
        }
    }
}

const CertifiedValue& SharpnessValues::operator[](const std::string& name) const {
    static const CertifiedValue none;
    const auto found = values_.find(name);
    return found == values_.end() ? none : found->second;
}

std::vector<SharpnessPoint> sharpness_history(const RunRecord& record) {
    const std::vector<SharpnessColumn>& columns = described_columns(record.sharpness);
    std::vector<SharpnessPoint> points;
    for (const SharpnessRow& row : record.sharpness.rows) {
        points.push_back(
            {row.epoch, static_cast<double>(row.step), first(row, "loss"), values_of(row, columns),
             ratio(row, "noise_scale", "curvature_covariance_trace", "gradient_curvature"),
             ratio(row, "simple_noise_scale", "covariance_trace", "gradient_square_norm")});
    }
    return points;
}

FinalSharpness final_sharpness(const RunRecord& record) {
    const std::vector<SharpnessColumn>& columns = described_columns(record.sharpness);
    FinalSharpness sharpness;
    sharpness.metrics = metrics_of(columns);
    if (record.status == RunStatus::diverged) {
        return sharpness;
    }
    const auto& rows = record.sharpness.rows;
    if (!rows.empty() && !record.epochs.step.empty() &&
        rows.back().step == record.epochs.step.back()) {
        sharpness.values = values_of(rows.back(), columns);
    }
    const RatioOfSums noise = noise_scale_at_end(record);
    sharpness.values[noise_scale_metric().name] = {noise.value, noise.standard_error,
                                                   noise.is_resolved && std::isfinite(noise.value)};
    sharpness.shares_coupled = record.steps.shares_coupled;
    const auto epsilon = record.sharpness.scales.find("epsilon");
    if (epsilon != record.sharpness.scales.end() && !epsilon->second.empty()) {
        sharpness.epsilon = epsilon->second.front();
    }
    return sharpness;
}

}  // namespace batchscope
