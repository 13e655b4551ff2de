#include "analysis/report/words.hpp"

namespace batchscope {

const char* word_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::better:
            return "better";
        case Verdict::worse:
            return "worse";
        case Verdict::equivalent:
            return "equivalent";
        case Verdict::undecided:
            break;
    }
    return "undecided";
}

const char* word_of(Reason reason) {
    switch (reason) {
        case Reason::different:
            return "different";
        case Reason::within_margin:
            return "within_margin";
        case Reason::different_but_negligible:
            return "different_but_negligible";
        case Reason::too_little_data:
            return "too_little_data";
        case Reason::too_few_seeds:
            return "too_few_seeds";
        case Reason::identical_seeds:
            break;
    }
    return "identical_seeds";
}

const char* word_of(Answer answer) {
    switch (answer) {
        case Answer::better:
            return "better";
        case Answer::worse:
            return "worse";
        case Answer::mixed:
            return "mixed";
        case Answer::equivalent:
            return "equivalent";
        case Answer::undecided:
            return "undecided";
        case Answer::not_tested:
            break;
    }
    return "not_tested";
}

const char* word_of(CommonLevelStatus common_level_status) {
    switch (common_level_status) {
        case CommonLevelStatus::found:
            return "found";
        case CommonLevelStatus::no_runs:
            return "no_runs";
        case CommonLevelStatus::run_without_rows:
            return "run_without_rows";
        case CommonLevelStatus::runs_do_not_overlap:
            break;
    }
    return "runs_do_not_overlap";
}

const char* word_of(TargetFigure target_figure) {
    switch (target_figure) {
        case TargetFigure::validation_loss:
            return "validation_loss";
        case TargetFigure::validation_accuracy:
            break;
    }
    return "validation_accuracy";
}

const char* word_of(TargetOrigin target_origin) {
    switch (target_origin) {
        case TargetOrigin::given:
            return "given";
        case TargetOrigin::all_batch_sizes:
            return "all_batch_sizes";
        case TargetOrigin::better_half:
            return "better_half";
        case TargetOrigin::best_batch_size:
            break;
    }
    return "best_batch_size";
}

const char* word_of(CriticalBatchStatus critical_batch_status) {
    switch (critical_batch_status) {
        case CriticalBatchStatus::fitted:
            return "fitted";
        case CriticalBatchStatus::invalid_point:
            return "invalid_point";
        case CriticalBatchStatus::too_few_batch_sizes:
            return "too_few_batch_sizes";
        case CriticalBatchStatus::too_few_runs:
            break;
    }
    return "too_few_runs";
}

const char* word_of(CriticalBatchBounds critical_batch_bounds) {
    switch (critical_batch_bounds) {
        case CriticalBatchBounds::bounded:
            return "bounded";
        case CriticalBatchBounds::only_upper:
            return "only_upper";
        case CriticalBatchBounds::only_lower:
            return "only_lower";
        case CriticalBatchBounds::none:
            break;
    }
    return "none";
}

const char* word_of(FitDoubt fit_doubt) {
    switch (fit_doubt) {
        case FitDoubt::curve_does_not_fit:
            return "curve_does_not_fit";
        case FitDoubt::identical_seeds:
            return "identical_seeds";
        case FitDoubt::survivors:
            return "survivors";
        case FitDoubt::in_first_interval:
            return "in_first_interval";
        case FitDoubt::evaluation_spacing:
            return "evaluation_spacing";
        case FitDoubt::inside_schedule:
            break;
    }
    return "inside_schedule";
}

const char* word_of(BatchRegime batch_regime) {
    switch (batch_regime) {
        case BatchRegime::perfect_scaling:
            return "perfect_scaling";
        case BatchRegime::diminishing_returns:
            return "diminishing_returns";
        case BatchRegime::plateau:
            return "plateau";
        case BatchRegime::not_known:
            break;
    }
    return "not_known";
}

const char* word_of(NoiseScaleKind noise_scale_kind) {
    switch (noise_scale_kind) {
        case NoiseScaleKind::simple_over_run:
            return "simple_over_run";
        case NoiseScaleKind::simple_median:
            return "simple_median";
        case NoiseScaleKind::simple_at_end:
            return "simple_at_end";
        case NoiseScaleKind::simple_frozen:
            return "simple_frozen";
        case NoiseScaleKind::hessian_frozen:
            break;
    }
    return "hessian_frozen";
}

