#pragma once

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/report/page_parts.hpp"
#include "results/run_search.hpp"

/// The sections of the page under its first screen, one function each. A section without blocks has
/// nothing to show.
namespace batchscope {

/// The recommendation with its cautions, and all that it chose from.
[[nodiscard]] PageSection recommendation_section(const StudyAnswers& answers,
                                                 const Phrases& phrases);
/// What another batch size would change against the one in use.
[[nodiscard]] PageSection what_if_section(const StudyAnswers& answers, const Phrases& phrases);
/// The claims of practice, decided on each recipe, and how training went.
[[nodiscard]] PageSection claims_section(const StudyAnswers& answers, const Phrases& phrases);
/// Steps, examples and seconds to each target, and the critical batch size that they show.
[[nodiscard]] PageSection target_section(const StudyAnswers& answers, const Phrases& phrases);
/// Does the answer depend on where runs are compared?
[[nodiscard]] PageSection budget_section(const StudyAnswers& answers, const Phrases& phrases);
/// The generalization gap by batch size, at the end and matched.
[[nodiscard]] PageSection gap_section(const StudyAnswers& answers, const Phrases& phrases);
/// Accuracy against the batch size, with slopes and Page's trend test.
[[nodiscard]] PageSection trend_section(const StudyAnswers& answers, const Phrases& phrases);
/// Measures of sharpness by batch size, and whether the gap goes with them.
[[nodiscard]] PageSection sharpness_section(const StudyAnswers& answers, const Phrases& phrases);
[[nodiscard]] PageSection curves_section(const StudyAnswers& answers, const Phrases& phrases);
[[nodiscard]] PageSection speed_section(const StudyAnswers& answers, const Phrases& phrases);
/// What there is of every grid point.
[[nodiscard]] PageSection coverage_section(const StudyAnswers& answers, const Phrases& phrases);
/// Every run that is in no mean, every point without a file, every skipped file; `skipped` is empty
/// where the page names them elsewhere.
[[nodiscard]] PageSection data_section(const StudyAnswers& answers,
                                       const std::vector<SkippedFile>& skipped,
                                       const Phrases& phrases);
/// The skipped files with the reason of each.
[[nodiscard]] PageList skipped_list(const std::vector<SkippedFile>& skipped,
                                    const Phrases& phrases);
/// How the best learning rate grows, which rule is best, what fits into memory (page_rules.cpp).
[[nodiscard]] PageSection rule_section(const StudyAnswers& answers, const Phrases& phrases);
/// What the words and bars of the report mean.
[[nodiscard]] PageSection reading_section(const Margins& margins, const Phrases& phrases);

}  // namespace batchscope
