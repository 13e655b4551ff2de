#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace batchscope {

/// The loss of one step on its own batch.
struct StepLoss {
    double loss;
    std::int64_t epoch;     ///< the pass over the data that the batch belongs to
    double batch_examples;  ///< examples of the batch
};

/// How a trend is removed.
enum class DifferenceOrder {
    /// (y_i - y_{i-1}) / sqrt(2): removes a constant. von Neumann, Kent, Bellinson, Hart (Ann.
    /// Math. Statist. 12, 1941, 153-162); Rice (Ann. Statist. 12, 1984, 1215-1230).
    first,
    /// (y_i - 2 y_{i-1} + y_{i-2}) / sqrt(6): removes a straight line. Gasser, Sroka,
    /// Jennen-Steinmetz (Biometrika 73, 1986, 625-633) for equidistant points.
    second,
};

/// The series without its trend: element i is the difference of the steps up to i, scaled so that
/// independent noise of variance v around the removed trend gives v on average. It depends on the
/// last two or three steps alone, never on the length of the series: a prefix of the series gives
/// the same prefix. NaN where the steps needed are not all there: at the start, across a loss that
/// is not finite, and where they differ in epoch or batch size.
///
/// Why within an epoch and one batch size: batches of an epoch are drawn without replacement, which
/// lowers the variance of each by its share of the data and correlates it with the others. A
/// contrast within one epoch is free of both: its expectation is exactly that of batches drawn
/// with replacement, the variance of an example's loss over the batch size, for every number of
/// batches per epoch (Cochran 1977, Sampling Techniques, chapter 2: two of N examples have the
/// covariance -1/N of the population variance taken with N - 1). The ragged last batch has more
/// noise and is left out.
[[nodiscard]] std::vector<double> without_trend(std::span<const StepLoss> steps,
                                                DifferenceOrder order = DifferenceOrder::second);

/// The noise of the step loss.
struct LossNoise {
    double variance = std::nan("");  ///< (loss)^2; NaN for no differences
    std::int64_t differences = 0;    ///< that it is the mean square of
};

/// The mean square of without_trend: the variance of the step losses around a trend that is, over
/// two (three) neighbouring steps, near a constant (straight line). What is left of a trend makes
/// it too large: by 1/2 of the mean squared change per step (first), by 1/6 of that of its second
/// difference (second). Equal losses give exactly 0; fewer steps than a difference needs, NaN.
[[nodiscard]] LossNoise loss_noise(std::span<const StepLoss> steps,
                                   DifferenceOrder order = DifferenceOrder::second);

}  // namespace batchscope
