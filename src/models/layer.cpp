#include "models/layer.hpp"

#include <utility>

namespace batchscope {

// By value: what overrides it changes its inputs.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
LayerTensorSource Layer::estimate_population(LayerTensorSource inputs,
                                             Communicator& /*communicator*/) {
    return inputs.then(
        [this](LayerTensor input) { return forward({std::move(input)}, Pass{}).front(); });
}

LayerTensors ExampleLayer::forward(LayerTensors inputs, const Pass& pass) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        inputs[i] = forward_one(std::move(inputs[i]), pass.of(i));
    }
    return inputs;
}

LayerTensors ExampleLayer::backward(LayerTensors output_gradients, const Pass& pass,
                                    bool input_gradients_wanted) {
    for (std::size_t i = 0; i < output_gradients.size(); ++i) {
        output_gradients[i] =
            backward_one(std::move(output_gradients[i]), pass.of(i), input_gradients_wanted);
    }
    return output_gradients;
}

}  // namespace batchscope
