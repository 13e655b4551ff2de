#pragma once

#include <cstdint>
#include <vector>

#include "config/settings_keys.hpp"
#include "measures/measure_kind.hpp"

namespace batchscope {

/// Mean loss under Gaussian noise, of a filter's norm times `deviation` in each filter.
struct AverageCaseSettings {
    double deviation = 0.1;
    std::int64_t draws = 20;
};
BATCHSCOPE_DESCRIBE_STRUCT(AverageCaseSettings, deviation, draws)
[[nodiscard]] std::vector<KeyOf<AverageCaseSettings>> keys_of(Type<AverageCaseSettings> type);

/// Mean of L(w + d) - L(w) over random d: in each filter a Gaussian direction of norm `deviation`
/// times the norm of the filter (filter_normalised); biases and batch normalisation stay. The
/// second moment of an entry is (deviation |w_f|)^2 / (size of the filter), so to second order the
/// mean is half the sum of the curvatures along the axes, weighted by these.
///
/// Values: average_sharpness; average_sharpness_standard_error, of the mean over `draws`, NaN for
/// one. Both NaN when a loss is not finite. May be negative away from a minimum. The same draws for
/// all weights of one layout and seed.
[[nodiscard]] MeasureKind average_case_sharpness();

}  // namespace batchscope
