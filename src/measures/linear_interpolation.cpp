#include "measures/linear_interpolation.hpp"

#include <ATen/ATen.h>

namespace batchscope {

std::vector<double> line_positions(std::int64_t points) {
    std::vector<double> positions;
    for (std::int64_t i = 0; i < points; ++i) {
        positions.push_back(static_cast<double>(3 * i) / static_cast<double>(points - 1) - 1);
    }
    return positions;
}

at::Tensor point_on_line(const at::Tensor& from, const at::Tensor& to, double alpha) {
    return (1 - alpha) * from + alpha * to;
}

}  // namespace batchscope
