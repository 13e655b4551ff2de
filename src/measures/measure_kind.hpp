#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "communication/communicator.hpp"
#include "config/component.hpp"
#include "measures/measure.hpp"
#include "measures/objective.hpp"
#include "measures/split_loss.hpp"
#include "measures/symmetric_operator.hpp"
#include "results/sharpness_columns.hpp"

namespace batchscope {

/// What a measure works with: the loss over the measured examples at the weights of one network. A
/// measure may keep the references: they outlive it.
struct MeasureInputs {
    const RunSettings& run;
    at::Tensor weights;  ///< (parameters) doubles
    SplitLoss& loss;
    LossSurface& surface;
    SymmetricOperator& hessian;
    SymmetricOperator& gauss_newton;
    const FilterLayout& filters;
    Communicator& communicator;
};

/// A measure that a study can name, in the file that holds it.
struct MeasureKind : MeasureComponent {
    /// What its findings are called in /sharpness, in the order of the file.
    std::vector<SharpnessColumn> columns;
    std::vector<SharpnessDimension> dimensions;
    /// The scales of these dimensions under the settings of a run; empty: it has none.
    std::function<std::map<std::string, std::vector<double>>(const SharpnessSettings&)> scales;
    std::function<std::unique_ptr<Measure>(const MeasureInputs&)> make;
};

/// `count` numbers from `first` on in steps of 1: the scale of a dimension that only counts.
[[nodiscard]] std::vector<double> numbers_from(double first, std::int64_t count);

}  // namespace batchscope
