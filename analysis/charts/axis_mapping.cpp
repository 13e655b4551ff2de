#include "analysis/charts/axis_mapping.hpp"

#include <algorithm>
#include <cmath>

namespace batchscope {

namespace {

/// Of an axis, so that no mark lies on the frame.
constexpr double air = 0.045;

/// Numbers beyond have no place, since differences of them overflow or vanish.
constexpr double largest = 1e290;
constexpr double smallest = 1e-290;

/// Values closer than that to each other, relative to their size, count as equal: their ticks would
/// differ only by rounding.
constexpr double resolution = 1e-10;

bool is_logarithmic(AxisScale scale) {
    return scale == AxisScale::log2 || scale == AxisScale::log10;
}

AxisRange around(AxisScale scale, double value) {
    if (is_logarithmic(scale)) {
        const double factor = scale == AxisScale::log2 ? 2 : 10;
        return {value / factor, value * factor};
    }
    const double half = std::abs(value) < smallest ? 1 : std::abs(value) * 0.1;
    return {value - half, value + half};
}

AxisRange default_range(AxisScale scale) {
    return is_logarithmic(scale) ? AxisRange{1, 10} : AxisRange{0, 1};
}

bool is_one_value(const AxisRange& range) {
    const double size = std::max(std::abs(range.low), std::abs(range.high));
    return range.high - range.low <= std::max(resolution * size, smallest);
}

}  // namespace

void AxisRange::include(double value) {
    if (std::isfinite(value)) {
        low = std::isnan(low) ? value : std::min(low, value);
        high = std::isnan(high) ? value : std::max(high, value);
    }
}

bool has_place(AxisScale scale, double value) {
    return std::abs(value) <= largest && (value >= smallest || !is_logarithmic(scale));
}

AxisRange padded_range(const ChartAxis& axis, const AxisRange& needed) {
    if (axis.scale == AxisScale::categories) {
        return {-0.5, static_cast<double>(std::max<std::size_t>(axis.categories.size(), 1)) - 0.5};
    }
    const bool logarithmic = is_logarithmic(axis.scale);
    AxisRange range = needed;
    if (std::isnan(range.low)) {
        range = default_range(axis.scale);
    } else if (is_one_value(range)) {
        range = around(axis.scale, range.low);
    } else if (logarithmic) {
        const double factor = std::pow(range.high / range.low, air);
        range = {range.low / factor, range.high * factor};
    } else {
        const double margin = air * (range.high - range.low);
        range = {range.low - margin, range.high + margin};
    }
    if (has_place(axis.scale, axis.low)) {
        range.low = axis.low;
    }
    if (has_place(axis.scale, axis.high)) {
        range.high = axis.high;
    }
    // An end that the axis demands may lie beyond all of its marks.
    if (range.low >= range.high || is_one_value(range)) {
        for (const double demanded : {axis.low, axis.high}) {
            if (has_place(axis.scale, demanded)) {
                return around(axis.scale, demanded);
            }
        }
        return default_range(axis.scale);
    }
    return range;
}

AxisMapping::AxisMapping(AxisScale scale, const AxisRange& range, double at_low, double at_high)
    : scale_(scale), low_(0), high_(0), at_low_(at_low), at_high_(at_high) {
    low_ = transformed(range.low);
    high_ = transformed(range.high);
}

double AxisMapping::transformed(double value) const {
    return is_logarithmic(scale_) ? std::log2(value) : value;
}

double AxisMapping::position(double value) const {
    if (!has_place(scale_, value)) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    return at_low_ + (transformed(value) - low_) / (high_ - low_) * (at_high_ - at_low_);
}

double AxisMapping::clamped_position(double value) const {
    if (std::isnan(value)) {
        return value;
    }
    if (!has_place(scale_, value)) {
        return value > 0 ? at_high_ : at_low_;
    }
    const auto [left, right] = std::minmax(at_low_, at_high_);
    return std::clamp(position(value), left, right);
}

bool AxisMapping::shows(double value) const {
    constexpr double rounding = 1e-6;
    const auto [left, right] = std::minmax(at_low_, at_high_);
    const double place = position(value);
    return place >= left - rounding && place <= right + rounding;
}

}  // namespace batchscope
