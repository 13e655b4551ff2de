#pragma once

#include <cstddef>
#include <vector>

namespace batchscope {

/// Points of a curve; NaN in either is a gap. Both have one size.
struct Curve {
    std::vector<double> x;
    std::vector<double> y;
};

/// The points that a picture of the curve needs: of those that fall into one of `columns` equal
/// columns between `left` and `right`, the first, the lowest, the highest and the last, and a gap
/// where there is one (M4, Jugel et al. 2014, VLDB 7(10), section 4). Points keep their order and
/// their exact values; the two ends of the curve are kept. Points outside fall into the first and
/// last column. At most five points a column and crossing into it remain for ascending x.
/// `x` and `y` are positions in the picture, so an axis may be logarithmic.
[[nodiscard]] Curve decimate(const Curve& curve, double left, double right, std::size_t columns);

}  // namespace batchscope
