#include "models/batch_norm.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

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

std::int64_t positions(const at::Tensor& values) {
    return values.dim() == 2 ? 1 : values.size(2) * values.size(3);
}

/// Blocks of groups as one micro-batch again.
at::Tensor joined(const std::vector<at::Tensor>& blocks, at::IntArrayRef shape) {
    return (blocks.size() == 1 ? blocks.front() : at::cat(blocks)).view(shape);
}

}  // namespace

BatchNorm::BatchNorm(std::string name, const Parameters::View& weight, const Parameters::View& bias,
                     std::optional<std::int64_t> ghost_size)
    : name_(std::move(name)),
      weight_(weight),
      bias_(bias),
      ghost_size_(ghost_size),
      population_mean_(at::full_like(weight.weight, std::numeric_limits<double>::quiet_NaN())),
      population_variance_(at::full_like(weight.weight, std::numeric_limits<double>::quiet_NaN())) {
}

std::vector<at::Tensor> BatchNorm::grouped(const at::Tensor& values) const {
    const std::int64_t examples = values.size(0);
    const std::int64_t size = ghost_size_.value_or(examples);
    const at::Tensor flat = values.reshape({examples, values.size(1), positions(values)});
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

void BatchNorm::measure_groups(const LayerTensors& inputs) {
    moments_.assign(inputs.size(), {});
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        for (const at::Tensor& block : grouped(inputs[i].tensor)) {
            const double count = static_cast<double>(block.size(1) * block.size(3));
            const at::Tensor mean = for_broadcast(group_sums(block) / count, block);
            const at::Tensor variance = group_sums((block - mean).square_()) / count;
            moments_[i].push_back({mean, for_broadcast((variance + epsilon).rsqrt_(), block)});
        }
    }
}

void BatchNorm::measure_batch(const LayerTensors& inputs, std::int64_t batch,
                              Communicator& communicator) {
    // Two sums, not one of squares: the variance of values with a large mean would cancel.
    at::Tensor sum =
        at::zeros({1, weight_.weight.size(0)}, weight_.weight.options().dtype(at::kDouble));
    std::int64_t rest = 1;
    for (const LayerTensor& input : inputs) {
        rest = positions(input.tensor);
        sum += group_sums(grouped(input.tensor).front());
    }
    communicator.sum(sum);
    // Empty local batches have no input to ask for the positions per example; their statistics are
    // used by nobody.
    const double count = static_cast<double>(batch * rest);
    const at::Tensor mean = sum / count;
    at::Tensor square_sum = at::zeros_like(sum);
    for (const LayerTensor& input : inputs) {
        const at::Tensor block = grouped(input.tensor).front();
        square_sum += group_sums((block - for_broadcast(mean, block)).square_());
    }
    communicator.sum(square_sum);
    const at::Tensor inverse_deviation = (square_sum / count + epsilon).rsqrt_();
    moments_.clear();
    for (const LayerTensor& input : inputs) {
        moments_.push_back(
            {{for_broadcast(mean, input.tensor), for_broadcast(inverse_deviation, input.tensor)}});
    }
}

at::Tensor BatchNorm::normalise(const at::Tensor& values, std::size_t index) const {
    const auto blocks = grouped(values);
    std::vector<at::Tensor> outputs;
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        const Moments& moments = moments_[index][b];
        const at::Tensor scale = moments.inverse_deviation * per_channel(weight_.weight);
        outputs.push_back(
            ((blocks[b] - moments.mean) * scale).add_(per_channel(bias_.weight)).flatten(0, 1));
    }
    return joined(outputs, values.sizes());
}

LayerTensors BatchNorm::forward(LayerTensors inputs, const Pass& pass) {
    if (pass.training && ghost_size_) {
        measure_groups(inputs);
    } else if (pass.training) {
        measure_batch(inputs, pass.batch, *pass.communicator);
    }
    LayerTensors outputs;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        outputs.push_back(
            {pass.training ? normalise(inputs[i].tensor, i) : evaluate(inputs[i].tensor, pass.save),
             true});
    }
    if (pass.training && pass.save) {
        inputs_ = std::move(inputs);
    }
    return outputs;
}

