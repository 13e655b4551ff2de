#pragma once

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/report/document.hpp"

namespace batchscope {

/// What a paper must say of the study: data, network, training, evaluation, machines and programs,
/// as the result files hold them, and the statistical rules that this report used, each with its
/// source. Settings that are an axis show all their values.
[[nodiscard]] Section methods_section(const StudyAnswers& answers, const Phrases& phrases);

}  // namespace batchscope
