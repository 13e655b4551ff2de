#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <functional>
#include <vector>

namespace batchscope {

/// A tensor on its way from one layer to the next, (examples, ...), and whether the layer that gets
/// it may work in place. Nobody else then needs its numbers as they are, with one exception: a ReLU
/// reads from its output, in the backward pass, which units are on. So on the way forward, in place
/// means to zero elements or to scale them by positive numbers, and nothing else.
struct LayerTensor {
    at::Tensor tensor;
    bool writable = false;

    /// For one of several that get it.
    [[nodiscard]] LayerTensor shared() const { return {tensor, false}; }
};

/// One a micro-batch.
using LayerTensors = std::vector<LayerTensor>;

/// For several readers.
[[nodiscard]] LayerTensors shared(const LayerTensors& values);

/// The values of all micro-batches of this rank at one place of a network in evaluation mode, made
/// when they are asked for.
class LayerTensorSource {
  public:
    using Make = std::function<LayerTensor(std::size_t)>;

    /// `most_bytes_held`: limit for held(), here and at all later places of the network.
    LayerTensorSource(std::size_t size, std::size_t most_bytes_held, Make make)
        : size_(size), most_bytes_held_(most_bytes_held), make_(std::move(make)) {}

    [[nodiscard]] std::size_t size() const { return size_; }
    /// Of micro-batch `index`.
    [[nodiscard]] LayerTensor operator()(std::size_t index) const { return make_(index); }
    /// What `step` makes of them.
    [[nodiscard]] LayerTensorSource then(std::function<LayerTensor(LayerTensor)> step) const;
    /// The same values, each made once and held, where all of them take up to the limit; else this
    /// source.
    [[nodiscard]] LayerTensorSource held() const;

  private:
    std::size_t size_, most_bytes_held_;
    Make make_;
};

}  // namespace batchscope
