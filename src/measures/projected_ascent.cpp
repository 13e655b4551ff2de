#include "measures/projected_ascent.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "measures/stored_fields.hpp"
#include "measures/stored_tensor.hpp"

namespace batchscope {

namespace {

// The constants of the paper, section 3.
constexpr double first_step = 2.0;
constexpr double momentum_weight = 0.75;   // alpha: of the new step against the last one
constexpr double wanted_rises = 0.75;      // rho: fraction of iterations that must rise
constexpr double first_checkpoint = 0.22;  // p_1, in units of all iterations
constexpr double checkpoint_decrease = 0.03;
constexpr double least_interval = 0.06;

std::vector<std::int64_t> checkpoints_of(std::int64_t iterations) {
    std::vector<std::int64_t> checkpoints;
    double before = 0;
    double place = first_checkpoint;
    while (place <= 1) {
        checkpoints.push_back(
            static_cast<std::int64_t>(std::ceil(place * static_cast<double>(iterations))));
        const double next = place + std::max(place - before - checkpoint_decrease, least_interval);
        before = place;
        place = next;
    }
    // Few iterations: several places round to one.
    checkpoints.erase(std::unique(checkpoints.begin(), checkpoints.end()), checkpoints.end());
    return checkpoints;
}

}  // namespace

ProjectedAscent::ProjectedAscent(UnitBall ball, std::int64_t iterations, Communicator& communicator)
    : ball_(ball), checkpoints_(checkpoints_of(iterations)), communicator_(&communicator) {}

void ProjectedAscent::start(const at::Tensor& point, const Objective::ValueAndGradient& found) {
    const EvaluatedPoint here{point, found};
    progress_ = {.current = here,
                 .best = here,
                 .previous = point,
                 .step = first_step,
                 .iteration = 0,
                 .rises = 0,
                 .checkpoint_step = first_step,
                 .checkpoint_best = found.value,
                 .checkpoint_iteration = 0};
}

void ProjectedAscent::iterate(const MaximisedFunction& function) {
    AscentProgress& now = progress_;
    const at::Tensor here = now.current.position;
    const at::Tensor plain =
        projected(ball_, here + now.step * steepest_point(ball_, now.current.found.gradient));
    // Without momentum in the first iteration: there `previous` is `here`, and the whole step is
    // taken.
    const at::Tensor moved =
        now.iteration == 0 ? plain
                           : projected(ball_, here + momentum_weight * (plain - here) +
                                                  (1 - momentum_weight) * (here - now.previous));
    communicator_->broadcast(moved);
    EvaluatedPoint next{moved, function(moved)};

    now.rises += next.found.value > now.current.found.value ? 1 : 0;
    now.previous = here;
    now.current = std::move(next);
    if (now.current.found.value > now.best.found.value) {
        now.best = now.current;
    }
    ++now.iteration;
    if (std::binary_search(checkpoints_.begin(), checkpoints_.end(), now.iteration)) {
        pass_checkpoint();
    }
}

void ProjectedAscent::pass_checkpoint() {
    AscentProgress& now = progress_;
    const auto interval = static_cast<double>(now.iteration - now.checkpoint_iteration);
    const bool rose_seldom = static_cast<double>(now.rises) < wanted_rises * interval;
    const bool stalled = now.checkpoint_step == now.step &&
                         now.checkpoint_best == now.best.found.value;  // same step, no gain
    now.checkpoint_step = now.step;
    now.checkpoint_best = now.best.found.value;
    now.checkpoint_iteration = now.iteration;
    now.rises = 0;
    if (rose_seldom || stalled) {
        now.step /= 2;
        now.current = now.best;
        now.previous = now.best.position;
    }
}

std::vector<NamedArray> ProjectedAscent::state(const std::string& prefix) const {
    const AscentProgress& now = progress_;
    return {
        stored_fields(prefix + "_progress", "counters, values and steps of the ascent", now),
        stored_tensor(prefix + "_position", "point of the ascent", now.current.position),
        stored_tensor(prefix + "_gradient", "gradient there", now.current.found.gradient),
        stored_tensor(prefix + "_previous_position", "point before it", now.previous),
        stored_tensor(prefix + "_best_position", "highest point so far", now.best.position),
        stored_tensor(prefix + "_best_gradient", "gradient there", now.best.found.gradient),
    };
}

void ProjectedAscent::restore(const std::string& prefix, const std::vector<NamedArray>& arrays,
                              std::int64_t size, const at::TensorOptions& options) {
    const auto vector = [&](const std::string& name) {
        at::Tensor values = at::empty({size}, options);
        restore_tensor(arrays, prefix + name, values);
        return values;
    };
    auto next = restored_fields(arrays, prefix + "_progress", AscentProgress{});
    next.current.position = vector("_position");
    next.current.found.gradient = vector("_gradient");
    next.previous = vector("_previous_position");
    next.best.position = vector("_best_position");
    next.best.found.gradient = vector("_best_gradient");
    progress_ = std::move(next);
}

}  // namespace batchscope
