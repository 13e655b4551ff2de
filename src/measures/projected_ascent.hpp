#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "communication/communicator.hpp"
#include "measures/unit_ball.hpp"
#include "results/run_record.hpp"

namespace batchscope {

/// Where a projected ascent is.
struct AscentProgress {
    EvaluatedPoint current, best;
    at::Tensor previous;  ///< position before the current one
    double step = 0;
    std::int64_t iteration = 0;
    std::int64_t rises = 0;  ///< iterations since the last checkpoint in which the value rose
    // As they were at the last checkpoint.
    double checkpoint_step = 0;
    double checkpoint_best = 0;
    std::int64_t checkpoint_iteration = 0;
};
BATCHSCOPE_DESCRIBE_STRUCT(AscentProgress, current, best, step, iteration, rises, checkpoint_step,
                           checkpoint_best, checkpoint_iteration)

/// Projected gradient ascent on a unit ball with the steps of Auto-PGD (Croce & Hein, "Reliable
/// evaluation of adversarial robustness with an ensemble of diverse parameter-free attacks", ICML
/// 2020, Algorithm 1): normalised gradients, momentum, a step of the ball's diameter that is halved
/// at checkpoints where it has stopped to pay, going on from the best point so far.
///
/// An object is a value: a copy goes its own way, so a caller can try an iteration on a copy.
class ProjectedAscent {
  public:
    /// The checkpoints are placed for `iterations` in all. `communicator` must outlive the object.
    ProjectedAscent(UnitBall ball, std::int64_t iterations, Communicator& communicator);

    /// From a point of the ball, with the function there.
    void start(const at::Tensor& point, const Objective::ValueAndGradient& found);
    /// One iteration, one evaluation. Leaves the object as it is when `function` throws.
    void iterate(const MaximisedFunction& function);

    /// Of all points so far.
    [[nodiscard]] double best() const { return progress_.best.found.value; }

    /// The state of a started search; `prefix` begins the names of its arrays.
    [[nodiscard]] std::vector<NamedArray> state(const std::string& prefix) const;
    /// `options` and `size` of a point. Throws Error (data).
    void restore(const std::string& prefix, const std::vector<NamedArray>& arrays,
                 std::int64_t size, const at::TensorOptions& options);

  private:
    void pass_checkpoint();

    UnitBall ball_;
    std::vector<std::int64_t> checkpoints_;
    Communicator* communicator_;
    AscentProgress progress_;
};

}  // namespace batchscope
