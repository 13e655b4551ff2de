#pragma once

#include <cstdint>
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
BATCHSCOPE_DESCRIBE_STRUCT(SliceSettings, directions, range, points)
[[nodiscard]] std::vector<KeyOf<SliceSettings>> keys_of(Type<SliceSettings> type);

/// The values of alpha, from -range to range: symmetric to the last bit, with 0 in their middle.
[[nodiscard]] std::vector<double> slice_positions(const SliceSettings& settings);

/// Loss and accuracy along random directions: at w + alpha d with d Gaussian, each filter scaled to
/// the norm of the filter of w (filter_normalised; Li 2018). The same directions, before scaling,
/// for all weights of one layout and seed.
///
/// Values, (directions, slice_positions): slice_loss, slice_accuracy. A loss that is not finite is
/// NaN at that point alone.
[[nodiscard]] MeasureKind slices();

}  // namespace batchscope
