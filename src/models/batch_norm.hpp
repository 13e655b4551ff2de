#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "communication/communicator.hpp"
#include "config/run_settings.hpp"
#include "models/layer.hpp"
#include "models/parameters.hpp"

namespace batchscope {

/// Batch normalisation (Ioffe and Szegedy 2015) with statistics that do not depend on the number of
/// ranks: of the whole global batch, or of ghost groups of consecutive examples (Hoffer 2017). In
/// evaluation, of population statistics re-estimated at the frozen weights. It couples all examples
/// of a batch, so it is not a Layer: it sees all chunks of this rank's share at once, and every
/// rank calls it, with no chunk if its share is empty.
class BatchNorm {
  public:
    static constexpr double epsilon = 1e-5;

    /// `ghost_size`: examples per group; absent: the whole global batch.
    BatchNorm(const Parameters::View& weight, const Parameters::View& bias,
              std::optional<std::int64_t> ghost_size);

    /// Measures the statistics of `chunks` ((examples, channels, ...) each): over all ranks for the
    /// whole batch of `batch` examples, or per ghost group.
    void measure(const std::vector<at::Tensor>& chunks, std::int64_t batch,
                 Communicator& communicator);
    /// Normalises chunk `index` with the measured statistics.
    [[nodiscard]] at::Tensor normalise(const at::Tensor& chunk, std::size_t index) const;
    /// Gradients with respect to the chunks, from those with respect to the normalised ones; adds
    /// the gradients of scale and shift.
    [[nodiscard]] std::vector<at::Tensor> backward(const std::vector<at::Tensor>& chunks,
                                                   const std::vector<at::Tensor>& output_gradients,
                                                   std::int64_t batch, Communicator& communicator,
                                                   bool accumulate);

    /// Measures population statistics: the mean and (biased) variance of all examples of all ranks.
    /// The chunks are made by `make_chunk(i)`, twice, so that they need not be held.
    void measure_population(std::size_t chunks,
                            const std::function<at::Tensor(std::size_t)>& make_chunk,
                            Communicator& communicator);
    /// Normalises with the population statistics. With these frozen, it is a layer like others,
    /// without coupling of examples; `save` keeps what the functions below need until forget().
    [[nodiscard]] at::Tensor normalise_for_evaluation(const at::Tensor& chunk, bool save = false);
    /// As Layer::backward, forward_tangents and backward_tangents, of the last saved
    /// normalise_for_evaluation.
    [[nodiscard]] at::Tensor backward_for_evaluation(const at::Tensor& output_gradient);
    [[nodiscard]] Tangents forward_tangents(const Tangents& input,
                                            const ParameterVectors& directions);
    [[nodiscard]] GradientAndTangents backward_tangents(const GradientAndTangents& output,
                                                        const ParameterVectors& directions,
                                                        const ParameterVectors& products) const;
    void forget();

    /// (channels) each, of the weights' type; NaN before the first measure_population.
    [[nodiscard]] at::Tensor population_mean() const { return population_mean_; }
    [[nodiscard]] at::Tensor population_variance() const { return population_variance_; }
    [[nodiscard]] bool is_ghost() const { return ghost_size_.has_value(); }

    /// Where this share's ghost groups would cross its borders or be smaller than two examples:
    /// throws Error (configuration) naming batch, group size and ranks. `micro_batch`: most
    /// examples of a chunk.
    static void check_ghost_groups(std::int64_t ghost_size, std::int64_t batch, int ranks,
                                   std::int64_t micro_batch);

  private:
    /// Mean and 1/deviation of each group of one chunk, (groups, 1, channels, 1).
    struct Moments {
        at::Tensor mean, inverse_deviation;
    };
    /// A chunk as (groups, group size, channels, rest): whole groups, then a smaller last group if
    /// any.
    [[nodiscard]] std::vector<at::Tensor> grouped(const at::Tensor& chunk) const;

    Parameters::View weight_, bias_;
    std::optional<std::int64_t> ghost_size_;
    std::vector<std::vector<Moments>> moments_;  ///< per chunk, per block of equal groups
    at::Tensor population_mean_, population_variance_;
    at::Tensor normalised_;  ///< by the last saved normalise_for_evaluation, before scale and shift
    Tangents input_tangents_;
};

}  // namespace batchscope
