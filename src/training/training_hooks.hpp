#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/network.hpp"

namespace batchscope {

/// Calls into a run on its way, by which a test breaks it as a user's machine would; by default
/// they do nothing. Each is called on every rank; `step`: updates done so far.
struct TrainingHooks {
    std::function<void(std::int64_t step, Parameters& parameters)> before_step =
        [](std::int64_t /*step*/, Parameters& /*parameters*/) {};
    /// The examples of a rank's local batch are there, and no gradient of them yet.
    std::function<void(std::int64_t step, const std::vector<MicroBatch>& micro_batches)> loaded =
        [](std::int64_t /*step*/, const std::vector<MicroBatch>& /*micro_batches*/) {};
    std::function<void(std::int64_t step)> before_evaluation = [](std::int64_t /*step*/) {};
    /// Before a piece of work of the measure of this name.
    std::function<void(std::int64_t step, const std::string& measure)> before_measuring =
        [](std::int64_t /*step*/, const std::string& /*measure*/) {};
};

}  // namespace batchscope
