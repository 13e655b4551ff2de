#pragma once

#include "analysis/answers/study_answers.hpp"

namespace batchscope {

/// The words of summary.json, which never change with the language: "too_few_seeds".
[[nodiscard]] const char* word_of(Verdict verdict);
[[nodiscard]] const char* word_of(Reason reason);
[[nodiscard]] const char* word_of(Answer answer);
[[nodiscard]] const char* word_of(CommonLevelStatus common_level_status);
[[nodiscard]] const char* word_of(TargetFigure target_figure);
[[nodiscard]] const char* word_of(TargetOrigin target_origin);
[[nodiscard]] const char* word_of(CriticalBatchStatus critical_batch_status);
[[nodiscard]] const char* word_of(CriticalBatchBounds critical_batch_bounds);
[[nodiscard]] const char* word_of(FitDoubt fit_doubt);
[[nodiscard]] const char* word_of(BatchRegime batch_regime);
[[nodiscard]] const char* word_of(NoiseScaleKind noise_scale_kind);
[[nodiscard]] const char* word_of(Agreement agreement);
[[nodiscard]] const char* word_of(RateTrendStatus rate_trend_status);
[[nodiscard]] const char* word_of(StepOutcome step_outcome);
[[nodiscard]] const char* word_of(CandidateStanding candidate_standing);
[[nodiscard]] const char* word_of(RecommendationStatus recommendation_status);
[[nodiscard]] const char* word_of(Caution caution);
[[nodiscard]] const char* word_of(WhatIfAnswer what_if_answer);
[[nodiscard]] const char* word_of(WhatIfReason what_if_reason);
[[nodiscard]] const char* word_of(MemoryFitStatus memory_fit_status);

}  // namespace batchscope
