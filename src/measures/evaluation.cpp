#include "measures/evaluation.hpp"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/not_finite.hpp"
#include "measures/split_micro_batches.hpp"
#include "models/loss.hpp"

namespace batchscope {

SplitMetrics evaluate_split(Network& network, const DeviceSplit& split,
                            Communicator& communicator) {
    if (split.size() == 0) {
        return {unknown, unknown};
    }
    at::Tensor sums = at::zeros({2}, split.inputs.options().dtype(at::kDouble));
    for_each_micro_batch(
        split.size(), communicator, {}, [&](std::int64_t first, std::int64_t count) {
            const at::Tensor targets = split.targets.narrow(0, first, count);
            const at::Tensor outputs = network.evaluate(split.inputs.narrow(0, first, count));
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

SplitPredictions predict_split(Network& network, const DeviceSplit& split,
                               Communicator& communicator) {
    // Each rank fills its local batch, the others' are zero: the sum is the whole, exactly.
    const at::TensorOptions device = split.inputs.options();
    const at::Tensor losses = at::zeros({split.size()}, device.dtype(at::kDouble));
    const at::Tensor classes = at::zeros({split.size()}, device.dtype(at::kLong));
    for_each_micro_batch(
        split.size(), communicator, {}, [&](std::int64_t first, std::int64_t count) {
            const at::Tensor outputs = network.evaluate(split.inputs.narrow(0, first, count));
            losses.narrow(0, first, count)
                .copy_(
                    example_losses(network.task(), outputs, split.targets.narrow(0, first, count)));
            if (network.task() == Task::classification) {
                classes.narrow(0, first, count).copy_(outputs.argmax(1));
            } else {
                classes.narrow(0, first, count).fill_(-1);
            }
        });
    communicator.sum(losses);
    communicator.sum(classes);
    communicator.synchronize();
    const at::Tensor host_losses = losses.cpu();
    const at::Tensor host_classes = classes.cpu();
    const at::Tensor host_targets =
        (network.task() == Task::classification ? split.targets : at::full_like(classes, -1)).cpu();
    const auto* loss = host_losses.const_data_ptr<double>();
    const auto* predicted = host_classes.const_data_ptr<std::int64_t>();
    const auto* target = host_targets.const_data_ptr<std::int64_t>();
    return {{predicted, predicted + split.size()},
            {loss, loss + split.size()},
            {target, target + split.size()}};
}

void estimate_population(Network& network, const DeviceSplit& train, Communicator& communicator) {
    std::vector<at::Tensor> micro_batches;
    const std::int64_t examples = std::min(population_examples, train.size());
    for_each_micro_batch(examples, communicator, {}, [&](std::int64_t first, std::int64_t count) {
        micro_batches.push_back(train.inputs.narrow(0, first, count));
    });
    network.estimate_population(micro_batches, communicator);
}

}  // namespace batchscope
