#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

#include "core/described.hpp"
#include "measures/objective.hpp"

namespace batchscope {

/// Worst-case measures look for the highest loss in a box or an ellipsoid around the weights. Their
/// searches work on coordinates u in which it is a unit ball of one of two norms:
enum class UnitBall {
    cube,       ///< max |u_i| <= 1
    euclidean,  ///< sum u_i^2 <= 1
};

/// The nearest point of the ball.
[[nodiscard]] at::Tensor projected(UnitBall ball, const at::Tensor& point);

/// The point of the ball with the largest inner product with `gradient`: its signs in the cube, its
/// direction in the Euclidean ball. Zero where the gradient is zero.
[[nodiscard]] at::Tensor steepest_point(UnitBall ball, const at::Tensor& gradient);

/// Thrown by a function that is not finite at a point, in value or gradient: no search goes on
/// there.
struct NotFinite {};

/// A function to maximise on a ball: value and gradient at a point of it, or NotFinite.
using MaximisedFunction = std::function<Objective::ValueAndGradient(const at::Tensor& point)>;

/// A point of a search with the function there.
struct EvaluatedPoint {
    at::Tensor position;
    Objective::ValueAndGradient found;
};
// Of the numbers in a checkpoint; position and gradient are arrays of their own there.
BATCHSCOPE_DESCRIBE_STRUCT(EvaluatedPoint, found)

[[nodiscard]] bool is_finite(const Objective::ValueAndGradient& found);

}  // namespace batchscope
