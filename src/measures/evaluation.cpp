#include "measures/evaluation.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>

#include "data/batch_order.hpp"
#include "models/loss.hpp"

namespace batchscope {

namespace {

// Examples of one evaluation pass: activations of this many fit the caches of a core.
constexpr std::int64_t chunk_size = 500;

/// Calls visit(first, count) for the chunks of a range.
template <class Visit>
void for_each_chunk(const Share& range, const Visit& visit) {
    for (std::int64_t first = range.begin; first < range.end; first += chunk_size) {
        visit(first, std::min(chunk_size, range.end - first));
    }
}

}  // namespace

SplitFigures evaluate_split(Network& network, const DeviceSplit& split,
                            Communicator& communicator) {
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    if (split.size() == 0) {
        return {unknown, unknown};
    }
    at::Tensor sums = at::zeros({2}, split.inputs.options().dtype(at::kDouble));
    for_each_chunk(share_of(split.size(), communicator.rank(), communicator.size()),
                   [&](std::int64_t first, std::int64_t count) {
                       const at::Tensor targets = split.targets.narrow(0, first, count);
                       const at::Tensor outputs =
                           network.evaluate(split.inputs.narrow(0, first, count));
                       sums[0] += example_losses(network.task(), outputs, targets).sum();
                       if (network.task() == Task::classification) {
                           sums[1] += outputs.argmax(1).eq(targets).sum();
                       }
                   });
    communicator.sum(sums);
    communicator.synchronize();
    const at::Tensor totals = sums.cpu();
    const auto examples = static_cast<double>(split.size());
    return {totals[0].item<double>() / examples,
            network.task() == Task::classification ? totals[1].item<double>() / examples : unknown};
}

SplitPredictions predict_split(Network& network, const DeviceSplit& split) {
    SplitPredictions predictions;
    for_each_chunk({0, split.size()}, [&](std::int64_t first, std::int64_t count) {
        const at::Tensor outputs = network.evaluate(split.inputs.narrow(0, first, count));
        const at::Tensor losses =
            example_losses(network.task(), outputs, split.targets.narrow(0, first, count)).cpu();
        const at::Tensor classes = network.task() == Task::classification
                                       ? outputs.argmax(1).cpu()
                                       : at::full({count}, -1, at::kLong);
        const auto* loss = losses.const_data_ptr<double>();
        const auto* predicted = classes.const_data_ptr<std::int64_t>();
        predictions.loss.insert(predictions.loss.end(), loss, loss + count);
        predictions.predicted_class.insert(predictions.predicted_class.end(), predicted,
                                           predicted + count);
    });
    return predictions;
}

void estimate_population(Network& network, const DeviceSplit& train, Communicator& communicator) {
    std::vector<at::Tensor> chunks;
    const std::int64_t examples = std::min(population_examples, train.size());
    for_each_chunk(share_of(examples, communicator.rank(), communicator.size()),
                   [&](std::int64_t first, std::int64_t count) {
                       chunks.push_back(train.inputs.narrow(0, first, count));
                   });
    network.estimate_population(chunks, communicator);
}

}  // namespace batchscope
