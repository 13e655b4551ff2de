#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "communication/communicator.hpp"
#include "config/run_settings.hpp"
#include "data/dataset.hpp"
#include "models/batch_norm.hpp"
#include "models/layer.hpp"
#include "models/parameters.hpp"

namespace batchscope {

/// Consecutive examples of the global batch that a rank holds at once.
struct Chunk {
    at::Tensor inputs, targets;
    std::int64_t first_position = 0;  ///< place of its first example in the global batch
};

/// What is the same for all chunks of one training step.
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

/// A feed-forward network: segments of layers with a batch normalisation between neighbours, where
/// it is on.
class Network {
  public:
    /// Builds the layers of a network one after the other; names become the names of its
    /// parameters.
    class Builder {
      public:
        Builder& linear(const std::string& name, std::int64_t inputs, std::int64_t outputs);
        Builder& convolution(const std::string& name, std::int64_t inputs, std::int64_t outputs,
                             std::int64_t kernel);
        Builder& batch_norm(const std::string& name, std::int64_t channels);
        Builder& relu();
        Builder& max_pool();
        Builder& flatten();
        Builder& dropout(double rate);

      private:
        friend class Network;
        using MakeLayer = std::function<std::unique_ptr<Layer>(const Parameters&)>;
        struct Part {
            MakeLayer make_layer;
            std::string batch_norm;  ///< its name where the part is one
        };
        std::vector<ParameterShape> shapes_;
        std::vector<Part> parts_;
        std::uint64_t dropouts_ = 0;
    };

    /// `extra`: cells behind the gradients that ride in their all-reduce (Parameters).
    Network(const Builder& builder, const BatchNormSettings& batch_norm, Task task,
            std::int64_t extra, const at::TensorOptions& options);

    [[nodiscard]] Parameters& parameters() { return parameters_; }
    [[nodiscard]] const Parameters& parameters() const { return parameters_; }
    [[nodiscard]] Task task() const { return task_; }

    /// Sums of loss and gradient over the chunks of this rank's share; gradients land in
    /// parameters(). Every rank calls it, also with no chunk. Returns the loss sum, a scalar
    /// tensor. Micro-batches give the gradients of the whole batch exactly: with global batch
    /// normalisation over several chunks, activations between normalisations are recomputed in the
    /// backward pass instead of held.
    at::Tensor forward_backward(const std::vector<Chunk>& chunks, const StepContext& context,
                                Communicator& communicator);

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

    /// Re-estimates the population statistics of batch normalisation at the present weights, layer
    /// by layer, over the chunks of all ranks. Does nothing without batch normalisation.
    void estimate_population(const std::vector<at::Tensor>& chunks, Communicator& communicator);

    struct Buffer {
        std::string name;
        at::Tensor values;
    };
    /// Population statistics: "bn1.running_mean", "bn1.running_var".
    [[nodiscard]] std::vector<Buffer> buffers() const;

  private:
    struct NamedBatchNorm {
        std::string name;
        BatchNorm layer;
    };
    using Segment = std::vector<std::unique_ptr<Layer>>;

    at::Tensor run_coupled(const std::vector<Chunk>& chunks, const StepContext& context,
                           bool accumulate, Communicator& communicator);
    at::Tensor run_segment(std::size_t segment, at::Tensor input, const Pass& pass);
    [[nodiscard]] std::size_t lowest_layer_wanted(std::size_t segment,
                                                  bool input_gradient_wanted) const;
    at::Tensor run_segment_back(std::size_t segment, at::Tensor gradient, const Pass& pass,
                                bool input_gradient_wanted);

    Task task_;
    Parameters parameters_;
    std::vector<Segment> segments_;
    std::vector<NamedBatchNorm> batch_norms_;  ///< number i follows segment i
};

}  // namespace batchscope
