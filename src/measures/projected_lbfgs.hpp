#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "communication/communicator.hpp"
#include "measures/unit_ball.hpp"
#include "results/run_record.hpp"

namespace batchscope {

/// Maximises a smooth function on the cube max |u_i| <= 1 by projected quasi-Newton steps:
/// variables that sit at a bound and are pushed outward stay there, the others move along the
/// L-BFGS direction of their own subspace, and a backtracking search runs along the path that the
/// cube bends (Bertsekas, "Projected Newton methods for optimization problems with simple
/// constraints", SIAM J. Control Optim. 20, 1982; limited memory as in Byrd, Lu, Nocedal & Zhu, "A
/// limited memory algorithm for bound constrained optimization", SIAM J. Sci. Comput. 16, 1995).
///
/// Where the function is convex along the last step (near a minimum it is) a quasi-Newton model has
/// no maximum. There the corner of the cube that the gradient points to is tried first: a convex
/// function is at least as high there as the gradient promises.
///
/// It climbs: no iteration lowers the value. What it ends at is a local maximum at best.
///
/// An object is a value: a copy goes its own way, so a caller can try an iteration on a copy.
class ProjectedLbfgs {
  public:
    /// Steps that the model remembers: up to 2 x 10 vectors, the largest part of the state.
    static constexpr std::size_t memory = 10;

    /// `communicator` must outlive the object.
    explicit ProjectedLbfgs(Communicator& communicator) : communicator_(&communicator) {}

    /// From a point of the cube, with the function there.
    void start(const at::Tensor& point, const Objective::ValueAndGradient& found);
    /// One iteration, of one evaluation or more. False when no higher point was found: further
    /// iterations would find none either. Leaves the object as it is when `function` throws.
    [[nodiscard]] bool iterate(const MaximisedFunction& function);

    [[nodiscard]] double value() const { return current_.found.value; }
    [[nodiscard]] const at::Tensor& position() const { return current_.position; }

    /// The state of a started search; `prefix` begins the names of its arrays.
    [[nodiscard]] std::vector<NamedArray> state(const std::string& prefix) const;
    /// `options` and `size` of a point. Throws Error (data).
    void restore(const std::string& prefix, const std::vector<NamedArray>& arrays,
                 std::int64_t size, const at::TensorOptions& options);

  private:
    /// A step and how much the gradient fell along it.
    struct Pair {
        at::Tensor step, gradient_fall;
    };
    struct Trial {
        at::Tensor position;
        double promised = 0;  // rise by the gradient, agreed
    };
    [[nodiscard]] at::Tensor newton_direction(const at::Tensor& free) const;
    [[nodiscard]] Trial trial_at(at::Tensor position) const;
    [[nodiscard]] std::optional<EvaluatedPoint> evaluate(const MaximisedFunction& function,
                                                         const Trial& trial, double& rise) const;
    [[nodiscard]] std::optional<EvaluatedPoint> search(const MaximisedFunction& function,
                                                       const at::Tensor& direction,
                                                       double length) const;
    void learn(const EvaluatedPoint& next);

    Communicator* communicator_;
    EvaluatedPoint current_;
    std::vector<Pair> pairs_;  // oldest first
};

}  // namespace batchscope
