#include "analysis/report/target_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "analysis/figures/number_format.hpp"
#include "analysis/report/table.hpp"

namespace batchscope {

namespace {

std::string times_table(const TimeToTarget& times, const Phrases& phrases) {
    TextTable table(times_header(phrases));
    for (const TimesToTarget& arm : times.batch_sizes) {
        table.add_row(times_cells(times, arm));
    }
    return table.text();
}

std::string origin_text(TargetOrigin origin, const Phrases& phrases) {
    switch (origin) {
        case TargetOrigin::given:
            return phrases("as asked for");
        case TargetOrigin::all_batch_sizes:
            return phrases("the hardest that all batch sizes with runs reach");
        case TargetOrigin::better_half:
            return phrases("the hardest that half of the batch sizes reach");
        case TargetOrigin::best_batch_size:
            break;
    }
    return phrases("the hardest that any batch size reaches");
}

}  // namespace

std::vector<std::string> times_header(const Phrases& phrases) {
    return {phrases("batch"),    phrases("reached"), phrases("steps"),
            phrases("examples"), phrases("seconds"), phrases("steps saved")};
}

std::vector<std::string> times_cells(const TimeToTarget& times, const TimesToTarget& arm) {
    std::vector<std::string> cells{fmt::format("{}", arm.batch_size),
                                   fmt::format("{}/{}", arm.reached, arm.tried)};
    for (const auto clock : {ClockIndex::steps, ClockIndex::examples, ClockIndex::seconds}) {
        const double median = arm.typical[clock].median;
        cells.push_back(std::isfinite(median) ? format_number(median) : "-");
    }
    const auto ratio =
        std::find_if(times.against_reference.begin(), times.against_reference.end(),
                     [&arm](const TimeRatio& other) { return other.batch_size == arm.batch_size; });
    const double saved = ratio == times.against_reference.end()
                             ? unknown
                             : std::exp(-ratio->log_ratio[ClockIndex::steps].mean);
    cells.push_back(std::isfinite(saved) ? fmt::format("{:.3g} x", saved) : "-");
    return cells;
}

std::string prediction_text(const ObservedCriticalBatch& critical, const RecipeAnswers& answers,
                            const Phrases& phrases) {
    std::map<Agreement, std::vector<std::int64_t>> sizes;
    for (const PredictedCriticalBatch& predicted : answers.noise_scales) {
        if (predicted.kind == NoiseScaleKind::simple_over_run) {
            sizes[check_prediction(predicted, critical.fit).agreement].push_back(
                predicted.batch_size);
        }
    }
    const auto of = [&sizes](Agreement agreement) {
        const auto found = sizes.find(agreement);
        return found == sizes.end() ? std::string{}
                                    : fmt::format("{}", fmt::join(found->second, ", "));
    };
    std::vector<std::string> parts;
    if (const std::string inside = of(Agreement::inside); !inside.empty()) {
        parts.push_back(phrases("inside its interval as measured at batch {}", inside));
    }
    if (const std::string below = of(Agreement::below); !below.empty()) {
        parts.push_back(phrases("below it as measured at batch {}", below));
    }
    if (const std::string above = of(Agreement::above); !above.empty()) {
        parts.push_back(phrases("above it as measured at batch {}", above));
    }
    return parts.empty()
               ? std::string{}
               : phrases("The noise scale lies {}.", fmt::format("{}", fmt::join(parts, "; ")));
}

std::string noise_scale_text(const RecipeAnswers& answers, const Phrases& phrases) {
    std::vector<std::string> values;
    for (const PredictedCriticalBatch& predicted : answers.noise_scales) {
        if (predicted.kind == NoiseScaleKind::simple_over_run && predicted.scale.counted.n > 0) {
            values.push_back(
                phrases("{:.3g} at batch {}", predicted.scale.counted.mean, predicted.batch_size));
        }
    }
    return values.empty()
               ? std::string{}
               : phrases(
                     "Measured noise scale over the whole run, sum of tr(Sigma) over sum of "
                     "|G|^2, which is said to predict the critical batch: {}.",
                     fmt::format("{}", fmt::join(values, ", ")));
}

std::string target_name(const Target& target, const Phrases& phrases) {
    const std::string origin = origin_text(target.origin, phrases);
    return target.figure == TargetFigure::validation_loss
               ? phrases("validation loss {:.6g} ({})", target.value, origin)
               : phrases("validation accuracy {:.6g} ({})", target.value, origin);
}

std::string doubt_text(FitDoubt doubt, const Phrases& phrases) {
    switch (doubt) {
        case FitDoubt::curve_does_not_fit:
            return phrases("the curve does not fit these runs");
        case FitDoubt::identical_seeds:
            return phrases("repeated runs are identical");
        case FitDoubt::survivors:
            return phrases("some runs never reached the target");
        case FitDoubt::in_first_interval:
            return phrases("some runs were there before the first evaluation");
        case FitDoubt::evaluation_spacing:
            return phrases("evaluations are too far apart");
        case FitDoubt::inside_schedule:
            break;
    }
    return phrases("the learning rate was still to fall");
}

std::string critical_batch_text(const ObservedCriticalBatch& critical, const Phrases& phrases) {
    const CriticalBatchFit& fit = critical.fit;
    if (fit.status != CriticalBatchStatus::fitted) {
        return phrases("Critical batch: not known, fewer than three batch sizes reach the target.");
    }
    std::string text;
    switch (fit.bounds) {
        case CriticalBatchBounds::bounded:
            text = phrases(
                "Critical batch B_crit of S(B) = S_min (1 + B_crit / B): {:.0f}, from "
                "{:.0f} to {:.0f}",
                fit.critical_batch, fit.lower, fit.upper);
            break;
        case CriticalBatchBounds::only_upper:
            text = phrases("Critical batch: at most {:.0f} (no batch size here scales)", fit.upper);
            break;
        case CriticalBatchBounds::only_lower:
            text =
                phrases("Critical batch: at least {:.0f} (all batch sizes here scale)", fit.lower);
            break;
        case CriticalBatchBounds::none:
            text = phrases("Critical batch: these runs say nothing");
            break;
    }
    std::vector<std::string> doubts;
    for (const FitDoubt doubt : critical.doubts) {
        doubts.push_back(doubt_text(doubt, phrases));
    }
    return doubts.empty()
               ? text + "."
               : phrases("{}. Doubtful: {}.", text, fmt::format("{}", fmt::join(doubts, "; ")));
}

std::string target_report(const RecipeAnswers& answers, const Phrases& phrases) {
    std::string text;
    for (std::size_t i = 0; i < answers.to_targets.size(); ++i) {
        text += text.empty() ? "" : "\n";
        text += wrapped(phrases("Time to {}, median over seeds:",
                                target_name(answers.to_targets[i].target, phrases)),
                        0);
        text += times_table(answers.to_targets[i], phrases);
        text += wrapped(critical_batch_text(answers.critical_batches[i], phrases), 2);
        text += wrapped(prediction_text(answers.critical_batches[i], answers, phrases), 2);
    }
    return text + wrapped(noise_scale_text(answers, phrases), 2);
}

}  // namespace batchscope
