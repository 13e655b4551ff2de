#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>

#include "models/parameter_vectors.hpp"
#include "models/parameters.hpp"
#include "models/pass.hpp"

namespace batchscope {

/// Along k directions of the parameters, how the values of a pass change: derivatives d/dr at r = 0
/// of the pass at weights + r * direction, "R{}" of Pearlmutter 1994 ("Fast exact multiplication by
/// the Hessian"). Those of the k directions lie one after the other in the first dimension, (k *
/// examples, ...). An undefined tensor stands for zero.
using Tangents = at::Tensor;

/// The gradient of the loss with respect to some values of the pass, and how it changes.
struct GradientAndTangents {
    at::Tensor gradient;  ///< undefined: taken as zero, which leaves the Gauss-Newton part
    Tangents tangents;
};

/// One step of a network with a hand-written backward pass: gradients land in their flat buffer
/// without an autograd graph, extra passes over memory or allocations that the training step would
/// pay for. Tensors are (examples, ...); gradients are sums over examples, never means.
class Layer {
  public:
    virtual ~Layer() = default;
    /// May work in place on `input` where that is its own to change.
    virtual at::Tensor forward(at::Tensor input, const Pass& pass) = 0;
    /// Gradient of the loss with respect to the input of the last saved forward pass; undefined
    /// where `input_gradient_wanted` is false. May work in place on `output_gradient`.
    virtual at::Tensor backward(at::Tensor output_gradient, const Pass& pass,
                                bool input_gradient_wanted) = 0;
    /// Tangents of the output of the last saved forward pass, from those of its input. May work in
    /// place on `input`.
    virtual Tangents forward_tangents(Tangents input, const ParameterVectors& directions) = 0;
    /// Follows forward_tangents: from gradient and tangents of the output to those of the input.
    /// The tangents of the parameters' gradients replace theirs in `products`.
    virtual GradientAndTangents backward_tangents(GradientAndTangents output,
                                                  const ParameterVectors& directions,
                                                  const ParameterVectors& products,
                                                  bool input_wanted) = 0;
    /// Frees what a forward pass saved.
    virtual void forget() = 0;
    [[nodiscard]] virtual bool has_parameters() const { return false; }
};

std::unique_ptr<Layer> make_linear(const Parameters::View& weight, const Parameters::View& bias);
/// Square kernel, stride 1, zero padding that keeps the size ("same").
std::unique_ptr<Layer> make_convolution(const Parameters::View& weight,
                                        const Parameters::View& bias);
std::unique_ptr<Layer> make_relu();
/// 2 x 2 windows, stride 2.
std::unique_ptr<Layer> make_max_pool();
std::unique_ptr<Layer> make_flatten();
/// Inverted dropout: a unit is zeroed with probability `rate`, else scaled by 1/(1 - rate). The
/// mask is keyed by (seed, step, `index` of the layer, position in the global batch, unit): the
/// same on any rank count.
std::unique_ptr<Layer> make_dropout(double rate, std::uint64_t index);

}  // namespace batchscope
