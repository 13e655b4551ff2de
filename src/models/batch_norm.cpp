#include "models/batch_norm.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/error.hpp"
#include "data/batch_order.hpp"

namespace batchscope {

namespace {

/// Sums over the examples and positions of each group: (groups, channels) in double.
at::Tensor group_sums(const at::Tensor& block) {
    return block.sum(at::IntArrayRef{1, 3}, /*keepdim=*/false, at::kDouble);
}

/// (groups, channels) doubles as (groups, 1, channels, 1) of the type of `like`.
at::Tensor for_broadcast(const at::Tensor& values, const at::Tensor& like) {
    return values.to(like.scalar_type()).unsqueeze(1).unsqueeze(3);
}

at::Tensor per_channel(const at::Tensor& parameter) {
    return parameter.view({1, 1, -1, 1});
}

std::int64_t positions(const at::Tensor& chunk) {
    return chunk.dim() == 2 ? 1 : chunk.size(2) * chunk.size(3);
}

}  // namespace

BatchNorm::BatchNorm(const Parameters::View& weight, const Parameters::View& bias,
                     std::optional<std::int64_t> ghost_size)
    : weight_(weight),
      bias_(bias),
      ghost_size_(ghost_size),
      population_mean_(at::full_like(weight.weight, std::numeric_limits<double>::quiet_NaN())),
      population_variance_(at::full_like(weight.weight, std::numeric_limits<double>::quiet_NaN())) {
}

std::vector<at::Tensor> BatchNorm::grouped(const at::Tensor& chunk) const {
    const std::int64_t examples = chunk.size(0);
    const std::int64_t size = ghost_size_.value_or(examples);
    const at::Tensor flat = chunk.reshape({examples, chunk.size(1), positions(chunk)});
    std::vector<at::Tensor> blocks;
    const std::int64_t whole = examples / size;
    if (whole > 0) {
        blocks.push_back(
            flat.narrow(0, 0, whole * size).view({whole, size, flat.size(1), flat.size(2)}));
    }
    if (examples % size != 0) {
        blocks.push_back(flat.narrow(0, whole * size, examples % size).unsqueeze(0));
    }
    return blocks;
}

void BatchNorm::measure(const std::vector<at::Tensor>& chunks, std::int64_t batch,
                        Communicator& communicator) {
    moments_.assign(chunks.size(), {});
    if (ghost_size_) {
        for (std::size_t i = 0; i < chunks.size(); ++i) {
            for (const at::Tensor& block : grouped(chunks[i])) {
                const double count = static_cast<double>(block.size(1) * block.size(3));
                const at::Tensor mean = for_broadcast(group_sums(block) / count, block);
                const at::Tensor variance = group_sums((block - mean).square_()) / count;
                moments_[i].push_back({mean, for_broadcast((variance + epsilon).rsqrt_(), block)});
            }
        }
        return;
    }
    // Two sums, not one of squares: the variance of values with a large mean would cancel.
    at::Tensor sum =
        at::zeros({1, weight_.weight.size(0)}, weight_.weight.options().dtype(at::kDouble));
    std::int64_t rest = 1;
    for (const at::Tensor& chunk : chunks) {
        rest = positions(chunk);
        sum += group_sums(grouped(chunk).front());
    }
    communicator.sum(sum);
    // Empty shares have no chunk to ask for the positions per example; their statistics are used by
    // nobody.
    const double count = static_cast<double>(batch * rest);
    const at::Tensor mean = sum / count;
    at::Tensor square_sum = at::zeros_like(sum);
    for (const at::Tensor& chunk : chunks) {
        const at::Tensor block = grouped(chunk).front();
        square_sum += group_sums((block - for_broadcast(mean, block)).square_());
    }
    communicator.sum(square_sum);
    const at::Tensor inverse_deviation = (square_sum / count + epsilon).rsqrt_();
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        moments_[i] = {
            {for_broadcast(mean, chunks[i]), for_broadcast(inverse_deviation, chunks[i])}};
    }
}

at::Tensor BatchNorm::normalise(const at::Tensor& chunk, std::size_t index) const {
    const auto blocks = grouped(chunk);
    std::vector<at::Tensor> outputs;
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        const Moments& moments = moments_[index][b];
        const at::Tensor scale = moments.inverse_deviation * per_channel(weight_.weight);
        outputs.push_back(
            ((blocks[b] - moments.mean) * scale).add_(per_channel(bias_.weight)).flatten(0, 1));
    }
    return (outputs.size() == 1 ? outputs.front() : at::cat(outputs)).view(chunk.sizes());
}

