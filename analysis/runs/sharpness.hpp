#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

#include "results/run_record.hpp"

namespace batchscope {

/// A value with its error bar. One that does not count (not converged, say) is shown with a mark
/// and enters no mean.
struct CertifiedValue {
    double value = std::numeric_limits<double>::quiet_NaN();
    double error = std::numeric_limits<double>::quiet_NaN();
    bool counts = false;
};

/// A headline of curvature or noise, with its names in CSV files and tables.
struct SharpnessMetric {
    const char* name;
    const char* error_name;
    const char* heading;
    const char* error_heading;  ///< empty: no column of its own in the tables
};

struct Headline {
    enum Index : std::size_t {
        top_eigenvalue,
        trace,
        keskar_full,
        keskar_subspace,
        noise_scale,
        count
    };
};

inline constexpr std::array<SharpnessMetric, Headline::count> sharpness_metrics{{
    {"top_eigenvalue", "top_eigenvalue_residual", "top eigenvalue", "residual"},
    {"trace", "trace_standard_error", "trace", "error"},
    {"keskar_full", "keskar_full_spread", "full space", ""},
    {"keskar_subspace", "keskar_subspace_spread", "subspace", ""},
    {"noise_scale", "noise_scale_standard_error", "noise scale", "error"},
}};

/// What a run says of curvature and noise at its final weights, in the order of sharpness_metrics.
struct SharpnessFigures {
    std::array<CertifiedValue, Headline::count> values{};
    double epsilon = std::numeric_limits<double>::quiet_NaN();  ///< box of the Keskar figures
    /// Of the noise scale: batch normalisation makes the shares depend on each other.
    bool shares_coupled = false;
};

/// Curvature from the row of /sharpness at the last step, if there is one: the largest eigenvalue
/// of the Hessian with its residual (counts where converged), its trace with standard error,
/// Keskar's metric with its spread over starts, for the first box size (counts where it rose above
/// the start). The noise scale over the last epoch of /steps (counts where it is resolved). Nothing
/// of a diverged run.
[[nodiscard]] SharpnessFigures sharpness_figures(const RunRecord& record);

}  // namespace batchscope
