#include "analysis/charts/decimation.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace batchscope {

namespace {

constexpr std::size_t none = static_cast<std::size_t>(-1);

/// Indices of what to keep of the points of one column.
struct KeptPoints {
    std::size_t first = none;
    std::size_t lowest = none;
    std::size_t highest = none;
    std::size_t last = none;
    std::size_t gap = none;

    void add(const Curve& curve, std::size_t index) {
        if (std::isnan(curve.x[index]) || std::isnan(curve.y[index])) {
            gap = gap == none ? index : gap;
            return;
        }
        if (first == none) {
            first = lowest = highest = index;
        }
        last = index;
        lowest = curve.y[index] < curve.y[lowest] ? index : lowest;
        highest = curve.y[index] > curve.y[highest] ? index : highest;
    }

    void append_to(Curve& kept, const Curve& curve) const {
        std::array indices{first, lowest, highest, last, gap};
        std::sort(indices.begin(), indices.end());
        const auto* const end = std::unique(indices.begin(), indices.end());
        for (const auto* index = indices.begin(); index != end && *index != none; ++index) {
            kept.x.push_back(curve.x[*index]);
            kept.y.push_back(curve.y[*index]);
        }
    }
};

}  // namespace

Curve decimate(const Curve& curve, double left, double right, std::size_t columns) {
    const double last_column = static_cast<double>(std::max<std::size_t>(columns, 1)) - 1;
    const double width = (right - left) / (last_column + 1);
    Curve kept;
    KeptPoints points;
    double column = 0;
    for (std::size_t index = 0; index < curve.x.size(); ++index) {
        // A gap belongs to the column before it.
        if (!std::isnan(curve.x[index])) {
            const double here = width > 0 ? std::clamp(std::floor((curve.x[index] - left) / width),
                                                       0.0, last_column)
                                          : 0;
            if (here != column) {
                points.append_to(kept, curve);
                points = {};
                column = here;
            }
        }
        points.add(curve, index);
    }
    points.append_to(kept, curve);
    return kept;
}

}  // namespace batchscope
