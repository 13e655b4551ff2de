#pragma once

#include <cstddef>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "core/described.hpp"
#include "results/run_record.hpp"

namespace batchscope {

/// A value with its error bar. One that does not count (not converged, say) is shown with a mark
/// and enters no mean.
struct CertifiedValue {
    double value = std::numeric_limits<double>::quiet_NaN();
    double error = std::numeric_limits<double>::quiet_NaN();
    bool counts = false;
};

/// A measure of curvature or noise that reports show, with its names: what the result files say of
/// it, so that no list of measures is kept here.
struct SharpnessMetric {
    std::string name{};           ///< in CSV and JSON: "top_eigenvalue"
    std::string error_name{};     ///< of its error bar there
    std::string heading{};        ///< of a column of a table
    std::string error_heading{};  ///< empty: no column of its own in the tables
    std::string title{};          ///< of a chart
    std::string table{};          ///< caption of the table that it stands in
    int position = 0;             ///< among other metrics, ascending
    std::string dimension{};      ///< whose first entry the value is of: "epsilon"; empty: of none
    std::string units = "1";      ///< "1": a plain number
    bool operator==(const SharpnessMetric&) const = default;
};

BATCHSCOPE_DESCRIBE_STRUCT(SharpnessMetric, name, error_name, heading, error_heading, title, table,
                           position, dimension, units)

/// The metrics that columns describe, by position.
[[nodiscard]] std::vector<SharpnessMetric> metrics_of(const std::vector<SharpnessColumn>& columns);

/// Of /steps, not of /sharpness: tr(Sigma) / |G|^2 over the last epoch, the last of all metrics.
[[nodiscard]] const SharpnessMetric& noise_scale_metric();

/// Those that every CSV file has columns of: of the first result files, and the noise scale.
[[nodiscard]] std::vector<SharpnessMetric> metrics_of_every_table();

/// Adds those of `more` whose names `metrics` lacks, each at its position.
void add_metrics(std::vector<SharpnessMetric>& metrics, const std::vector<SharpnessMetric>& more);

/// Values by name of the metric; unknown where there is none.
class SharpnessValues {
  public:
    [[nodiscard]] const CertifiedValue& operator[](const std::string& name) const;
    CertifiedValue& operator[](const std::string& name) { return values_[name]; }
    [[nodiscard]] auto begin() const { return values_.begin(); }
    [[nodiscard]] auto end() const { return values_.end(); }
    [[nodiscard]] std::size_t size() const { return values_.size(); }

  private:
    std::map<std::string, CertifiedValue> values_;
};

/// One measurement of curvature along a run.
struct SharpnessPoint {
    double epoch = std::numeric_limits<double>::quiet_NaN();
    double steps = std::numeric_limits<double>::quiet_NaN();
    /// Mean train loss over the measured examples at these weights: of the function whose curvature
    /// this is.
    double loss = std::numeric_limits<double>::quiet_NaN();
    SharpnessValues values{};  ///< without the noise scale
    /// B_noise = tr(H Sigma) / (G^T H G) and B_simple = tr(Sigma) / |G|^2 at these weights, in
    /// examples (McCandlish 2018, eqs. 2.8 and 2.9); the error is that of the numerator alone, as G
    /// is that of all measured examples. Neither counts where its denominator is not above 0.
    CertifiedValue hessian_noise_scale, simple_noise_scale;
};

BATCHSCOPE_DESCRIBE_STRUCT(SharpnessPoint, epoch, steps, loss, values, hessian_noise_scale,
                           simple_noise_scale)

/// What a run says of curvature and noise at its final weights.
struct FinalSharpness {
    std::vector<SharpnessMetric> metrics{};  ///< that its file describes, by position
    SharpnessValues values{};
    double epsilon = std::numeric_limits<double>::quiet_NaN();  ///< box of Keskar's metric
    /// Of the noise scale: batch normalisation makes the shares depend on each other.
    bool shares_coupled = false;
};

BATCHSCOPE_DESCRIBE_STRUCT(FinalSharpness, metrics, values, epsilon, shares_coupled)

/// Every measurement of a run, by step. A value counts where it is certified, by the rule that its
/// column states (results/sharpness_columns.hpp); files of earlier versions, whose columns state
/// none, by the rules of that time (first_metrics.hpp).
[[nodiscard]] std::vector<SharpnessPoint> sharpness_history(const RunRecord& record);

/// Curvature from the measurement at the last step, if there is one, and the noise scale over the
/// last epoch of /steps (counts where it is resolved). Nothing of a diverged run.
[[nodiscard]] FinalSharpness final_sharpness(const RunRecord& record);

}  // namespace batchscope
