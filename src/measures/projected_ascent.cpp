#include "measures/projected_ascent.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "measures/stored_numbers.hpp"
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
    current_ = {point, found};
    best_ = current_;
    previous_ = point;
    step_ = first_step;
    iteration_ = 0;
    rises_ = 0;
    checkpoint_step_ = step_;
    checkpoint_best_ = found.value;
    checkpoint_iteration_ = 0;
}

void ProjectedAscent::iterate(const MaximisedFunction& function) {
    const at::Tensor here = current_.position;
    const at::Tensor plain =
        projected(ball_, here + step_ * steepest_point(ball_, current_.found.gradient));
    // Without momentum in the first iteration: there `previous_` is `here`, and the whole step is
    // taken.
    const at::Tensor moved = iteration_ == 0
                                 ? plain
                                 : projected(ball_, here + momentum_weight * (plain - here) +
                                                        (1 - momentum_weight) * (here - previous_));
    communicator_->broadcast(moved);
    Point next{moved, function(moved)};

    rises_ += next.found.value > current_.found.value ? 1 : 0;
    previous_ = here;
    current_ = std::move(next);
    if (current_.found.value > best_.found.value) {
        best_ = current_;
    }
    ++iteration_;
    if (std::binary_search(checkpoints_.begin(), checkpoints_.end(), iteration_)) {
        pass_checkpoint();
    }
}

void ProjectedAscent::pass_checkpoint() {
    const auto interval = static_cast<double>(iteration_ - checkpoint_iteration_);
    const bool rose_seldom = static_cast<double>(rises_) < wanted_rises * interval;
    const bool stalled =
        checkpoint_step_ == step_ && checkpoint_best_ == best_.found.value;  // same step, no gain
    checkpoint_step_ = step_;
    checkpoint_best_ = best_.found.value;
    checkpoint_iteration_ = iteration_;
    rises_ = 0;
    if (rose_seldom || stalled) {
        step_ /= 2;
        current_ = best_;
        previous_ = best_.position;
    }
}

std::vector<NamedArray> ProjectedAscent::state(const std::string& prefix) const {
    return {
        stored_numbers(
            prefix + "_progress", "counters, values and steps of the ascent",
            {current_.found.value, best_.found.value, step_, static_cast<double>(iteration_),
             static_cast<double>(rises_), checkpoint_step_, checkpoint_best_,
             static_cast<double>(checkpoint_iteration_)}),
        stored_tensor(prefix + "_position", "point of the ascent", current_.position),
        stored_tensor(prefix + "_gradient", "gradient there", current_.found.gradient),
        stored_tensor(prefix + "_previous_position", "point before it", previous_),
        stored_tensor(prefix + "_best_position", "highest point so far", best_.position),
        stored_tensor(prefix + "_best_gradient", "gradient there", best_.found.gradient),
    };
}

void ProjectedAscent::restore(const std::string& prefix, const std::vector<NamedArray>& arrays,
                              std::int64_t size, const at::TensorOptions& options) {
    const auto numbers = restored_numbers(arrays, prefix + "_progress", 8);
    const auto vector = [&](const std::string& name) {
        at::Tensor values = at::empty({size}, options);
        restore_tensor(arrays, prefix + name, values);
        return values;
    };
    current_ = {vector("_position"), {numbers[0], vector("_gradient")}};
    best_ = {vector("_best_position"), {numbers[1], vector("_best_gradient")}};
    previous_ = vector("_previous_position");
    step_ = numbers[2];
    iteration_ = static_cast<std::int64_t>(numbers[3]);
    rises_ = static_cast<std::int64_t>(numbers[4]);
    checkpoint_step_ = numbers[5];
    checkpoint_best_ = numbers[6];
    checkpoint_iteration_ = static_cast<std::int64_t>(numbers[7]);
}

}  // namespace batchscope
