#include "models/sequence.hpp"

#include <algorithm>
#include <utility>

namespace batchscope {

namespace {

/// The part of micro-batch `index` of a pass, for which nothing is kept.
Pass unsaved(const Pass& pass, std::size_t index) {
    Pass part = pass.of(index);
    part.save = false;
    return part;
}

/// Moved, unlike the elements of an initialiser list: the first layer that is done with it frees
/// it.
LayerTensors list_of(LayerTensor value) {
    LayerTensors list;
    list.push_back(std::move(value));
    return list;
}

}  // namespace

std::size_t Sequence::lowest_wanted(bool input_gradients_wanted) const {
    std::size_t lowest = 0;
    while (!input_gradients_wanted && lowest < layers_.size() &&
           !layers_[lowest]->has_parameters()) {
        ++lowest;
    }
    return lowest;
}

std::size_t Sequence::run_before(std::size_t end) const {
    while (end > 0 && layers_[end - 1]->coupling() == nullptr) {
        --end;
    }
    return end;
}

LayerTensor Sequence::input_again(std::size_t layer, std::size_t index, const Pass& pass) const {
    return layer == 0 ? inputs_[index] : layers_[layer - 1]->coupling()->output_again(index, pass);
}

LayerTensors Sequence::run(std::size_t first, std::size_t end, LayerTensors values,
                           const Pass& pass) {
    for (std::size_t layer = first; layer < end; ++layer) {
        values = layers_[layer]->forward(std::move(values), pass);
    }
    return values;
}

LayerTensors Sequence::run_back(std::size_t first, std::size_t end, LayerTensors gradients,
                                const Pass& pass, bool input_gradients_wanted) {
    const std::size_t lowest = lowest_wanted(input_gradients_wanted);
    for (std::size_t layer = end; layer-- > first;) {
        if (layer >= lowest) {
            gradients = layers_[layer]->backward(std::move(gradients), pass,
                                                 layer > lowest || input_gradients_wanted);
        }
        layers_[layer]->forget();
    }
    return gradients;
}

LayerTensors Sequence::forward_coupled(LayerTensors values, const Pass& pass, std::size_t end) {
    inputs_ = shared(values);
    values = inputs_;
    std::size_t first = 0;
    for (std::size_t layer = 0; layer < end; ++layer) {
        if (layers_[layer]->coupling() == nullptr) {
            continue;
        }
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = run(first, layer, list_of(std::move(values[i])), unsaved(pass, i)).front();
        }
        values = layers_[layer]->forward(std::move(values), pass);
        first = layer + 1;
    }
    return values;
}

LayerTensors Sequence::backward_coupled(LayerTensors gradients, const Pass& pass, std::size_t end,
                                        bool input_gradients_wanted) {
    const std::size_t lowest = lowest_wanted(input_gradients_wanted);
    while (end > lowest) {
        const std::size_t first = run_before(end);
        for (std::size_t i = 0; first < end && i < gradients.size(); ++i) {
            const Pass part = pass.of(i);
            (void)run(first, end, list_of(input_again(first, i, pass)), part);
            gradients[i] =
                run_back(first, end, list_of(std::move(gradients[i])), part, input_gradients_wanted)
                    .front();
        }
        if (first == 0) {
            break;
        }
        end = first - 1;
        gradients = layers_[end]->backward(std::move(gradients), pass,
                                           end > lowest || input_gradients_wanted);
        layers_[end]->forget();
    }
    return gradients;
}

LayerTensors Sequence::forward(LayerTensors inputs, const Pass& pass) {
    if (pass.single()) {
        return run(0, layers_.size(), std::move(inputs), pass);
    }
    const std::size_t tail = run_before(layers_.size());
    LayerTensors values = forward_coupled(std::move(inputs), pass, tail);
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] =
            run(tail, layers_.size(), list_of(std::move(values[i])), unsaved(pass, i)).front();
    }
    return values;
}

LayerTensors Sequence::backward(LayerTensors output_gradients, const Pass& pass,
                                bool input_gradients_wanted) {
    return pass.single() ? run_back(0, layers_.size(), std::move(output_gradients), pass,
                                    input_gradients_wanted)
                         : backward_coupled(std::move(output_gradients), pass, layers_.size(),
                                            input_gradients_wanted);
}

LayerTensor Sequence::output_again(std::size_t index, const Pass& pass) {
    const std::size_t tail = run_before(layers_.size());
    return run(tail, layers_.size(), list_of(input_again(tail, index, pass)), unsaved(pass, index))
        .front();
}

void Sequence::forward_backward(LayerTensors inputs, const Pass& pass,
                                const LossGradient& loss_gradient) {
    const std::size_t tail = pass.single() ? 0 : run_before(layers_.size());
    LayerTensors values = forward_coupled(std::move(inputs), pass, tail);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const Pass part = pass.of(i);
        const LayerTensors outputs = run(tail, layers_.size(), list_of(std::move(values[i])), part);
        values[i] = run_back(tail, layers_.size(),
                             list_of(loss_gradient(i, outputs.front().tensor)), part, false)
                        .front();
    }
    (void)backward_coupled(std::move(values), pass, tail, false);
    forget();
}

Tangents Sequence::forward_tangents(Tangents input, const ParameterVectors& directions) {
    for (const auto& layer : layers_) {
        input = layer->forward_tangents(std::move(input), directions);
    }
    return input;
}

GradientAndTangents Sequence::backward_tangents(GradientAndTangents output,
                                                const ParameterVectors& directions,
                                                const ParameterVectors& products,
                                                bool input_wanted) {
    const std::size_t lowest = lowest_wanted(input_wanted);
    for (std::size_t layer = layers_.size(); layer-- > 0;) {
        if (layer >= lowest) {
            output = layers_[layer]->backward_tangents(std::move(output), directions, products,
                                                       layer > lowest || input_wanted);
        }
        layers_[layer]->forget();
    }
    return output;
}

void Sequence::forget() {
    inputs_.clear();
    for (const auto& layer : layers_) {
        layer->forget();
    }
}

bool Sequence::has_parameters() const {
    return std::any_of(layers_.begin(), layers_.end(),
                       [](const auto& layer) { return layer->has_parameters(); });
}

CouplingLayer* Sequence::coupling() {
    const bool couples = std::any_of(layers_.begin(), layers_.end(), [](const auto& layer) {
        return layer->coupling() != nullptr;
    });
    return couples ? this : nullptr;
}

LayerTensorSource Sequence::estimate_population(LayerTensorSource inputs,
                                                Communicator& communicator) {
    for (const auto& layer : layers_) {
        inputs = layer->estimate_population(std::move(inputs), communicator);
    }
    return inputs;
}

void Sequence::append_buffers(std::vector<Buffer>& buffers) const {
    for (const auto& layer : layers_) {
        layer->append_buffers(buffers);
    }
}

}  // namespace batchscope
