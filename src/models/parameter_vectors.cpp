#include "models/parameter_vectors.hpp"

#include <ATen/ATen.h>

namespace batchscope {

at::Tensor ParameterVectors::of(const Parameters::View& view) const {
    return values_.narrow(1, view.offset, view.weight.numel())
        .unflatten(1, at::IntArrayRef(view.shape.shape));
}

at::Tensor ParameterVectors::of(const Parameters::View& view, std::int64_t vector) const {
    return values_[vector].narrow(0, view.offset, view.weight.numel()).view(view.shape.shape);
}

}  // namespace batchscope
