#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

#include "communication/communicator.hpp"
#include "models/layer_tensor.hpp"
#include "models/parameter_vectors.hpp"
#include "models/parameters.hpp"
#include "models/pass.hpp"

namespace batchscope {

/// Along k directions of the parameters, how the values of a pass change: derivatives d/dr at r = 0
/// of the pass at weights + r * direction, "R{}" of Pearlmutter 1994 ("Fast exact multiplication by
/// the Hessian"). Those of the k directions lie one after the other in the first dimension, (k *
/// examples, ...). An undefined tensor stands for zero.
using Tangents = LayerTensor;

/// The gradient of the loss with respect to some values of the pass, and how it changes.
struct GradientAndTangents {
    LayerTensor gradient;  ///< undefined: taken as zero, which leaves the Gauss-Newton part
    Tangents tangents;
};

/// What a network holds beside its parameters.
struct Buffer {
    std::string name;
    at::Tensor values;
};

class CouplingLayer;

/// One step of a network with a hand-written backward pass: gradients land in their flat buffer
/// without an autograd graph, extra passes over memory or allocations that the training step would
/// pay for. A layer takes all micro-batches of a pass at once: every rank calls it, with none where
/// its local batch is empty. Tensors are (examples, ...); gradients are sums over examples,
/// never means. Backward passes follow the last saved forward pass.
class Layer {
  public:
    virtual ~Layer() = default;

    /// The outputs of all micro-batches.
    virtual LayerTensors forward(LayerTensors inputs, const Pass& pass) = 0;
    /// Gradients of the loss with respect to the inputs; without meaning where
    /// `input_gradients_wanted` is false.
    virtual LayerTensors backward(LayerTensors output_gradients, const Pass& pass,
                                  bool input_gradients_wanted) = 0;
    /// Tangents of the output from those of the input, after a saved pass of one micro-batch in
    /// evaluation mode.
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
    /// This layer where it couples the examples of a batch, else none.
    [[nodiscard]] virtual CouplingLayer* coupling() { return nullptr; }
    /// Re-estimates the population statistics of the batch normalisation in it at the present
    /// weights, from its inputs, over the micro-batches of all ranks. Returns its outputs in
    /// evaluation mode. Collective.
    virtual LayerTensorSource estimate_population(LayerTensorSource inputs,
                                                  Communicator& communicator);
    /// Appends the population statistics in it.
    virtual void append_buffers(std::vector<Buffer>& /*buffers*/) const {}
};

/// A layer through which the output of an example depends on the other examples of the batch, in
/// training: all micro-batches must have come before the first can go on. It keeps what it needs of
/// all of them, and the layers before and after it of one at a time.
class CouplingLayer : public Layer {
  public:
    /// Output `index` of the last saved forward pass once more. Not collective.
    [[nodiscard]] virtual LayerTensor output_again(std::size_t index, const Pass& pass) = 0;
};

/// A layer that treats every example by itself, written for one micro-batch. It keeps what the
/// backward pass of one needs: a saved pass brings one at a time.
class ExampleLayer : public Layer {
  public:
    LayerTensors forward(LayerTensors inputs, const Pass& pass) final;
    LayerTensors backward(LayerTensors output_gradients, const Pass& pass,
                          bool input_gradients_wanted) final;

  private:
    virtual LayerTensor forward_one(LayerTensor input, const Pass& pass) = 0;
    virtual LayerTensor backward_one(LayerTensor output_gradient, const Pass& pass,
                                     bool input_gradient_wanted) = 0;
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
