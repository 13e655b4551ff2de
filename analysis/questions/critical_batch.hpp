#pragma once

#include <cstdint>
#include <vector>

#include "analysis/questions/time_to_target.hpp"
#include "analysis/runs/summary.hpp"
#include "analysis/statistics/critical_batch_fit.hpp"
#include "analysis/statistics/critical_batch_sensitivity.hpp"
#include "analysis/statistics/scaling_regimes.hpp"
#include "core/described.hpp"

namespace batchscope {

/// A batch size that is not in the fit as it is, and why.
struct FitExclusion {
    std::int64_t batch_size = 0;
    std::int64_t tried = 0;
    std::int64_t reached = 0;
    std::int64_t reached_before_training = 0;  ///< of these
};
BATCHSCOPE_DESCRIBE_STRUCT(FitExclusion, batch_size, tried, reached, reached_before_training)

/// What makes a fit doubtful; the numbers that say so are beside it.
enum class FitDoubt {
    curve_does_not_fit,  ///< lack of fit at 1 - confidence: B_crit is no property of these runs
    identical_seeds,     ///< repeated runs agree to rounding
    survivors,           ///< batch sizes of which some runs never reached the target
    /// Runs were there at the first evaluation after the start: their steps are a guess, as the
    /// loss falls fastest then. Evaluate more often, or choose a harder target.
    in_first_interval,
    evaluation_spacing,  ///< B_crit at the ends of the crossings lies outside its interval
    inside_schedule,     ///< see TimeToTarget
};
BATCHSCOPE_DESCRIBE_ENUM(FitDoubt, curve_does_not_fit, identical_seeds, survivors,
                         in_first_interval, evaluation_spacing, inside_schedule)

/// The critical batch size as the steps to one target show it: S(B) = S_min (1 + B_crit / B).
struct ObservedCriticalBatch {
    Target target;
    std::vector<StepsToTarget> points;  ///< the runs of the fit
    /// Batch sizes of which too few runs reached the target, or some were there before training,
    /// whose steps are not known. None of their runs is in the fit.
    std::vector<FitExclusion> left_out;
    /// Batch sizes in the fit of which some runs never reached the target: their points are too
    /// low, as the slow runs are missing.
    std::vector<FitExclusion> survivors;
    std::int64_t in_first_interval = 0;  ///< points that lie before the first evaluation
    CriticalBatchFit fit;
    /// B_crit if the crossings lay at the ends of their intervals: what the evaluation spacing may
    /// do. NaN where the first evaluation after the start is already there.
    CensoringSensitivity censoring;
    /// For up to 100 seeds: it tells what one of few seeds does, and its time grows with their
    /// square.
    SeedJackknife without_a_seed;
    /// Three regimes with sharp borders, for 6 batch sizes and more.
    PiecewiseScaling piecewise;
    /// The batch size that costs 20 % more examples than the smallest (Zhang 2024): 0.2 B_crit.
    double at_overhead = unknown;
    /// Where the batch sizes of the fit lie on the curve, ascending. All unknown unless the
    /// interval of B_crit is bounded.
    struct Place {
        std::int64_t batch_size;
        BatchRegime regime;
        double slope;  ///< see local_scaling_slope
    };
    std::vector<Place> places;
    std::vector<FitDoubt> doubts;  ///< empty where there is no fit
};
template <class Visitor>
constexpr void visit_fields(Type<ObservedCriticalBatch> /*type*/, const Visitor& visit) {
    visit("", &ObservedCriticalBatch::fit);
    visit("at_20_percent_overhead", &ObservedCriticalBatch::at_overhead);
    visit("left_out", &ObservedCriticalBatch::left_out);
    visit("survivors", &ObservedCriticalBatch::survivors);
    visit("if_crossings_were", &ObservedCriticalBatch::censoring);
    visit("without_a_seed", &ObservedCriticalBatch::without_a_seed);
    visit("doubts", &ObservedCriticalBatch::doubts);
    visit("places", &ObservedCriticalBatch::places);
}
BATCHSCOPE_DESCRIBE_STRUCT(ObservedCriticalBatch::Place, batch_size, regime, slope)

/// Fits every run of every batch size of which enough reached the target.
[[nodiscard]] ObservedCriticalBatch observed_critical_batch(const TimeToTarget& times,
                                                            double confidence);

/// The definitions of a measured noise scale, which is said to predict B_crit (McCandlish 2018).
enum class NoiseScaleKind {
    simple_over_run,  ///< sum S / sum |G|^2 over all steps: early, large gradients weigh most
    simple_median,    ///< the median over the evaluations' intervals of such ratios
    simple_at_end,    ///< over the last epoch
    simple_frozen,    ///< tr(Sigma) / |G|^2 at the final weights
    hessian_frozen,   ///< B_noise = tr(H Sigma) / (G^T H G) at the final weights
};
BATCHSCOPE_DESCRIBE_ENUM(NoiseScaleKind, simple_over_run, simple_median, simple_at_end,
                         simple_frozen, hessian_frozen)

/// A noise scale over the runs of one batch size, in examples.
struct PredictedCriticalBatch {
    NoiseScaleKind kind = NoiseScaleKind::simple_over_run;
    std::int64_t batch_size = 0;
    /// Over the runs where it is resolved: its denominator is above 0 by two standard errors (at
    /// frozen weights: above 0). A mean without those that are not is too low.
    SharpnessEstimate scale;
    /// Batch normalisation over the whole batch makes the shares depend on each other: S is no
    /// covariance of single examples' gradients.
    bool shares_coupled = false;
};
template <class Visitor>
constexpr void visit_fields(Type<PredictedCriticalBatch> /*type*/, const Visitor& visit) {
    visit("kind", &PredictedCriticalBatch::kind);
    visit("batch_size", &PredictedCriticalBatch::batch_size);
    visit("", [](const PredictedCriticalBatch& predicted) { return predicted.scale.counted; });
    visit("not_counted",
          [](const PredictedCriticalBatch& predicted) { return predicted.scale.not_counted; });
    visit("largest_error",
          [](const PredictedCriticalBatch& predicted) { return predicted.scale.largest_error; });
    visit("shares_coupled", &PredictedCriticalBatch::shares_coupled);
}

/// One for each kind and batch size of which any run has a value, by kind, then batch size.
[[nodiscard]] std::vector<PredictedCriticalBatch> predicted_critical_batch(const Recipe& recipe,
                                                                           double confidence);

/// How a prediction lies to the interval of the fit.
enum class Agreement {
    inside,      ///< within it
    below,       ///< the noise scale is smaller than all that the steps allow
    above,       ///< it is larger
    not_tested,  ///< fewer than 60 % of the runs resolve it, or the steps bound B_crit to no side
};
BATCHSCOPE_DESCRIBE_ENUM(Agreement, inside, below, above, not_tested)
struct PredictionCheck {
    Agreement agreement = Agreement::not_tested;
    double ratio = unknown;  ///< predicted / observed; NaN unless the interval is bounded
};
BATCHSCOPE_DESCRIBE_STRUCT(PredictionCheck, agreement, ratio)
[[nodiscard]] PredictionCheck check_prediction(const PredictedCriticalBatch& predicted,
                                               const CriticalBatchFit& observed);

}  // namespace batchscope
