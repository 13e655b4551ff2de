#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

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
        gauss_newton_eigenvalue,
        gauss_newton_trace,
        keskar_full,
        keskar_subspace,
        adaptive_sharpness,
        sam_sharpness,
        average_sharpness,
        pac_bayes_sigma,
        noise_scale,
        count
    };
};

inline constexpr std::array<SharpnessMetric, Headline::count> sharpness_metrics{{
    {"top_eigenvalue", "top_eigenvalue_residual", "top eigenvalue", "residual"},
    {"trace", "trace_standard_error", "trace", "error"},
    {"gauss_newton_eigenvalue", "gauss_newton_eigenvalue_residual", "top eigenvalue", "residual"},
    {"gauss_newton_trace", "gauss_newton_trace_standard_error", "trace", "error"},
    {"keskar_full", "keskar_full_spread", "full space", ""},
    {"keskar_subspace", "keskar_subspace_spread", "subspace", ""},
    {"adaptive_sharpness", "adaptive_sharpness_error", "adaptive", ""},
    {"sam_sharpness", "sam_sharpness_error", "plain", ""},
    {"average_sharpness", "average_sharpness_standard_error", "average", "error"},
    {"pac_bayes_sigma", "pac_bayes_sigma_bracket", "PAC-Bayes sigma", "bracket"},
    {"noise_scale", "noise_scale_standard_error", "noise scale", "error"},
}};

/// Figures in the order of sharpness_metrics.
using SharpnessValues = std::array<CertifiedValue, Headline::count>;

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

/// What a run says of curvature and noise at its final weights.
struct SharpnessFigures {
    SharpnessValues values{};
    double epsilon = std::numeric_limits<double>::quiet_NaN();  ///< box of the Keskar figures
    /// Of the noise scale: batch normalisation makes the shares depend on each other.
    bool shares_coupled = false;
};

/// Every measurement of a run, by step. A value counts where it is certified: an eigenvalue of the
/// Hessian or the Gauss-Newton matrix has converged, with its residual; a trace has a standard
/// error; Keskar's metric, for the first box size, rose above the start (its error is the spread
/// over starts); the worst of a ball (SAM, ASAM) rose, too (a lower bound without an error); the
/// average has a standard error; the sigma of PAC-Bayes a bracket.
[[nodiscard]] std::vector<SharpnessPoint> sharpness_history(const RunRecord& record);

/// Curvature from the measurement at the last step, if there is one, and the noise scale over the
/// last epoch of /steps (counts where it is resolved). Nothing of a diverged run.
[[nodiscard]] SharpnessFigures sharpness_figures(const RunRecord& record);

}  // namespace batchscope