LayerTensor BatchNorm::output_again(std::size_t index, const Pass& /*pass*/) {
    return {normalise(inputs_[index].tensor, index), true};
}

LayerTensors BatchNorm::backward(LayerTensors output_gradients, const Pass& pass,
                                 bool input_gradients_wanted) {
    if (pass.training) {
        return backward_of_batch(output_gradients, pass, input_gradients_wanted);
    }
    return {backward_of_evaluation(output_gradients.front().tensor, pass.accumulate)};
}

void BatchNorm::put_gradient(const Parameters::View& parameter, const at::Tensor& gradient,
                             bool accumulate) {
    accumulate ? parameter.gradient.add_(gradient) : parameter.gradient.copy_(gradient);
}

LayerTensors BatchNorm::backward_of_batch(const LayerTensors& output_gradients, const Pass& pass,
                                          bool input_gradients_wanted) {
    const auto options = weight_.weight.options().dtype(at::kDouble);
    const std::int64_t channels = weight_.weight.size(0);
    // Row 0: sum of the gradients, row 1: of gradient times normalised value; of this rank's
    // examples.
    at::Tensor local = at::zeros({2, channels}, options);
    struct Block {
        at::Tensor gradient, normalised, inverse_deviation, sums;  // sums: (2, groups, channels)
    };
    std::vector<std::vector<Block>> work(inputs_.size());
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        const auto values = grouped(inputs_[i].tensor);
        const auto gradients = grouped(output_gradients[i].tensor);
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
    put_gradient(weight_, local[1].to(weight_.weight.scalar_type()), pass.accumulate);
    put_gradient(bias_, local[0].to(bias_.weight.scalar_type()), pass.accumulate);
    if (!input_gradients_wanted) {
        return LayerTensors(inputs_.size());
    }
    at::Tensor total = local;
    if (!ghost_size_) {
        pass.communicator->sum(total);
    }
    LayerTensors input_gradients;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        std::vector<at::Tensor> parts;
        for (const Block& block : work[i]) {
            const at::Tensor sums = ghost_size_ ? block.sums : total.unsqueeze(1);
            const auto group = ghost_size_ ? block.gradient.size(1) : pass.batch;
            const double count = static_cast<double>(group * block.gradient.size(3));
            const at::Tensor mean_gradient = for_broadcast(sums[0] / count, block.gradient);
            const at::Tensor mean_product = for_broadcast(sums[1] / count, block.gradient);
            parts.push_back((block.gradient - mean_gradient)
                                .sub_(block.normalised * mean_product)
                                .mul_(block.inverse_deviation * per_channel(weight_.weight))
                                .flatten(0, 1));
        }
        input_gradients.push_back({joined(parts, inputs_[i].tensor.sizes()), true});
    }
    return input_gradients;
}

void BatchNorm::check_ghost_groups(std::int64_t ghost_size, std::int64_t batch, int ranks,
                                   std::int64_t micro_batch) {
    const auto refuse = [&](const std::string& why) {
        return configuration_error(fmt::format("batch_norm.size: ghost groups of {} examples do "
                                               "not fit a batch of {} on {} rank(s): {}",
                                               ghost_size, batch, ranks, why),
                                   "choose a size that divides every local batch (also of "
                                   "the last one of an epoch), another "
                                   "number of ranks, data.train_examples a multiple of the batch, "
                                   "or batch_norm.statistics: global");
    };
    if (batch % ghost_size == 1) {
        throw refuse("the last group would hold one example, which has no variance");
    }
    for (int rank = 0; rank + 1 < ranks; ++rank) {
        if (local_batch_of(batch, rank, ranks).end % ghost_size != 0 &&
            local_batch_of(batch, rank, ranks).end != batch) {
            throw refuse(fmt::format("a group would straddle ranks {} and {}", rank, rank + 1));
        }
    }
    if (micro_batch % ghost_size != 0 && micro_batch < (batch + ranks - 1) / ranks) {
        throw refuse(fmt::format("a group would straddle micro-batches of {}", micro_batch));
    }
}

}  // namespace batchscope
