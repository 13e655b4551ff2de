#include "analysis/runs/first_metrics.hpp"

#include <string>

namespace batchscope {

namespace {

std::vector<SharpnessColumn> make_first_columns() {
    const std::string hessian =
        "Sharpness: Hessian of the train loss (largest residual or standard error of n)";
    const std::string gauss_newton = "Sharpness: Gauss-Newton matrix of the train loss";
    const std::string keskar = "Sharpness: Keskar's metric, a lower bound";
    const std::string worst_case =
        "Sharpness: worst rise of the loss in a ball, scaled by the weights (adaptive) or not; "
        "lower bounds";
    const std::string noise =
        "Sharpness: mean rise of the loss under noise, and the largest noise that is harmless";
    return {
        {.name = "eigenvalue",
         .dimensions = {"k"},
         .headline = {"top_eigenvalue", "top eigenvalue", 10, "Top eigenvalue of the Hessian",
                      hessian},
         .certified_by = "eigenvalue_converged"},
        {.name = "eigenvalue_residual",
         .headline = {"top_eigenvalue_residual", "residual"},
         .error_of = "eigenvalue"},
        {.name = "trace", .headline = {"trace", "trace", 20, "Trace of the Hessian", hessian}},
        {.name = "trace_standard_error",
         .headline = {"trace_standard_error", "error"},
         .error_of = "trace"},
        {.name = "gauss_newton_eigenvalue",
         .dimensions = {"k"},
         .headline = {"gauss_newton_eigenvalue", "top eigenvalue", 30,
                      "Top eigenvalue of the Gauss-Newton matrix", gauss_newton},
         .certified_by = "gauss_newton_eigenvalue_converged"},
        {.name = "gauss_newton_eigenvalue_residual",
         .headline = {"gauss_newton_eigenvalue_residual", "residual"},
         .error_of = "gauss_newton_eigenvalue"},
        {.name = "gauss_newton_trace",
         .headline = {"gauss_newton_trace", "trace", 40, "Trace of the Gauss-Newton matrix",
                      gauss_newton}},
        {.name = "gauss_newton_trace_standard_error",
         .headline = {"gauss_newton_trace_standard_error", "error"},
         .error_of = "gauss_newton_trace"},
        {.name = "keskar_full",
         .dimensions = {"epsilon"},
         .headline = {"keskar_full", "full space", 50, "Keskar's metric, full space", keskar},
         .refuted_by = "keskar_full_at_start"},
        {.name = "keskar_full_spread",
         .headline = {"keskar_full_spread", ""},
         .error_of = "keskar_full"},
        {.name = "keskar_subspace",
         .dimensions = {"epsilon"},
         .headline = {"keskar_subspace", "subspace", 60, "Keskar's metric, random subspace",
                      keskar},
         .refuted_by = "keskar_subspace_at_start"},
        {.name = "keskar_subspace_spread",
         .headline = {"keskar_subspace_spread", ""},
         .error_of = "keskar_subspace"},
        {.name = "adaptive_sharpness",
         .headline = {"adaptive_sharpness", "adaptive", 70, "Adaptive sharpness", worst_case},
         .counts_above = 0.0},
        {.name = "sam_sharpness",
         .headline = {"sam_sharpness", "plain", 80, "Worst rise in a ball (SAM)", worst_case},
         .counts_above = 0.0},
        {.name = "average_sharpness",
         .headline = {"average_sharpness", "average", 90, "Mean rise under noise", noise}},
        {.name = "average_sharpness_standard_error",
         .headline = {"average_sharpness_standard_error", "error"},
         .error_of = "average_sharpness"},
        {.name = "pac_bayes_sigma",
         .headline = {"pac_bayes_sigma", "PAC-Bayes sigma", 100, "PAC-Bayes sigma", noise}},
        {.name = "pac_bayes_sigma_bracket",
         .headline = {"pac_bayes_sigma_bracket", "bracket"},
         .error_of = "pac_bayes_sigma"},
    };
}

}  // namespace

const std::vector<SharpnessColumn>& first_columns() {
    static const std::vector<SharpnessColumn> columns = make_first_columns();
    return columns;
}

}  // namespace batchscope
