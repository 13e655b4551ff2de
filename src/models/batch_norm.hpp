#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "communication/communicator.hpp"
#include "models/layer.hpp"
#include "models/parameters.hpp"

namespace batchscope {

/// Batch normalisation (Ioffe and Szegedy 2015) with statistics that do not depend on the number of
/// ranks: of the whole global batch, with one sum over the ranks for the means, one for the
/// variances and one on the way back, or of ghost groups of consecutive examples (Hoffer 2017). In
/// evaluation, of population statistics re-estimated at the frozen weights: there it is a scale and
/// a shift per channel, without coupling of examples.
class BatchNorm final : public CouplingLayer {
  public:
    static constexpr double epsilon = 1e-5;

    /// `name`: of its buffers. `ghost_size`: examples per group; absent: the whole global batch.
    BatchNorm(std::string name, const Parameters::View& weight, const Parameters::View& bias,
              std::optional<std::int64_t> ghost_size);

    LayerTensors forward(LayerTensors inputs, const Pass& pass) override;
    LayerTensors backward(LayerTensors output_gradients, const Pass& pass,
                          bool input_gradients_wanted) override;
    [[nodiscard]] LayerTensor output_again(std::size_t index, const Pass& pass) override;
    Tangents forward_tangents(Tangents input, const ParameterVectors& directions) override;
    GradientAndTangents backward_tangents(GradientAndTangents output,
                                          const ParameterVectors& directions,
                                          const ParameterVectors& products,
                                          bool input_wanted) override;
    void forget() override;
    [[nodiscard]] bool has_parameters() const override { return true; }
    [[nodiscard]] CouplingLayer* coupling() override { return ghost_size_ ? nullptr : this; }
    /// Measures the mean and (biased) variance of all examples of all ranks.
    LayerTensorSource estimate_population(LayerTensorSource inputs,
                                          Communicator& communicator) override;
    /// "bn1.running_mean" and "bn1.running_var", (channels) each, of the weights' type; NaN before
    /// the first estimate.
    void append_buffers(std::vector<Buffer>& buffers) const override;

    /// Where this local batch's ghost groups would cross its borders or be smaller than two
    /// examples: throws Error (configuration) naming batch, group size and ranks. `micro_batch`:
    /// most examples of a micro-batch.
    static void check_ghost_groups(std::int64_t ghost_size, std::int64_t batch, int ranks,
                                   std::int64_t micro_batch);

  private:
    /// Mean and 1/deviation of each group of one micro-batch, (groups, 1, channels, 1).
    struct Moments {
        at::Tensor mean, inverse_deviation;
    };
    /// A micro-batch as (groups, group size, channels, rest): whole groups, then a smaller last
    /// group if any.
    [[nodiscard]] std::vector<at::Tensor> grouped(const at::Tensor& values) const;
    /// The statistics of the inputs, for normalise().
    void measure_groups(const LayerTensors& inputs);
    void measure_batch(const LayerTensors& inputs, std::int64_t batch, Communicator& communicator);
    /// Values of micro-batch `index` with the measured statistics.
    [[nodiscard]] at::Tensor normalise(const at::Tensor& values, std::size_t index) const;
    LayerTensors backward_of_batch(const LayerTensors& output_gradients, const Pass& pass,
                                   bool input_gradients_wanted);
    /// With the population statistics.
    [[nodiscard]] at::Tensor evaluate(const at::Tensor& values, bool save);
    [[nodiscard]] LayerTensor backward_of_evaluation(const at::Tensor& output_gradient,
                                                     bool accumulate);
    static void put_gradient(const Parameters::View& parameter, const at::Tensor& gradient,
                             bool accumulate);

    std::string name_;
    Parameters::View weight_, bias_;
    std::optional<std::int64_t> ghost_size_;
    LayerTensors inputs_;                        ///< of the last saved training pass
    std::vector<std::vector<Moments>> moments_;  ///< per micro-batch, per block of equal groups
    at::Tensor population_mean_, population_variance_;
    at::Tensor normalised_;  ///< of the last saved evaluation pass, before scale and shift
    at::Tensor input_tangents_;
};

}  // namespace batchscope
