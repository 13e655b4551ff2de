#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "config/settings_keys.hpp"
#include "measures/measure_kind.hpp"

namespace batchscope {

/// Loss along filter-normalised random directions (Li 2018).
struct SliceSettings {
    std::int64_t directions = 1;
    double range = 1.0;        ///< from -range to range
    std::int64_t points = 25;  ///< odd, so that 0 is one of them
};
[[nodiscard]] std::vector<KeyOf<SliceSettings>> keys_of(Type<SliceSettings> type);

/// Loss and accuracy along random directions: at w + alpha d with d Gaussian, each filter scaled to
/// the norm of the filter of w (filter_normalised; Li 2018). The same directions, before scaling,
/// for all weights of one layout and seed.
///
/// Values, (directions, slice_positions): slice_loss, slice_accuracy. A loss that is not finite is
/// NaN at that point alone.
class Slices final : public Measure {
  public:
    /// `weights`: w, (size) doubles. `surface` must outlive the measure.
    Slices(const SliceSettings& settings, std::uint64_t seed, LossSurface& surface,
           at::Tensor weights, FilterLayout layout);

    [[nodiscard]] std::string name() const override { return "slices"; }
    void advance() override;
    [[nodiscard]] bool finished() const override { return losses_.size() == points(); }
    [[nodiscard]] std::vector<NamedArray> state() const override;
    void restore(const std::vector<NamedArray>& state) override;
    [[nodiscard]] MeasuredValues values() const override;

  private:
    [[nodiscard]] std::size_t points() const;
    [[nodiscard]] std::vector<double> settings_numbers() const;

    SliceSettings settings_;
    std::uint64_t seed_;
    LossSurface& surface_;
    at::Tensor weights_;
    FilterLayout layout_;
    std::vector<double> positions_;
    std::vector<double> losses_, accuracies_;  // so far, direction by direction
};

/// The values of alpha, from -range to range: symmetric to the last bit, with 0 in their middle.
[[nodiscard]] std::vector<double> slice_positions(const SliceSettings& settings);

/// `points` values of alpha from -1 to 2, as in figure 2 of Keskar 2017; with 3k + 1 points 0 and 1
/// are among them, exactly.
[[nodiscard]] std::vector<double> line_positions(std::int64_t points);

/// (1 - alpha) from + alpha to; exactly the ends at 0 and 1.
[[nodiscard]] at::Tensor point_on_line(const at::Tensor& from, const at::Tensor& to, double alpha);

[[nodiscard]] MeasureKind slices();

}  // namespace batchscope
