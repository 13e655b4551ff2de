#include "measures/projected_lbfgs.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "measures/agreed_numbers.hpp"
#include "measures/stored_numbers.hpp"
#include "measures/stored_tensor.hpp"

namespace batchscope {

namespace {

// Fraction of the promised rise that a point must bring (Armijo 1966).
constexpr double sufficient_rise = 1e-4;
// Evaluations and shortenings of one search along a path. A quarter each time: 1e-12 of the first
// length.
constexpr int most_trials = 20;
// A pair whose curvature is below this part of its size would make the model explode.
constexpr double least_curvature = 1e-10;

/// 1 for variables that may move along the gradient, 0 for those at a bound that are pushed
/// outward.
at::Tensor free_variables(const at::Tensor& position, const at::Tensor& gradient) {
    const at::Tensor pushed_up = position.ge(1).logical_and(gradient.gt(0));
    const at::Tensor pushed_down = position.le(-1).logical_and(gradient.lt(0));
    return pushed_up.logical_or(pushed_down).logical_not().to(gradient.scalar_type());
}

}  // namespace

void ProjectedLbfgs::start(const at::Tensor& point, const Objective::ValueAndGradient& found) {
    current_ = {point, found};
    pairs_.clear();
}

bool ProjectedLbfgs::iterate(const MaximisedFunction& function) {
    const at::Tensor& gradient = current_.found.gradient;
    const at::Tensor free = free_variables(current_.position, gradient);

    std::optional<EvaluatedPoint> next;
    if (!pairs_.empty()) {
        next = search(function, newton_direction(free), 1.0);
    } else {
        // Where the gradient is zero, variables stay.
        const at::Tensor corner =
            at::where(gradient.eq(0), current_.position, steepest_point(UnitBall::cube, gradient));
        double rise = 0;
        const Trial trial = trial_at(corner);
        if (!(trial.promised > 0)) {
            return false;  // it is at that corner: the gradient promises nothing within the cube
        }
        next = evaluate(function, trial, rise);
    }
    if (!next) {
        // The free variables move by one, half the cube, in the mean: then backtrack.
        const at::Tensor direction = gradient * free;
        const double mean_size =
            agreed_numbers({direction.abs().sum() / free.sum().clamp_min(1)}, *communicator_)[0];
        if (mean_size > 0) {
            next = search(function, direction, 1 / mean_size);
        }
    }
    if (!next) {
        return false;
    }
    learn(*next);
    current_ = std::move(*next);
    return true;
}

/// The two-loop recursion (Nocedal 1980) on the free variables alone: their part of the pairs is a
/// model of their part of the Hessian.
at::Tensor ProjectedLbfgs::newton_direction(const at::Tensor& free) const {
    struct FreePair {
        at::Tensor step, gradient_fall, curvature, weight;
    };
    std::vector<FreePair> used;
    at::Tensor direction = current_.found.gradient * free;
    at::Tensor scale;
    for (auto pair = pairs_.rbegin(); pair != pairs_.rend(); ++pair) {
        FreePair part{pair->step * free, pair->gradient_fall * free, {}, {}};
        part.curvature = at::dot(part.step, part.gradient_fall);
        const at::Tensor size = part.step.norm() * part.gradient_fall.norm();
        if (!(part.curvature > least_curvature * size).item<bool>()) {
            continue;
        }
        if (!scale.defined()) {
            scale = part.curvature / at::dot(part.gradient_fall, part.gradient_fall);
        }
        part.weight = at::dot(part.step, direction) / part.curvature;
        direction = direction - part.weight * part.gradient_fall;
        used.push_back(std::move(part));
    }
    if (!scale.defined()) {
        // What the pairs know concerns variables that are bound now: their scale remains.
        const Pair& newest = pairs_.back();
        scale = at::dot(newest.step, newest.gradient_fall) /
                at::dot(newest.gradient_fall, newest.gradient_fall);
    }
    direction = scale * direction;
    for (auto part = used.rbegin(); part != used.rend(); ++part) {
        const at::Tensor correction = at::dot(part->gradient_fall, direction) / part->curvature;
        direction = direction + (part->weight - correction) * part->step;
    }
    return direction;
}

ProjectedLbfgs::Trial ProjectedLbfgs::trial_at(at::Tensor position) const {
    communicator_->broadcast(position);
    const at::Tensor promised = at::dot(current_.found.gradient, position - current_.position);
    return {std::move(position), agreed_numbers({promised}, *communicator_)[0]};
}

/// The point of the trial where it rises enough; `rise` is set in any case.
std::optional<EvaluatedPoint> ProjectedLbfgs::evaluate(const MaximisedFunction& function,
                                                       const Trial& trial, double& rise) const {
    EvaluatedPoint point{trial.position, function(trial.position)};
    rise = point.found.value - current_.found.value;
    if (rise >= sufficient_rise * trial.promised) {
        return point;
    }
    return std::nullopt;
}

std::optional<EvaluatedPoint> ProjectedLbfgs::search(const MaximisedFunction& function,
                                                     const at::Tensor& direction,
                                                     double length) const {
    const double visible = std::numeric_limits<double>::epsilon() * std::abs(current_.found.value);
    for (int trials = 0; trials < most_trials; ++trials) {
        const Trial trial =
            trial_at(projected(UnitBall::cube, current_.position + length * direction));
        if (trial.promised <= 0) {
            // The cube has bent the path too far from the direction: nearer, it has not.
            length /= 4;
            continue;
        }
        if (trial.promised <= visible) {
            return std::nullopt;  // what is left to win is below the rounding of the value
        }
        double rise = 0;
        if (auto point = evaluate(function, trial, rise)) {
            return point;
        }
        // To the top of the parabola through both points with the slope at the first, within
        // bounds.
        const double top = trial.promised / (2 * (trial.promised - rise));
        length *= std::clamp(top, 0.1, 0.5);
    }
    return std::nullopt;
}

void ProjectedLbfgs::learn(const EvaluatedPoint& next) {
    Pair pair{next.position - current_.position, current_.found.gradient - next.found.gradient};
    const auto numbers = agreed_numbers(
        {at::dot(pair.step, pair.gradient_fall), pair.step.norm(), pair.gradient_fall.norm()},
        *communicator_);
    if (numbers[0] > least_curvature * numbers[1] * numbers[2]) {
        pairs_.push_back(std::move(pair));
        if (pairs_.size() > memory) {
            pairs_.erase(pairs_.begin());
        }
    } else {
        pairs_.clear();  // convex along this step: no model of a maximum holds here
    }
}

std::vector<NamedArray> ProjectedLbfgs::state(const std::string& prefix) const {
    std::vector<NamedArray> arrays = {
        stored_numbers(prefix + "_progress", "value and number of remembered steps",
                       {current_.found.value, static_cast<double>(pairs_.size())}),
        stored_tensor(prefix + "_position", "point of the search", current_.position),
        stored_tensor(prefix + "_gradient", "gradient there", current_.found.gradient),
    };
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
        const std::string number = std::to_string(i);
        arrays.push_back(stored_tensor(prefix + "_step_" + number, "remembered step, oldest first",
                                       pairs_[i].step));
        arrays.push_back(stored_tensor(prefix + "_gradient_fall_" + number,
                                       "fall of the gradient along it", pairs_[i].gradient_fall));
    }
    return arrays;
}

void ProjectedLbfgs::restore(const std::string& prefix, const std::vector<NamedArray>& arrays,
                             std::int64_t size, const at::TensorOptions& options) {
    const auto numbers = restored_numbers(arrays, prefix + "_progress", 2);
    const auto vector = [&](const std::string& name) {
        at::Tensor values = at::empty({size}, options);
        restore_tensor(arrays, prefix + name, values);
        return values;
    };
    current_ = {vector("_position"), {numbers[0], vector("_gradient")}};
    pairs_.clear();
    for (int i = 0; i < static_cast<int>(numbers[1]); ++i) {
        const std::string number = std::to_string(i);
        pairs_.push_back({vector("_step_" + number), vector("_gradient_fall_" + number)});
    }
}

}  // namespace batchscope
