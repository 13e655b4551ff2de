#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "core/described.hpp"
#include "measures/evaluation.hpp"

namespace batchscope {

/// A function of the parameters: the mean loss of a split, say. All ranks make the same calls and
/// get the same bits.
class Objective {
  public:
    virtual ~Objective() = default;

    /// Number of parameters.
    [[nodiscard]] virtual std::int64_t size() const = 0;
    /// Where points and gradients live, and that they are doubles.
    [[nodiscard]] virtual at::TensorOptions options() const = 0;
    struct ValueAndGradient {
        double value = 0;     ///< not finite where the loss is not
        at::Tensor gradient;  ///< (size)
    };
    /// At `point`, (size). Collective. Throws AgreedStop.
    [[nodiscard]] virtual ValueAndGradient value_and_gradient(const at::Tensor& point) = 0;
};
// Of the numbers in a checkpoint; a gradient is an array of its own there.
BATCHSCOPE_DESCRIBE_STRUCT(Objective::ValueAndGradient, value)

/// Gradients of the losses of a split's examples, each with a weight or some of them alone, at the
/// weights that the network has. Same rules as Objective.
class ExampleGradients {
  public:
    virtual ~ExampleGradients() = default;

    [[nodiscard]] virtual std::int64_t examples() const = 0;
    /// Sum over the examples i of weights[i] * (gradient of the loss of i), (parameters).
    /// `weights`: (examples).
    [[nodiscard]] virtual at::Tensor weighted_gradient(const at::Tensor& weights) = 0;
    /// Gradient of the mean loss over the examples `indices` alone, (parameters). The ranks share
    /// these examples.
    [[nodiscard]] virtual at::Tensor batch_gradient(const std::vector<std::int64_t>& indices) = 0;
};

/// Loss and accuracy over a split at any weights, batch normalisation re-estimated at each. Same
/// rules as Objective.
class LossSurface {
  public:
    virtual ~LossSurface() = default;

    [[nodiscard]] virtual std::int64_t size() const = 0;
    [[nodiscard]] virtual at::TensorOptions options() const = 0;
    [[nodiscard]] virtual SplitMetrics at(const at::Tensor& point) = 0;
};

/// Where the filters lie in a flat vector of parameters: the unit that Li 2018 normalises by. The
/// rows of a fully connected layer count as filters.
struct FilterBlock {
    std::int64_t offset = 0;
    std::int64_t filters = 0;      ///< one after the other ...
    std::int64_t filter_size = 0;  ///< ... of so many numbers each
    bool is_weight = true;         ///< false: a bias or batch normalisation
};
using FilterLayout = std::vector<FilterBlock>;

}  // namespace batchscope