const char* word_of(Agreement agreement) {
    switch (agreement) {
        case Agreement::inside:
            return "inside";
        case Agreement::below:
            return "below";
        case Agreement::above:
            return "above";
        case Agreement::not_tested:
            break;
    }
    return "not_tested";
}

const char* word_of(RateTrendStatus rate_trend_status) {
    switch (rate_trend_status) {
        case RateTrendStatus::tested:
            return "tested";
        case RateTrendStatus::not_tuned:
            return "not_tuned";
        case RateTrendStatus::too_few_batch_sizes:
            return "too_few_batch_sizes";
        case RateTrendStatus::no_common_seed:
            break;
    }
    return "no_common_seed";
}

const char* word_of(StepOutcome step_outcome) {
    switch (step_outcome) {
        case StepOutcome::holds:
            return "holds";
        case StepOutcome::worse:
            return "worse";
        case StepOutcome::diverged:
            return "diverged";
        case StepOutcome::undecided:
            break;
    }
    return "undecided";
}

const char* word_of(CandidateStanding candidate_standing) {
    switch (candidate_standing) {
        case CandidateStanding::not_worse:
            return "not_worse";
        case CandidateStanding::not_shown:
            return "not_shown";
        case CandidateStanding::looks_worse:
            return "looks_worse";
        case CandidateStanding::too_few_seeds:
            return "too_few_seeds";
        case CandidateStanding::identical_seeds:
            return "identical_seeds";
        case CandidateStanding::loses_runs:
            return "loses_runs";
        case CandidateStanding::no_loss:
            return "no_loss";
        case CandidateStanding::no_runs:
            break;
    }
    return "no_runs";
}

const char* word_of(RecommendationStatus recommendation_status) {
    switch (recommendation_status) {
        case RecommendationStatus::recommended:
            return "recommended";
        case RecommendationStatus::no_runs:
            return "no_runs";
        case RecommendationStatus::one_candidate:
            return "one_candidate";
        case RecommendationStatus::no_validation_loss:
            return "no_validation_loss";
        case RecommendationStatus::all_lose_runs:
            return "all_lose_runs";
        case RecommendationStatus::too_few_seeds:
            return "too_few_seeds";
        case RecommendationStatus::none_shown:
            return "none_shown";
        case RecommendationStatus::seconds_unknown:
            return "seconds_unknown";
        case RecommendationStatus::different_machines:
            break;
    }
    return "different_machines";
}

const char* word_of(Caution caution) {
    switch (caution) {
        case Caution::speed_not_shown:
            return "speed_not_shown";
        case Caution::smallest_batch_size:
            return "smallest_batch_size";
        case Caution::largest_batch_size:
            return "largest_batch_size";
        case Caution::best_at_smallest:
            return "best_at_smallest";
        case Caution::best_at_largest:
            return "best_at_largest";
        case Caution::rate_at_edge:
            return "rate_at_edge";
        case Caution::rate_chosen_on_itself:
            return "rate_chosen_on_itself";
        case Caution::unequal_trials:
            break;
    }
    return "unequal_trials";
}

const char* word_of(WhatIfAnswer what_if_answer) {
    switch (what_if_answer) {
        case WhatIfAnswer::keep:
            return "keep";
        case WhatIfAnswer::change:
            return "change";
        case WhatIfAnswer::not_tested:
            break;
    }
    return "not_tested";
}

const char* word_of(WhatIfReason what_if_reason) {
    switch (what_if_reason) {
        case WhatIfReason::none_is_better_or_faster:
            return "none_is_better_or_faster";
        case WhatIfReason::nothing_shown:
            return "nothing_shown";
        case WhatIfReason::better:
            return "better";
        case WhatIfReason::faster:
            return "faster";
        case WhatIfReason::better_or_faster:
            return "better_or_faster";
        case WhatIfReason::no_runs_in_use:
            return "no_runs_in_use";
        case WhatIfReason::no_other_batch_size:
            return "no_other_batch_size";
        case WhatIfReason::too_few_seeds:
            break;
    }
    return "too_few_seeds";
}

const char* word_of(MemoryFitStatus memory_fit_status) {
    switch (memory_fit_status) {
        case MemoryFitStatus::fitted:
            return "fitted";
        case MemoryFitStatus::too_few_batch_sizes:
            return "too_few_batch_sizes";
        case MemoryFitStatus::unknown_ranks:
            break;
    }
    return "unknown_ranks";
}

}  // namespace batchscope
