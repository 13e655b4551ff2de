#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "data/dataset.hpp"
#include "data/device_split.hpp"

namespace batchscope {

/// The data of a run on the device, shared by all points that use the same.
struct DeviceData {
    DeviceSplit train, validation, test;
    std::vector<std::int64_t>
        train_indices;  ///< examples of the training split in the training file
    at::Tensor black;   ///< normalised black pixel; undefined for synthetic tasks
    Task task = Task::classification;
    std::int64_t classes = 0;
    std::vector<std::int64_t> example_shape;
    double constant_prediction_loss = 0;

    /// Numbers that a network gives for an example.
    [[nodiscard]] std::int64_t outputs() const {
        return task == Task::classification ? classes : 1;
    }
};

}  // namespace batchscope