std::vector<at::Tensor> BatchNorm::backward(const std::vector<at::Tensor>& chunks,
                                            const std::vector<at::Tensor>& output_gradients,
                                            std::int64_t batch, Communicator& communicator,
                                            bool accumulate) {
    const auto options = weight_.weight.options().dtype(at::kDouble);
    const std::int64_t channels = weight_.weight.size(0);
    // Row 0: sum of the gradients, row 1: of gradient times normalised value; of this rank's
    // examples.
    at::Tensor local = at::zeros({2, channels}, options);
    struct Block {
        at::Tensor gradient, normalised, inverse_deviation, sums;  // sums: (2, groups, channels)
    };
    std::vector<std::vector<Block>> work(chunks.size());
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        const auto values = grouped(chunks[i]);
        const auto gradients = grouped(output_gradients[i]);
        for (std::size_t b = 0; b < values.size(); ++b) {
            const Moments& moments = moments_[i][b];
            const at::Tensor normalised =
                (values[b] - moments.mean).mul_(moments.inverse_deviation);
            const at::Tensor sums =
                at::stack({group_sums(gradients[b]), group_sums(gradients[b] * normalised)});
            local += sums.sum(1);
            work[i].push_back({gradients[b], normalised, moments.inverse_deviation, sums});
        }
    }
    for (const auto& [row, view] : {std::pair{1, &weight_}, std::pair{0, &bias_}}) {
        at::Tensor gradient = view->gradient;
        const at::Tensor own = local[row].to(gradient.scalar_type());
        accumulate ? gradient.add_(own) : gradient.copy_(own);
    }
    at::Tensor total = local;
    if (!ghost_size_) {
        communicator.sum(total);
    }
    std::vector<at::Tensor> input_gradients;
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        std::vector<at::Tensor> parts;
        for (const Block& block : work[i]) {
            const at::Tensor sums = ghost_size_ ? block.sums : total.unsqueeze(1);
            const auto group = ghost_size_ ? block.gradient.size(1) : batch;
            const double count = static_cast<double>(group * block.gradient.size(3));
            const at::Tensor mean_gradient = for_broadcast(sums[0] / count, block.gradient);
            const at::Tensor mean_product = for_broadcast(sums[1] / count, block.gradient);
            parts.push_back((block.gradient - mean_gradient)
                                .sub_(block.normalised * mean_product)
                                .mul_(block.inverse_deviation * per_channel(weight_.weight))
                                .flatten(0, 1));
        }
        input_gradients.push_back(
            (parts.size() == 1 ? parts.front() : at::cat(parts)).view(chunks[i].sizes()));
    }
    return input_gradients;
}

void BatchNorm::measure_population(std::size_t chunks,
                                   const std::function<at::Tensor(std::size_t)>& make_chunk,
                                   Communicator& communicator) {
    const auto options = weight_.weight.options().dtype(at::kDouble);
    at::Tensor sum = at::zeros({weight_.weight.size(0)}, options);
    // Positions per example ride along, since a rank without examples does not know them.
    at::Tensor values = at::zeros({1}, options);
    const auto flat = [](const at::Tensor& chunk) {
        return chunk.reshape({chunk.size(0), chunk.size(1), positions(chunk)});
    };
    for (std::size_t i = 0; i < chunks; ++i) {
        const at::Tensor chunk = flat(make_chunk(i));
        sum += chunk.sum(at::IntArrayRef{0, 2}, false, at::kDouble);
        values += static_cast<double>(chunk.size(0) * chunk.size(2));
    }
    communicator.sum(sum);
    communicator.sum(values);
    const at::Tensor mean = sum / values;
    at::Tensor square_sum = at::zeros_like(sum);
    for (std::size_t i = 0; i < chunks; ++i) {
        const at::Tensor chunk = flat(make_chunk(i));
        const at::Tensor centre = mean.to(chunk.scalar_type()).view({1, -1, 1});
        square_sum += (chunk - centre).square_().sum(at::IntArrayRef{0, 2}, false, at::kDouble);
    }
    communicator.sum(square_sum);
    population_mean_ = mean.to(weight_.weight.scalar_type());
    population_variance_ = (square_sum / values).to(weight_.weight.scalar_type());
}

void BatchNorm::check_ghost_groups(std::int64_t ghost_size, std::int64_t batch, int ranks,
                                   std::int64_t micro_batch) {
    const auto refuse = [&](const std::string& why) {
        return configuration_error(fmt::format("batch_norm.size: ghost groups of {} examples do "
                                               "not fit a batch of {} on {} rank(s): {}",
                                               ghost_size, batch, ranks, why),
                                   "choose a size that divides every share of the batch (also of "
                                   "the last one of an epoch), another "
                                   "number of ranks, data.train_examples a multiple of the batch, "
                                   "or batch_norm.statistics: global");
    };
    if (batch % ghost_size == 1) {
        throw refuse("the last group would hold one example, which has no variance");
    }
    for (int rank = 0; rank + 1 < ranks; ++rank) {
        if (share_of(batch, rank, ranks).end % ghost_size != 0 &&
            share_of(batch, rank, ranks).end != batch) {
            throw refuse(fmt::format("a group would straddle ranks {} and {}", rank, rank + 1));
        }
    }
    if (micro_batch % ghost_size != 0 && micro_batch < (batch + ranks - 1) / ranks) {
        throw refuse(fmt::format("a group would straddle micro-batches of {}", micro_batch));
    }
}

}  // namespace batchscope
