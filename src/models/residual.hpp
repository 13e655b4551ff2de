#pragma once

#include <vector>

#include "models/sequence.hpp"

namespace batchscope {

/// body(x) + shortcut(x), the building block of residual networks (He 2016). Both get the same
/// values, so neither may work on them in place.
class Residual final : public CouplingLayer {
  public:
    /// An empty `shortcut` is the identity. Both give outputs of one shape.
    Residual(std::vector<std::unique_ptr<Layer>> body, std::vector<std::unique_ptr<Layer>> shortcut)
        : body_(std::move(body)), shortcut_(std::move(shortcut)) {}

    /// Throws Error (run time) where the two shapes differ.
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

  private:
    Sequence body_, shortcut_;
};

}  // namespace batchscope
