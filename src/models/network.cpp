#include "models/network.hpp"

#include <ATen/ATen.h>

#include <span>
#include <utility>

#include "models/loss.hpp"

namespace batchscope {

Network::Network(const Builder& builder, const BatchNormSettings& batch_norm, Task task,
                 std::int64_t extra, const at::TensorOptions& options)
    : task_(task), parameters_(builder.shapes_, extra, options), root_([&] {
          Builder::Construction construction{
              parameters_,
              batch_norm.statistics == BatchNormStatistics::ghost ? batch_norm.size : std::nullopt};
          return Builder::make_layers(builder.parts_, construction);
      }()) {}

at::Tensor Network::forward_backward(const std::vector<MicroBatch>& micro_batches,
                                     const StepContext& context, Communicator& communicator) {
    if (micro_batches.empty()) {
        parameters_.gradients().zero_();
    }
    at::Tensor loss_sum;
    const auto run = [&](std::span<const MicroBatch> micro_batches) {
        Pass pass{.training = true,
                  .save = true,
                  .accumulate = loss_sum.defined(),
                  .seed = context.seed,
                  .step = context.step,
                  .batch = context.batch,
                  .first_positions = {},
                  .communicator = &communicator};
        LayerTensors inputs;
        for (const MicroBatch& micro_batch : micro_batches) {
            inputs.push_back({micro_batch.inputs});
            pass.first_positions.push_back(micro_batch.first_position);
        }
        root_.forward_backward(
            std::move(inputs), pass, [&](std::size_t i, const at::Tensor& outputs) {
                auto [loss, gradient] = loss_and_gradient(task_, outputs, micro_batches[i].targets);
                loss_sum = loss_sum.defined() ? loss_sum + loss : loss;
                return LayerTensor{std::move(gradient), true};
            });
    };
    if (root_.coupling() != nullptr || micro_batches.empty()) {
        run(micro_batches);
    } else {
        // Nothing that one needs of the others: the activations of one are held at a time.
        for (const MicroBatch& micro_batch : micro_batches) {
            run({&micro_batch, 1});
        }
    }
    return loss_sum.defined() ? loss_sum : at::zeros({}, parameters_.weights().options());
}

at::Tensor Network::evaluate(const at::Tensor& inputs) {
    return root_.forward({{inputs}}, Pass{}).front().tensor;
}

void Network::estimate_population(const std::vector<at::Tensor>& micro_batches,
                                  Communicator& communicator, std::size_t most_bytes) {
    if (buffers().empty()) {
        return;
    }
    (void)root_.estimate_population({micro_batches.size(), most_bytes,
                                     [&](std::size_t i) { return LayerTensor{micro_batches[i]}; }},
                                    communicator);
}

std::vector<Network::Buffer> Network::buffers() const {
    std::vector<Buffer> buffers;
    root_.append_buffers(buffers);
    return buffers;
}

}  // namespace batchscope
