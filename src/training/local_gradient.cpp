#include "training/local_gradient.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

#include "data/batch_order.hpp"

namespace batchscope {

LocalGradient::LocalGradient(const RunSettings& settings, BatchLoader loader, Network& network,
                             Communicator& communicator, const TrainingHooks& hooks)
    : settings_(settings),
      network_(network),
      communicator_(communicator),
      hooks_(hooks),
      loader_(std::move(loader)) {
    if (settings.training.noise_groups > 1) {
        sum_ = at::empty_like(network.parameters().gradients());
    }
}

LocalGradient::Sums LocalGradient::compute(const Progress& progress, std::int64_t batch) {
    const StepContext context{settings_.training.seed, progress.step, batch};
    const LocalBatch local_batch =
        local_batch_of(batch, communicator_.rank(), communicator_.size());
    const std::int64_t groups = settings_.training.noise_groups;
    if (groups == 1 || local_batch.size() == 0) {
        return compute_group(progress, context, local_batch);
    }
    Sums sums;
    sum_.zero_();
    for (std::int64_t group = 0; group < groups; ++group) {
        const LocalBatch part = group_of(local_batch, group, groups);
        if (part.size() > 0) {
            const Sums of_group = compute_group(progress, context, part);
            sums.loss = sums.loss.defined() ? sums.loss + of_group.loss : of_group.loss;
            sums.squares =
                sums.squares.defined() ? sums.squares + of_group.squares : of_group.squares;
            sum_.add_(network_.parameters().gradients());
        }
    }
    network_.parameters().gradients().copy_(sum_);
    return sums;
}

LocalGradient::Sums LocalGradient::compute_group(const Progress& progress,
                                                 const StepContext& context,
                                                 const LocalBatch& group) {
    const auto micro_batches = loader_.micro_batches(progress, group);
    hooks_.loaded(progress.step, micro_batches);
    at::Tensor loss = network_.forward_backward(micro_batches, context, communicator_);
    const at::Tensor gradients = network_.parameters().gradients();
    // An empty local batch has the gradient 0.
    return {std::move(loss),
            at::dot(gradients, gradients).div_(std::max<std::int64_t>(1, group.size()))};
}

std::int64_t LocalGradient::groups_in(std::int64_t batch) const {
    std::int64_t groups = 0;
    for (int rank = 0; rank < communicator_.size(); ++rank) {
        const LocalBatch local_batch = local_batch_of(batch, rank, communicator_.size());
        groups += std::min(local_batch.size(), settings_.training.noise_groups);
    }
    return groups;
}

}  // namespace batchscope
