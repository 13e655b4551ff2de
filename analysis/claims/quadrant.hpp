#pragma once

#include <cstdint>
#include <vector>

#include "analysis/questions/recipe.hpp"
#include "analysis/statistics/paired_comparison.hpp"
#include "core/described.hpp"

namespace batchscope {

/// Where a loss is going.
enum class Trend {
    falling,
    flat,  ///< its change over the last third lies inside ±margin
    rising,
    unclear,  ///< the seeds do not tell: fewer than three, or too far apart
};
BATCHSCOPE_DESCRIBE_ENUM(Trend, falling, flat, rising, unclear)

/// What train and validation loss together say of a batch size's training. The claim about
/// overfitting uses the word alike: a validation loss that rises. One that is flat while train loss
/// falls has nothing more to gain, and no harm is seen yet: converged, if the learning rate still
/// was what it is. Where a schedule takes the rate to its end, every loss flattens with it, and
/// nothing is known of what more training would bring.
enum class TrainingState {
    still_learning,  ///< validation loss is falling, train loss is falling or flat
    overfitting,     ///< validation loss is rising, train loss is falling or flat
    converged,       ///< validation loss is flat, train loss is falling or flat
    flat_with_rate,  ///< the same, as the learning rate ends
    failing,         ///< train loss is rising
    unclear,         ///< a trend that this needs is
};
BATCHSCOPE_DESCRIBE_ENUM(TrainingState, still_learning, overfitting, converged, flat_with_rate,
                         failing, unclear)

struct LossTrend {
    Trend trend = Trend::unclear;
    /// Of each seed the least-squares slope over its last third, times the length of that, in nats:
    /// how much the loss changed there. n = 0 where no run has two evaluations in it.
    PairedComparison change;
};
BATCHSCOPE_DESCRIBE_STRUCT(LossTrend, trend, change)

/// One batch size of a recipe, and the lines that people quote of it. All means over the runs that
/// count; NaN of none.
struct TrainingQuadrant {
    std::int64_t batch_size = 0;
    LossTrend train;
    LossTrend validation;
    TrainingState state = TrainingState::unclear;
    // "loss 5.656 -> 1.188, down 79 %"
    double first_train_loss = unknown;  ///< of the first evaluation with a train loss
    double last_train_loss = unknown;
    double relative_change = unknown;    ///< (last - first) / first of these means: -0.79
    double seconds_per_batch = unknown;  ///< "1.06 s per batch"
};
template <class Visitor>
constexpr void visit_fields(Type<TrainingQuadrant> /*type*/, const Visitor& visit) {
    visit("batch_size", &TrainingQuadrant::batch_size);
    visit("state", &TrainingQuadrant::state);
    visit("train_loss", &TrainingQuadrant::train);
    visit("validation_loss", &TrainingQuadrant::validation);
    visit("first_train_loss", &TrainingQuadrant::first_train_loss);
    visit("last_train_loss", &TrainingQuadrant::last_train_loss);
    visit("relative_change", &TrainingQuadrant::relative_change);
    visit("seconds_per_batch", &TrainingQuadrant::seconds_per_batch);
}

/// Method 3 of practice: for each batch size with a run that counts, train and validation loss over
/// the last third of training (evaluations at or after 2/3 of a run's epochs). A trend is flat
/// where two one-sided t tests over the seeds put the change inside ±`margin` nats; else falling or
/// rising where the change is not 0 (two-sided), each at 1 - `confidence`; else unclear. Two seeds
/// or fewer never decide. Seeds whose changes agree to rounding have no t test: then the change
/// itself is compared with the margin. These are descriptions: nothing is adjusted for their
/// number.
[[nodiscard]] std::vector<TrainingQuadrant> training_quadrants(const Recipe& recipe, double margin,
                                                               double confidence);

/// `rate_ends`: a schedule lowers the learning rate towards the end.
[[nodiscard]] TrainingState state_of(Trend train, Trend validation, bool rate_ends);

}  // namespace batchscope
