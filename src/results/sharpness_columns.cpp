#include "results/sharpness_columns.hpp"

#include <algorithm>
#include <utility>

namespace batchscope {

namespace {

using Columns = std::vector<SharpnessColumn>;
using Dimensions = std::vector<std::string>;

void add(Columns& columns, std::string name, std::string long_name, Dimensions dimensions = {},
         std::string units = "1") {
    columns.push_back(
        {std::move(name), std::move(units), std::move(long_name), std::move(dimensions), false});
}

void add_common(Columns& columns) {
    add(columns, "seconds", "wall time of all measures of the row", {}, "s");
    columns.back().is_volatile = true;
    add(columns, "examples", "training examples that the measures of the row saw");
    add(columns, "loss",
        "mean loss over these examples at frozen weights in evaluation mode, without weight decay: "
        "the function whose curvature is measured");
    add(columns, "gradient_norm", "L2 norm of the gradient of loss");
}

/// Columns of an eigenvalue and what certifies it.
void add_eigenvalues(Columns& columns, const std::string& prefix, const std::string& dimension,
                     const std::string& which) {
    add(columns, prefix, which, {dimension});
    add(columns, prefix + "_residual",
        "norm of H v - lambda v of " + prefix +
            ": a true eigenvalue lies within it, it is the error bar",
        {dimension});
    add(columns, prefix + "_converged",
        "1 where the residual of " + prefix + " is below the tolerance, else 0", {dimension});
}

void add_second_order(Columns& columns) {
    add_eigenvalues(columns, "eigenvalue", "k", "largest eigenvalues of the Hessian, descending");
    add_eigenvalues(columns, "smallest_eigenvalue", "smallest_k",
                    "smallest eigenvalues of the Hessian, ascending");
    add(columns, "eigenvalue_products", "Hessian-vector products made for the eigenvalues");
    add_eigenvalues(columns, "gauss_newton_eigenvalue", "k",
                    "largest eigenvalues of the Gauss-Newton matrix, descending");
    add(columns, "gauss_newton_eigenvalue_products",
        "Gauss-Newton-vector products made for the eigenvalues");
    for (const auto& [prefix, matrix] :
         {std::pair{"", "the Hessian"}, std::pair{"gauss_newton_", "the Gauss-Newton matrix"}}) {
        const std::string name = std::string{prefix} + "trace";
        add(columns, name, std::string{"trace of "} + matrix + ", by Hutch++");
        add(columns, name + "_standard_error", "standard error of " + name);
        add(columns, name + "_products", "matrix-vector products made for " + name);
    }
    add(columns, "density_position", "eigenvalue at which density is given", {"density_point"});
    add(columns, "density",
        "spectral density of the Hessian, of integral 1, by stochastic Lanczos quadrature",
        {"density_point"});
    add(columns, "density_standard_error", "standard error of density over the probes",
        {"density_point"});
}

void add_keskar(Columns& columns, const std::string& space, const std::string& where) {
    const std::string name = "keskar_" + space;
    add(columns, name,
        "Keskar 2017, metric 2.1, in " + where +
            ": 100 (max f - f) / (1 + f) over the box of size epsilon, by projected L-BFGS; a "
            "lower bound, the best over starts",
        {"epsilon"});
    add(columns, name + "_spread", "standard deviation of " + name + " over the starts",
        {"epsilon"});
    add(columns, name + "_first_order",
        "the same metric of the linear model of f, whose maximum over the box is known",
        {"epsilon"});
    add(columns, name + "_ascent", name + " by projected gradient ascent, as a check", {"epsilon"});
    add(columns, name + "_evaluations", "evaluations of f and its gradient made for " + name,
        {"epsilon"});
    add(columns, name + "_at_start",
        "1 where no start rose above f at the weights, so that " + name + " is 0, else 0",
        {"epsilon"});
    add(columns, name + "_by_iteration",
        "best " + name + " over the starts after so many iterations", {"epsilon", "iteration"});
}

void add_loss_surface(Columns& columns) {
    add_keskar(columns, "full", "the full space");
    add_keskar(columns, "subspace", "a random subspace");
    add(columns, "sam_sharpness",
        "max f - f over a ball (Foret 2021), by projected gradient ascent; a lower bound");
    add(columns, "sam_first_order",
        "rise of f after the one step that sharpness-aware training "
        "takes");
    add(columns, "adaptive_sharpness",
        "max f - f over a ball scaled by the weights (Kwon 2021), by projected gradient ascent; a "
        "lower bound");
    add(columns, "adaptive_first_order",
        "rise of f after the one step of adaptive sharpness-aware "
        "training");
    add(columns, "average_sharpness", "mean f - f under Gaussian noise scaled by filter norms");
    add(columns, "average_sharpness_standard_error",
        "standard error of average_sharpness over the draws");
    add(columns, "pac_bayes_sigma",
        "largest standard deviation of Gaussian noise that keeps the accuracy (Jiang 2020)");
    add(columns, "pac_bayes_accuracy", "mean accuracy under noise of pac_bayes_sigma");
    add(columns, "pac_bayes_sigma_bracket",
        "width of the interval in which bisection left pac_bayes_sigma");
    const Dimensions slice{"direction", "slice_position"};
    add(columns, "slice_loss", "loss along filter-normalised random directions", slice);
    add(columns, "slice_accuracy", "accuracy along filter-normalised random directions", slice);
}

void add_gradient_covariance(Columns& columns) {
    add(columns, "covariance_trace", "trace of the covariance of the examples' gradients");
    add(columns, "covariance_trace_standard_error", "standard error of covariance_trace");
    add(columns, "gradient_square_norm", "squared L2 norm of the gradient G of the whole loss");
    add(columns, "gradient_curvature", "G^T H G");
    add(columns, "curvature_covariance_trace",
        "trace of the Hessian times the covariance of the examples' gradients");
    add(columns, "curvature_covariance_trace_standard_error",
        "standard error of curvature_covariance_trace");
    add(columns, "noise_scale",
        "gradient noise scale B_noise = curvature_covariance_trace / gradient_curvature "
        "(McCandlish 2018), in examples");
    add(columns, "simple_noise_scale",
        "simple gradient noise scale B_simple = covariance_trace / gradient_square_norm, in "
        "examples");
}

void add_batch_gradients(Columns& columns) {
    add(columns, "batch_gradient_variance",
        "sum over the parameters of the variance of the mean gradient of a batch of so many of the "
        "`examples`, drawn without replacement; unbiased, over gradient_batches batches; NaN where "
        "not measured: the batch is not smaller than `examples`",
        {"gradient_batch_size"});
    add(columns, "gradient_batches",
        "random batches of each size that batch_gradient_variance was taken over");
}

Columns make_columns() {
    Columns columns;
    add_common(columns);
    add_second_order(columns);
    add_loss_surface(columns);
    add_gradient_covariance(columns);
    add_batch_gradients(columns);
    return columns;
}

}  // namespace

const std::vector<SharpnessDimension>& sharpness_dimensions() {
    static const std::vector<SharpnessDimension> dimensions{
        {"k", "rank of an eigenvalue, 1 is the largest"},
        {"smallest_k", "rank of an eigenvalue, 1 is the smallest"},
        {"density_point", "number of a point of the spectral density"},
        {"epsilon", "size of the box of Keskar's metric", false},
        {"iteration", "iterations of projected L-BFGS; 0 is the start"},
        {"direction", "number of a random direction"},
        {"slice_position", "distance along a direction, in filter norms; 0 is the weights", false},
        {"gradient_batch_size", "examples in a random batch of batch_gradient_variance"},
    };
    return dimensions;
}

const std::vector<SharpnessColumn>& sharpness_columns() {
    static const std::vector<SharpnessColumn> columns = make_columns();
    return columns;
}

const SharpnessColumn* find_sharpness_column(std::string_view name) {
    const auto& columns = sharpness_columns();
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const auto& column) { return column.name == name; });
    return found == columns.end() ? nullptr : &*found;
}

std::vector<std::int64_t> sharpness_shape(
    const SharpnessColumn& column, const std::map<std::string, std::vector<double>>& scales) {
    std::vector<std::int64_t> shape;
    for (const std::string& dimension : column.dimensions) {
        const auto scale = scales.find(dimension);
        shape.push_back(scale == scales.end() ? 0
                                              : static_cast<std::int64_t>(scale->second.size()));
    }
    return shape;
}

}  // namespace batchscope
