#pragma once

#include <cstdint>
#include <vector>

#include "communication/communicator.hpp"
#include "data/device_split.hpp"
#include "models/network.hpp"

namespace batchscope {

/// Metrics of one split at frozen weights, in evaluation mode, over every example once.
struct SplitMetrics {
    double loss = 0;      ///< mean, nats or half squared error; NaN for an empty split
    double accuracy = 0;  ///< fraction; NaN for an empty split or regression
};

/// Evaluates a split that every rank holds: each rank takes its local batch, sums go over the ranks
/// in double precision. Throws AgreedStop. Collective, as all below.
[[nodiscard]] SplitMetrics evaluate_split(Network& network, const DeviceSplit& split,
                                          Communicator& communicator);

/// Predicted class, loss and true class of every example of a split, in its order, on every rank;
/// each computes its local batch. Classes are -1 for regression. Throws AgreedStop.
struct SplitPredictions {
    std::vector<std::int64_t> predicted_class;
    std::vector<double> loss;
    std::vector<std::int64_t> target;
};
[[nodiscard]] SplitPredictions predict_split(Network& network, const DeviceSplit& split,
                                             Communicator& communicator);

/// Population statistics of batch normalisation come from this many first examples of the training
/// split.
inline constexpr std::int64_t population_examples = 10000;

/// Re-estimates them at the present weights, over all ranks. Throws AgreedStop.
void estimate_population(Network& network, const DeviceSplit& train, Communicator& communicator);

}  // namespace batchscope
