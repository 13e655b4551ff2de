#pragma once

#include <ATen/core/Tensor.h>

#include "measures/objective.hpp"

namespace batchscope {

/// `direction` with each filter scaled to the norm of that filter in `weights`, and zero in biases
/// and batch normalisation (Li, Xu, Taylor, Studer & Goldstein, "Visualizing the loss landscape of
/// neural nets", NeurIPS 2018, section 4): a unit along it means the same to networks whose
/// weights differ in scale. Both are flat, (parameters); a filter of zeros gets zeros.
[[nodiscard]] at::Tensor filter_normalised(const at::Tensor& direction, const at::Tensor& weights,
                                           const FilterLayout& layout);

}  // namespace batchscope
