#include "models/layer_tensor.hpp"

#include <memory>
#include <utility>

namespace batchscope {

LayerTensors shared(const LayerTensors& values) {
    LayerTensors copies;
    for (const LayerTensor& value : values) {
        copies.push_back(value.shared());
    }
    return copies;
}

LayerTensorSource LayerTensorSource::then(std::function<LayerTensor(LayerTensor)> step) const {
    return {size_, most_bytes_held_,
            [make = make_, step = std::move(step)](std::size_t i) { return step(make(i)); }};
}

LayerTensorSource LayerTensorSource::held() const {
    const auto values = std::make_shared<LayerTensors>();
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < size_; ++i) {
        values->push_back(make_(i).shared());
        bytes += values->back().tensor.nbytes();
        if (bytes > most_bytes_held_) {
            return *this;
        }
    }
    return {size_, most_bytes_held_, [values](std::size_t i) { return (*values)[i]; }};
}

}  // namespace batchscope
