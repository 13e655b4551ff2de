#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "communication/communicator.hpp"
#include "config/run_settings.hpp"
#include "data/dataset.hpp"
#include "models/layer.hpp"
#include "models/parameters.hpp"
#include "models/sequence.hpp"

namespace batchscope {

/// Consecutive examples of the global batch that a rank holds at once.
struct MicroBatch {
    at::Tensor inputs, targets;
    std::int64_t first_position = 0;  ///< place of its first example in the global batch
};

/// What is the same for all micro-batches of one training step.
struct StepContext {
    std::uint64_t seed = 0;
    std::int64_t step = 0;   ///< 0-based
    std::int64_t batch = 0;  ///< examples of the global batch
};

/// Which matrix of second derivatives.
enum class Curvature {
    hessian,
    /// J' H_L J with the Jacobian J of the outputs and the Hessian H_L of the loss at the outputs
    /// (Schraudolph 2002): positive semi-definite; it lacks what the curvature of the network adds.
    gauss_newton,
};

/// A feed-forward network: a tree of layers.
class Network {
  public:
    /// Builds the layers of a network one after the other; names become the names of its parameters
    /// and buffers, and differ from each other.
    class Builder {
      public:
        Builder() : has_batch_norm_(false) {}
        Builder& linear(const std::string& name, std::int64_t inputs, std::int64_t outputs);
        Builder& convolution(const std::string& name, std::int64_t inputs, std::int64_t outputs,
                             std::int64_t kernel);
        Builder& batch_norm(const std::string& name, std::int64_t channels);
        Builder& relu();
        Builder& max_pool();
        Builder& flatten();
        Builder& dropout(double rate);
        /// body(x) + shortcut(x); an empty shortcut is the identity. Parameters of the body come
        /// before those of the shortcut.
        Builder& residual(Builder body, Builder shortcut = {});
        /// Whether batch_norm() was called, here or for a part.
        [[nodiscard]] bool has_batch_norm() const { return has_batch_norm_; }

      private:
        friend class Network;
        struct Construction {
            const Parameters& parameters;
            std::optional<std::int64_t> ghost_size;
            std::uint64_t dropouts = 0;  ///< so far: the index of the next
        };
        using MakeLayer = std::function<std::unique_ptr<Layer>(Construction&)>;
        using Layers = std::vector<std::unique_ptr<Layer>>;
        [[nodiscard]] static Layers make_layers(const std::vector<MakeLayer>& parts,
                                                Construction& construction);

        std::vector<ParameterShape> shapes_;
        std::vector<MakeLayer> parts_;
        bool has_batch_norm_;
    };

    /// `extra`: cells behind the gradients that ride in their all-reduce (Parameters).
    Network(const Builder& builder, const BatchNormSettings& batch_norm, Task task,
            std::int64_t extra, const at::TensorOptions& options);

    [[nodiscard]] Parameters& parameters() { return parameters_; }
    [[nodiscard]] const Parameters& parameters() const { return parameters_; }
    [[nodiscard]] Task task() const { return task_; }

    /// Sums of loss and gradient over the micro-batches of this rank's local batch; gradients land
    /// in parameters(). Every rank calls it, also with no micro-batch. Returns the loss sum, a
    /// scalar tensor. Micro-batches give the gradients of the whole batch exactly: with global
    /// batch normalisation over several micro-batches, activations between normalisations are
    /// recomputed in the backward pass instead of held.
    at::Tensor forward_backward(const std::vector<MicroBatch>& micro_batches,
                                const StepContext& context, Communicator& communicator);

    /// Outputs (examples, classes or 1) in evaluation mode.
    [[nodiscard]] at::Tensor evaluate(const at::Tensor& inputs);

    /// Sum of the losses of some examples in evaluation mode, a scalar double, with the gradient of
    /// the sum in parameters(). `example_weights`, (examples): each example's gradient counts so
    /// often; undefined: once.
    at::Tensor evaluation_gradient(const at::Tensor& inputs, const at::Tensor& targets,
                                   const at::Tensor& example_weights = {});

    /// Products of the curvature of that sum with `directions`, (k, parameters) of the parameters'
    /// type: the same shape. By the R-operator (Pearlmutter 1994), exact as a gradient is: no
    /// differences, no graph. Population statistics of batch normalisation are constants in it. One
    /// pass serves all directions; memory: the activations of a training step, 1 + 2k times.
    [[nodiscard]] at::Tensor curvature_products(const at::Tensor& inputs, const at::Tensor& targets,
                                                const at::Tensor& directions, Curvature curvature);

    /// What a rank holds at most of the values at one place of the network while population
    /// statistics are estimated there: 10,000 times 16 channels of 32 x 32 numbers in single
    /// precision fit.
    static constexpr std::size_t most_bytes_held = std::size_t{768} << 20;
    /// Re-estimates the population statistics of batch normalisation at the present weights, layer
    /// by layer, over the micro-batches of all ranks. Does nothing without batch normalisation.
    /// What takes more than `most_bytes` is not held, but computed again for each batch
    /// normalisation that follows.
    void estimate_population(const std::vector<at::Tensor>& micro_batches,
                             Communicator& communicator, std::size_t most_bytes = most_bytes_held);

    using Buffer = batchscope::Buffer;
    /// Population statistics: "bn1.running_mean", "bn1.running_var".
    [[nodiscard]] std::vector<Buffer> buffers() const;

  private:
    Task task_;
    Parameters parameters_;
    Sequence root_;
};

}  // namespace batchscope
