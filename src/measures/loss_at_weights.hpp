#pragma once

#include "measures/measure.hpp"
#include "measures/split_loss.hpp"

namespace batchscope {

/// What every row of /sharpness holds: the loss whose curvature is measured, the norm of its
/// gradient, and the number of its examples. A minimum has no gradient: where the norm is large,
/// curvature is that of a slope.
class LossAtWeights final : public Measure {
  public:
    /// `loss` outlives it.
    LossAtWeights(at::Tensor weights, SplitLoss& loss);

    [[nodiscard]] std::string name() const override { return "loss"; }
    void advance() override;
    [[nodiscard]] bool finished() const override { return !values_.empty(); }
    [[nodiscard]] std::vector<NamedArray> state() const override { return {}; }
    void restore(const std::vector<NamedArray>& /*state*/) override {}
    [[nodiscard]] MeasuredValues values() const override { return values_; }

  private:
    at::Tensor weights_;
    SplitLoss& loss_;
    MeasuredValues values_;
};

}  // namespace batchscope
