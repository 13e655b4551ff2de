#include "measures/unit_ball.hpp"

#include <ATen/ATen.h>

#include <cmath>

namespace batchscope {

at::Tensor projected(UnitBall ball, const at::Tensor& point) {
    if (ball == UnitBall::cube) {
        return point.clamp(-1, 1);
    }
    return point / point.norm().clamp_min(1);
}

at::Tensor steepest_point(UnitBall ball, const at::Tensor& gradient) {
    if (ball == UnitBall::cube) {
        return gradient.sign();
    }
    // By the largest entry first: squares of tiny gradients would underflow.
    const at::Tensor largest = gradient.abs().max();
    const at::Tensor scaled = gradient / largest.where(largest > 0, at::ones_like(largest));
    const at::Tensor norm = scaled.norm();
    return scaled / norm.where(norm > 0, at::ones_like(norm));
}

bool is_finite(const Objective::ValueAndGradient& found) {
    return std::isfinite(found.value) && at::isfinite(found.gradient).all().item<bool>();
}

}  // namespace batchscope
