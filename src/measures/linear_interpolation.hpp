#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

/// The line between the weights of two runs.
namespace batchscope {

/// `points` values of alpha from -1 to 2, as in figure 2 of Keskar 2017; with 3k + 1 points 0 and 1
/// are among them, exactly.
[[nodiscard]] std::vector<double> line_positions(std::int64_t points);

/// (1 - alpha) from + alpha to; exactly the ends at 0 and 1.
[[nodiscard]] at::Tensor point_on_line(const at::Tensor& from, const at::Tensor& to, double alpha);

}  // namespace batchscope
