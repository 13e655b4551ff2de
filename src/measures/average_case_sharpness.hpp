#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "config/settings_keys.hpp"
#include "measures/measure_kind.hpp"

namespace batchscope {

/// Mean loss under Gaussian noise, of a filter's norm times `deviation` in each filter.
struct AverageCaseSettings {
    double deviation = 0.1;
    std::int64_t draws = 20;
};
[[nodiscard]] std::vector<KeyOf<AverageCaseSettings>> keys_of(Type<AverageCaseSettings> type);

/// Mean of L(w + d) - L(w) over random d: in each filter a Gaussian direction of norm `deviation`
/// times the norm of the filter (filter_normalised); biases and batch normalisation stay. The
/// second moment of an entry is (deviation |w_f|)^2 / (size of the filter), so to second order the
/// mean is half the sum of the curvatures along the axes, weighted by these.
///
/// Values: average_sharpness; average_sharpness_standard_error, of the mean over `draws`, NaN for
/// one. Both NaN when a loss is not finite. May be negative away from a minimum.
class AverageCaseSharpness final : public Measure {
  public:
    /// `weights`: w, (size) doubles. `surface` must outlive the measure. The same draws for all
    /// weights of one layout and seed.
    AverageCaseSharpness(const AverageCaseSettings& settings, std::uint64_t seed,
                         LossSurface& surface, at::Tensor weights, FilterLayout layout);

    [[nodiscard]] std::string name() const override { return "average_case"; }
    void advance() override;
    [[nodiscard]] bool finished() const override;
    [[nodiscard]] std::vector<NamedArray> state() const override;
    void restore(const std::vector<NamedArray>& state) override;
    [[nodiscard]] MeasuredValues values() const override;

  private:
    [[nodiscard]] std::size_t most_losses() const;
    [[nodiscard]] std::vector<double> settings_numbers() const;

    AverageCaseSettings settings_;
    std::uint64_t seed_;
    LossSurface& surface_;
    at::Tensor weights_;
    FilterLayout layout_;
    std::vector<double> losses_;  // at the weights, then of each draw
};

[[nodiscard]] MeasureKind average_case_sharpness();

}  // namespace batchscope
