#include "analysis/claims/decision.hpp"

namespace batchscope {
std::string to_string(ClaimOutcome outcome) {
    switch (outcome) {
        case ClaimOutcome::supported:
            return "supported";

        case ClaimOutcome::contradicted:
            return "contradicted";

        case ClaimOutcome::undecided:
            return "undecided";

        case ClaimOutcome::not_tested:
            return "not_tested";
    }
    return "unknown";
}

std::string to_string(ClaimReason reason) {
    switch (reason) {
        case ClaimReason::as_claimed:
            return "as_claimed";

        case ClaimReason::interval_inside:
            return "interval_inside";

        case ClaimReason::smaller_is_better:
            return "smaller_is_better";

        case ClaimReason::opposite:
            return "opposite";

        case ClaimReason::negligible:
            return "negligible";

        case ClaimReason::beaten:
            return "beaten";

        case ClaimReason::bound_below_margin:
            return "bound_below_margin";

        case ClaimReason::never_rises:
            return "never_rises";

        case ClaimReason::target_missed:
            return "target_missed";

        case ClaimReason::interval_excludes:
            return "interval_excludes";

        case ClaimReason::largest_not_inferior:
            return "largest_not_inferior";

        case ClaimReason::too_little_data:
            return "too_little_data";

        case ClaimReason::partly_negligible:
            return "partly_negligible";

        case ClaimReason::measures_disagree:
            return "measures_disagree";

        case ClaimReason::identical_seeds:
            return "identical_seeds";

        case ClaimReason::group_missing:
            return "group_missing";

        case ClaimReason::too_few_seeds:
            return "too_few_seeds";

        case ClaimReason::too_few_batch_sizes:
            return "too_few_batch_sizes";

        case ClaimReason::span_too_small:
            return "span_too_small";

        case ClaimReason::figure_missing:
            return "figure_missing";

        case ClaimReason::inside_schedule:
            return "inside_schedule";

        case ClaimReason::no_common_train_loss:
            return "no_common_train_loss";

        case ClaimReason::not_measured:
            return "not_measured";

        case ClaimReason::not_converged:
            return "not_converged";

        case ClaimReason::rates_scaled:
            return "rates_scaled";

        case ClaimReason::too_few_rates:
            return "too_few_rates";

        case ClaimReason::optimum_not_bracketed:
            return "optimum_not_bracketed";

        case ClaimReason::different_hardware:
            return "different_hardware";

        case ClaimReason::hardware_unknown:
            return "hardware_unknown";

        case ClaimReason::target_not_reached:
            return "target_not_reached";
    }
    return "unknown";
}

std::string to_string(ClaimUnit unit) {
    switch (unit) {
        case ClaimUnit::fraction:
            return "fraction";

        case ClaimUnit::nats:
            return "nats";

        case ClaimUnit::log_ratio:
            return "log_ratio";

        case ClaimUnit::log_ratio_per_doubling:
            return "log_ratio_per_doubling";

        case ClaimUnit::slope:
            return "slope";

        case ClaimUnit::batch_size:
            return "batch_size";

        case ClaimUnit::p_value:
            return "p_value";

        case ClaimUnit::correlation:
            return "correlation";
    }
    return "unknown";
}

std::string to_string(ClaimFigure figure) {
    switch (figure) {
        case ClaimFigure::paired_differences:
            return "paired_differences";

        case ClaimFigure::accuracy_by_batch_size:
            return "accuracy_by_batch_size";

        case ClaimFigure::gap_by_batch_size:
            return "gap_by_batch_size";

        case ClaimFigure::sharpness_by_batch_size:
            return "sharpness_by_batch_size";

        case ClaimFigure::gradient_noise_by_batch_size:
            return "gradient_noise_by_batch_size";

        case ClaimFigure::best_rate_by_batch_size:
            return "best_rate_by_batch_size";

        case ClaimFigure::time_to_target:
            return "time_to_target";

        case ClaimFigure::step_loss_noise:
            return "step_loss_noise";
    }
    return "unknown";
}

}  // namespace batchscope
