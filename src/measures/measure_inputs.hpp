#pragma once

#include <ATen/core/Tensor.h>

#include "communication/communicator.hpp"
#include "config/run_settings.hpp"
#include "measures/measure.hpp"
#include "measures/objective.hpp"
#include "measures/symmetric_operator.hpp"

namespace batchscope {

/// What a measure works with: the loss over the measured examples at the weights of one network. A
/// measure may keep all references but that of the settings: they outlive it.
struct MeasureInputs {
    const RunSettings& run;
    at::Tensor weights;           ///< (parameters) doubles
    Objective& loss;              ///< at any weights
    ExampleGradients& gradients;  ///< of some of the examples, at `weights`
    LossSurface& surface;
    SymmetricOperator& hessian;
    SymmetricOperator& gauss_newton;
    const FilterLayout& filters;
    Communicator& communicator;
};

}  // namespace batchscope
