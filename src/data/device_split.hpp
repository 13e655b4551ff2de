#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "data/batch_order.hpp"
#include "data/dataset.hpp"

namespace batchscope {

/// One split, whole, in the memory of the device: a batch is one gather.
struct DeviceSplit {
    at::Tensor inputs;  ///< (examples, channels, rows, columns) or (examples, features), normalised
    at::Tensor targets;  ///< (examples): int64 classes, or reals of the inputs' type
    [[nodiscard]] std::int64_t size() const { return inputs.size(0); }
};

/// Copies the examples `indices` in that order; an input is (pixel / 255 - mean) / deviation in
/// double precision, then rounded to `options`' type.
[[nodiscard]] DeviceSplit make_device_split(const Dataset& dataset, const Examples& examples,
                                            const std::vector<std::int64_t>& indices,
                                            const Normalisation& normalisation,
                                            const at::TensorOptions& options);

/// Shifts and mirrors images (examples, channels, rows, columns), one Augmentation each; what moves
/// in from outside is a black pixel, `black` per channel after normalisation.
[[nodiscard]] at::Tensor augment(const at::Tensor& images,
                                 const std::vector<Augmentation>& augmentations,
                                 const at::Tensor& black);

/// A black pixel after normalisation, (channels).
[[nodiscard]] at::Tensor black_pixel(const Normalisation& normalisation,
                                     const at::TensorOptions& options);

}  // namespace batchscope
