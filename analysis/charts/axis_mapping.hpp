#pragma once

#include "analysis/charts/chart.hpp"

namespace batchscope {

/// Two ends of an axis. NaN: nothing is known of it.
struct AxisRange {
    double low = std::numeric_limits<double>::quiet_NaN();
    double high = std::numeric_limits<double>::quiet_NaN();

    /// Widened so that it holds `value`; NaN and infinities change nothing.
    void include(double value);
};

/// Whether an axis of that kind has a place for `value`: not NaN, not beyond ±1e290, and above
/// zero on a logarithm.
[[nodiscard]] bool has_place(AxisScale scale, double value);

/// The range of an axis around the values `needed` of its marks: with some air, or as the axis
/// demands; of categories all of them. Without any values 0 to 1, or 1 to 10.
[[nodiscard]] AxisRange padded_range(const ChartAxis& axis, const AxisRange& needed);

/// From values of an axis to chart units.
class AxisMapping {
  public:
    /// `at_low` and `at_high` are the places of the ends of the range, in chart units.
    AxisMapping(AxisScale scale, const AxisRange& range, double at_low, double at_high);

    /// NaN for a value that has no place on such an axis; else maybe beyond its ends.
    [[nodiscard]] double position(double value) const;
    /// Like position, but an infinite value or one beyond is at the nearer end, and on a logarithm
    /// anything not above zero is at the lower one. NaN stays.
    [[nodiscard]] double clamped_position(double value) const;
    /// Whether position(value) is on the axis, its ends and rounding included.
    [[nodiscard]] bool shows(double value) const;
    [[nodiscard]] double at_low() const { return at_low_; }
    [[nodiscard]] double at_high() const { return at_high_; }

  private:
    [[nodiscard]] double transformed(double value) const;

    AxisScale scale_;
    double low_;
    double high_;
    double at_low_;
    double at_high_;
};

}  // namespace batchscope
