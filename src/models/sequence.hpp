#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "models/layer.hpp"

namespace batchscope {

/// Layers one after the other. A pass of one micro-batch keeps what all of them need on the way
/// back. One of several, where some layers couple the examples of the batch, keeps its inputs; what
/// lies between two coupling layers is computed for one micro-batch after the other, and again on
/// the way back: that holds the activations of one micro-batch at a time.
class Sequence final : public CouplingLayer {
  public:
    explicit Sequence(std::vector<std::unique_ptr<Layer>> layers) : layers_(std::move(layers)) {}

    LayerTensors forward(LayerTensors inputs, const Pass& pass) override;
    LayerTensors backward(LayerTensors output_gradients, const Pass& pass,
                          bool input_gradients_wanted) override;
    [[nodiscard]] LayerTensor output_again(std::size_t index, const Pass& pass) override;
    Tangents forward_tangents(Tangents input, const ParameterVectors& directions) override;
    GradientAndTangents backward_tangents(GradientAndTangents output,
                                          const ParameterVectors& directions,
                                          const ParameterVectors& products,
                                          bool input_wanted) override;
    void forget() override;
    [[nodiscard]] bool has_parameters() const override;
    [[nodiscard]] CouplingLayer* coupling() override;
    LayerTensorSource estimate_population(LayerTensorSource inputs,
                                          Communicator& communicator) override;
    void append_buffers(std::vector<Buffer>& buffers) const override;

    /// The gradient of the loss with respect to the output of a micro-batch.
    using LossGradient = std::function<LayerTensor(std::size_t index, const at::Tensor& output)>;
    /// A saved pass of a whole network forward and back: of several micro-batches, each goes
    /// through the layers behind the last coupling one and back before the next, so that these are
    /// computed but once. Nobody wants the gradients of the inputs.
    void forward_backward(LayerTensors inputs, const Pass& pass, const LossGradient& loss_gradient);

  private:
    /// Nobody needs gradients below the lowest layer with parameters, those of the images among
    /// them.
    [[nodiscard]] std::size_t lowest_wanted(bool input_gradients_wanted) const;
    /// First of the layers up to `end` that follow the last coupling one before it.
    [[nodiscard]] std::size_t run_before(std::size_t end) const;
    /// What layer `layer` got of a micro-batch, where it is the first or follows a coupling one.
    [[nodiscard]] LayerTensor input_again(std::size_t layer, std::size_t index,
                                          const Pass& pass) const;
    /// Layers from `first` to before `end`.
    LayerTensors run(std::size_t first, std::size_t end, LayerTensors values, const Pass& pass);
    LayerTensors run_back(std::size_t first, std::size_t end, LayerTensors gradients,
                          const Pass& pass, bool input_gradients_wanted);
    /// All layers before `end`, which follows a coupling one, with one micro-batch after the other
    /// between coupling layers.
    LayerTensors forward_coupled(LayerTensors values, const Pass& pass, std::size_t end);
    /// The way back through all layers before `end`, which are computed again.
    LayerTensors backward_coupled(LayerTensors gradients, const Pass& pass, std::size_t end,
                                  bool input_gradients_wanted);

    std::vector<std::unique_ptr<Layer>> layers_;
    LayerTensors inputs_;  ///< of the last saved pass of several micro-batches
};

}  // namespace batchscope
