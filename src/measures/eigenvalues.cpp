#include "measures/eigenvalues.hpp"

#include "measures/lanczos_eigenvalues.hpp"
#include "measures/measure_inputs.hpp"

namespace batchscope {

std::vector<KeyOf<EigenvalueSettings>> keys_of(Type<EigenvalueSettings> /*type*/) {
    return {
        integer_key<EigenvalueSettings>("eigenvalues.largest", 1, &EigenvalueSettings::largest,
                                        "so many of the largest eigenvalues"),
        integer_key<EigenvalueSettings>("eigenvalues.smallest", 0, &EigenvalueSettings::smallest,
                                        "so many of the smallest (algebraic) eigenvalues"),
        number_key<EigenvalueSettings>("eigenvalues.tolerance", fraction_inside,
                                       &EigenvalueSettings::tolerance,
                                       "of a residual, relative to the largest |eigenvalue|"),
        integer_key<EigenvalueSettings>("eigenvalues.products", 1, &EigenvalueSettings::products,
                                        "matrix-vector products, at most"),
    };
}

namespace {

/// Columns of an eigenvalue and what certifies it.
void add_eigenvalue_columns(std::vector<SharpnessColumn>& columns, const std::string& name,
                            const std::string& dimension, const std::string& which) {
    columns.push_back({.name = name, .long_name = which, .dimensions = {dimension}});
    columns.push_back({.name = name + "_residual",
                       .long_name = "norm of H v - lambda v of " + name +
                                    ": a true eigenvalue lies within it, it is the error bar",
                       .dimensions = {dimension}});
    columns.push_back(
        {.name = name + "_converged",
         .long_name = "1 where the residual of " + name + " is below the tolerance, else 0",
         .dimensions = {dimension}});
}

/// The largest eigenvalue is what a report shows first.
void add_largest_columns(std::vector<SharpnessColumn>& columns, const std::string& name,
                         const std::string& which, const ColumnHeadline& headline) {
    const std::size_t first = columns.size();
    add_eigenvalue_columns(columns, name, "k", which);
    columns[first].headline = headline;
    columns[first].certified_by = name + "_converged";
    columns[first + 1].headline = {headline.name + "_residual", "residual"};
    columns[first + 1].error_of = name;
}

SharpnessDimension largest_dimension() {
    return {"k", "rank of an eigenvalue, 1 is the largest"};
}

EigenvalueSettings eigenvalue_settings(const SharpnessSettings& settings) {
    return settings_of<EigenvalueSettings>(settings.values);
}

}  // namespace

MeasureKind hessian_eigenvalues() {
    MeasureKind kind;
    kind.name = "eigenvalues";
    kind.meaning = "largest and smallest eigenvalues of the Hessian";
    kind.keys = component_keys<EigenvalueSettings>();
    add_largest_columns(
        kind.columns, "eigenvalue", "largest eigenvalues of the Hessian, descending",
        {"top_eigenvalue", "top eigenvalue", 10, "Top eigenvalue of the Hessian",
         "Sharpness: Hessian of the train loss (largest residual or standard error of n)"});
    add_eigenvalue_columns(kind.columns, "smallest_eigenvalue", "smallest_k",
                           "smallest eigenvalues of the Hessian, ascending");
    kind.columns.push_back({.name = "eigenvalue_products",
                            .long_name = "Hessian-vector products made for the eigenvalues"});
    kind.dimensions = {largest_dimension(),
                       {"smallest_k", "rank of an eigenvalue, 1 is the smallest"}};
    kind.scales = [](const SharpnessSettings& settings) {
        const EigenvalueSettings wanted = eigenvalue_settings(settings);
        std::map<std::string, std::vector<double>> scales{{"k", numbers_from(1, wanted.largest)}};
        if (wanted.smallest > 0) {
            scales["smallest_k"] = numbers_from(1, wanted.smallest);
        }
        return scales;
    };
    kind.make = [](const MeasureInputs& inputs) {
        return std::make_unique<LanczosEigenvalues>(eigenvalue_settings(inputs.run.sharpness),
                                                    inputs.run.sharpness.seed, inputs.hessian,
                                                    inputs.communicator, "");
    };
    return kind;
}

MeasureKind gauss_newton_eigenvalues() {
    MeasureKind kind;
    kind.name = "gauss_newton_eigenvalues";
    kind.meaning = "largest eigenvalues of the Gauss-Newton matrix";
    kind.keys = component_keys<EigenvalueSettings>();
    std::erase_if(kind.keys,
                  [](const ComponentKey& key) { return key.path == "eigenvalues.smallest"; });
    add_largest_columns(kind.columns, "gauss_newton_eigenvalue",
                        "largest eigenvalues of the Gauss-Newton matrix, descending",
                        {"gauss_newton_eigenvalue", "top eigenvalue", 30,
                         "Top eigenvalue of the Gauss-Newton matrix",
                         "Sharpness: Gauss-Newton matrix of the train loss"});
    kind.columns.push_back({.name = "gauss_newton_eigenvalue_products",
                            .long_name = "Gauss-Newton-vector products made for the eigenvalues"});
    kind.dimensions = {largest_dimension()};
    kind.scales = [](const SharpnessSettings& settings) {
        return std::map<std::string, std::vector<double>>{
            {"k", numbers_from(1, eigenvalue_settings(settings).largest)}};
    };
    kind.make = [](const MeasureInputs& inputs) {
        EigenvalueSettings largest = eigenvalue_settings(inputs.run.sharpness);
        largest.smallest = 0;
        return std::make_unique<LanczosEigenvalues>(largest, inputs.run.sharpness.seed,
                                                    inputs.gauss_newton, inputs.communicator,
                                                    "gauss_newton_");
    };
    return kind;
}

}  // namespace batchscope
