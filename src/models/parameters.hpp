#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace batchscope {

/// One trainable array of a network before it has memory.
struct ParameterShape {
    std::string name;  ///< "fc1.weight"
    std::vector<std::int64_t> shape;
    double initial_bound = 0;  ///< drawn uniformly from [-bound, bound] ...
    double initial_value = 0;  ///< ... or, where the bound is 0, this constant
    bool is_weight = true;     ///< false: bias or batch norm, which weight decay may leave out
};

/// All parameters of a network in one flat tensor and their gradients in another, with a view per
/// name: one all-reduce and one optimizer pass serve the whole network. A few cells behind the
/// gradients carry what else is summed over ranks in the same all-reduce (loss, votes).
class Parameters {
  public:
    struct View {
        ParameterShape shape;
        at::Tensor weight, gradient;
        std::int64_t offset = 0;  ///< of its first entry in the flat tensors
    };

    /// Zero-filled, on `options`' device and type; `extra` cells ride behind the gradients.
    Parameters(std::vector<ParameterShape> shapes, std::int64_t extra,
               const at::TensorOptions& options);

    /// Draws initial weights: number i of parameter p depends on (seed, p, i) alone, in double
    /// precision.
    void initialise(std::uint64_t seed);

    [[nodiscard]] const View& view(const std::string& name) const;
    [[nodiscard]] const std::vector<View>& views() const { return views_; }
    [[nodiscard]] std::int64_t count() const { return count_; }

    [[nodiscard]] at::Tensor weights() const { return weights_; }
    [[nodiscard]] at::Tensor gradients() const { return gradients_; }
    /// Gradients with the extra cells behind: what is summed over ranks.
    [[nodiscard]] at::Tensor gradients_and_extra() const { return gradients_and_extra_; }
    [[nodiscard]] at::Tensor extra() const { return extra_; }

    /// Hash of every bit of the weights, to compare replicas.
    [[nodiscard]] std::string checksum() const;

  private:
    std::int64_t count_ = 0;
    at::Tensor weights_, gradients_and_extra_, gradients_, extra_;
    std::vector<View> views_;
};

}  // namespace batchscope
