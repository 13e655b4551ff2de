#pragma once

#include <ATen/core/Tensor.h>

#include "models/parameters.hpp"

namespace batchscope {

/// Several vectors in the space of a network's parameters, (vectors, parameters): directions of
/// derivatives, say, or products of a matrix with them.
class ParameterVectors {
  public:
    explicit ParameterVectors(at::Tensor values) : values_(std::move(values)) {}

    [[nodiscard]] std::int64_t count() const { return values_.size(0); }
    [[nodiscard]] const at::Tensor& values() const { return values_; }
    /// The entries of one parameter, (vectors, shape of the parameter...): a view.
    [[nodiscard]] at::Tensor of(const Parameters::View& view) const;
    /// The same of one vector.
    [[nodiscard]] at::Tensor of(const Parameters::View& view, std::int64_t vector) const;

  private:
    at::Tensor values_;
};

}  // namespace batchscope
