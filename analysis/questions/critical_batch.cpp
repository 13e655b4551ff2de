#include "analysis/questions/critical_batch.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

#include "analysis/runs/noise_scale.hpp"

namespace batchscope {

namespace {

void add_points(const TimesToTarget& times, std::vector<StepsToTarget>& points) {
    for (const RunToTarget& run : times.runs) {
        const FirstCrossing& crossing = run.crossings[ClockIndex::steps];
        if (crossing.kind == CrossingKind::between) {
            points.push_back({static_cast<double>(times.batch_size), run.seed,
                              crossing.interpolated, crossing.after, crossing.at_or_before});
        }
    }
}

/// Whether a refit that is known lies outside the interval.
bool leaves_interval(const CensoringSensitivity& refits, const CriticalBatchFit& fit) {
    const double all[] = {refits.all_early, refits.all_late, refits.small_late_large_early,
                          refits.small_early_large_late};
    return std::any_of(std::begin(all), std::end(all), [&fit](double critical_batch) {
        return critical_batch < fit.lower || critical_batch > fit.upper;
    });
}

std::vector<FitDoubt> doubts_of(const ObservedCriticalBatch& observed, bool inside_schedule,
                                double confidence) {
    if (observed.fit.status != CriticalBatchStatus::fitted) {
        return {};
    }
    const LackOfFit& lack_of_fit = observed.fit.lack_of_fit;
    const std::pair<bool, FitDoubt> all_doubts[] = {
        {lack_of_fit.p < 1 - confidence, FitDoubt::curve_does_not_fit},
        {lack_of_fit.has_identical_repeats, FitDoubt::identical_seeds},
        {!observed.survivors.empty(), FitDoubt::survivors},
        {observed.in_first_interval > 0, FitDoubt::in_first_interval},
        {leaves_interval(observed.censoring, observed.fit), FitDoubt::evaluation_spacing},
        {inside_schedule, FitDoubt::inside_schedule}};
    std::vector<FitDoubt> doubts;
    for (const auto& [applies, doubt] : all_doubts) {
        if (applies) {
            doubts.push_back(doubt);
        }
    }
    return doubts;
}

CertifiedValue certified(const RatioOfSums& ratio) {
    return {ratio.value, ratio.standard_error, ratio.is_resolved && std::isfinite(ratio.value)};
}

/// The parts of the rows that have both.
struct NoiseParts {
    std::vector<double> traces, squares;
};

NoiseParts parts_of(const History& history) {
    NoiseParts parts;
    for (std::size_t row = 0; row < history.gradient_square.size(); ++row) {
        if (std::isfinite(history.gradient_covariance_trace[row]) &&
            std::isfinite(history.gradient_square[row])) {
            parts.traces.push_back(history.gradient_covariance_trace[row]);
            parts.squares.push_back(history.gradient_square[row]);
        }
    }
    return parts;
}

/// Of ratios, those with a denominator that is not above 0 being infinite: their noise scale is
/// too large to be told. Counts where the median itself is finite.
CertifiedValue median_ratio(const NoiseParts& parts) {
    std::vector<double> ratios;
    for (std::size_t row = 0; row < parts.squares.size(); ++row) {
        ratios.push_back(parts.squares[row] > 0 ? parts.traces[row] / parts.squares[row]
                                                : std::numeric_limits<double>::infinity());
    }
    const double median = median_of(std::move(ratios));
    return {median, unknown, std::isfinite(median)};
}

/// The measurement at the end of the run; nullptr where there is none.
const SharpnessPoint* final_point(const AnalyzedRun& run) {
    const bool is_measured = !run.sharpness_history.empty() && !run.history.steps.empty() &&
                             run.sharpness_history.back().steps == run.history.steps.back();
    return is_measured ? &run.sharpness_history.back() : nullptr;
}

CertifiedValue noise_scale_of(const AnalyzedRun& run, NoiseScaleKind kind) {
    const SharpnessPoint* end = final_point(run);
    switch (kind) {
        case NoiseScaleKind::simple_over_run: {
            const NoiseParts parts = parts_of(run.history);
            return certified(ratio_of_sums(parts.traces, parts.squares));
        }
        case NoiseScaleKind::simple_median:
            return median_ratio(parts_of(run.history));
        case NoiseScaleKind::simple_at_end:
            return run.sharpness.values[noise_scale_metric().name];
        case NoiseScaleKind::simple_frozen:
            return end != nullptr ? end->simple_noise_scale : CertifiedValue{};
        case NoiseScaleKind::hessian_frozen:
            return end != nullptr ? end->hessian_noise_scale : CertifiedValue{};
    }
    return {};
}

/// Nothing where no run has a value.
std::optional<PredictedCriticalBatch> predict(const Arm& arm, NoiseScaleKind kind,
                                              double confidence) {
    PredictedCriticalBatch prediction{kind, arm.batch_size, {}, false};
    std::vector<CertifiedValue> scales;
    const bool of_shares = kind == NoiseScaleKind::simple_over_run ||
                           kind == NoiseScaleKind::simple_median ||
                           kind == NoiseScaleKind::simple_at_end;
    for (const auto& [seed, run] : arm.runs) {
        scales.push_back(noise_scale_of(*run, kind));
        prediction.shares_coupled =
            prediction.shares_coupled || (of_shares && run->sharpness.shares_coupled);
    }
    prediction.scale = estimate_certified(scales, confidence);
    if (prediction.scale.counted.n == 0 && prediction.scale.not_counted == 0) {
        return std::nullopt;
    }
    return prediction;
}

}  // namespace

ObservedCriticalBatch observed_critical_batch(const TimeToTarget& times, double confidence) {
    ObservedCriticalBatch observed;
    observed.target = times.target;
    std::vector<std::int64_t> batch_sizes;
    for (const TimesToTarget& at_size : times.batch_sizes) {
        const FitExclusion exclusion{at_size.batch_size, at_size.tried, at_size.reached,
                                     at_size.reached_before_training};
        if (!at_size.enough() || at_size.reached_before_training > 0) {
            observed.left_out.push_back(exclusion);
            continue;
        }
        if (at_size.reached < at_size.tried) {
            observed.survivors.push_back(exclusion);
        }
        add_points(at_size, observed.points);
        batch_sizes.push_back(at_size.batch_size);
    }
    observed.in_first_interval =
        std::count_if(observed.points.begin(), observed.points.end(),
                      [](const StepsToTarget& point) { return !(point.after > 0); });
    observed.fit = fit_critical_batch(observed.points, confidence);
    observed.censoring = refit_at_interval_ends(observed.points);
    observed.without_a_seed = jackknife_over_seeds(observed.points);
    observed.piecewise = fit_piecewise_scaling(observed.points);
    const bool is_bounded = observed.fit.bounds == CriticalBatchBounds::bounded;
    const double critical_batch = is_bounded ? observed.fit.critical_batch : unknown;
    observed.at_overhead = batch_size_at_overhead(critical_batch);
    for (const std::int64_t batch_size : batch_sizes) {
        const auto examples = static_cast<double>(batch_size);
        observed.places.push_back({batch_size, batch_regime(examples, critical_batch),
                                   local_scaling_slope(examples, critical_batch)});
    }
    observed.doubts = doubts_of(observed, times.inside_schedule, confidence);
    return observed;
}

std::vector<PredictedCriticalBatch> predicted_critical_batch(const Recipe& recipe,
                                                             double confidence) {
    std::vector<PredictedCriticalBatch> predictions;
    for (const NoiseScaleKind kind : enumerators_of(Type<NoiseScaleKind>{})) {
        for (const Arm& arm : recipe.arms) {
            if (const auto prediction = predict(arm, kind, confidence)) {
                predictions.push_back(*prediction);
            }
        }
    }
    return predictions;
}

PredictionCheck check_prediction(const PredictedCriticalBatch& predicted,
                                 const CriticalBatchFit& observed) {
    const double scale = predicted.scale.counted.mean;
    PredictionCheck check;
    const std::int64_t resolved = predicted.scale.counted.n;
    if (!is_enough(resolved, resolved + predicted.scale.not_counted) ||
        observed.status != CriticalBatchStatus::fitted ||
        observed.bounds == CriticalBatchBounds::none) {
        return check;
    }
    if (observed.bounds == CriticalBatchBounds::bounded) {
        check.ratio = scale / observed.critical_batch;
    }
    check.agreement = scale < observed.lower
                          ? Agreement::below
                          : (scale > observed.upper ? Agreement::above : Agreement::inside);
    return check;
}

}  // namespace batchscope
