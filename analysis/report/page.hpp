#pragma once

#include <string>
#include <vector>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/report/report_figure.hpp"
#include "results/run_search.hpp"

namespace batchscope {

/// The report as one self-contained file, and the figures in it.
struct ReportPage {
    std::string html;
    std::vector<ReportFigure> figures;  ///< names are unique: "STUDY-forest-linear"
};

/// report.html: for each study the answers, verdicts and differences, the health of its data, then
/// the evidence in sections. It has no script and refers to nothing outside, so that it can be
/// read from any place and for ever; hostile names stay text. The same bytes for the same input.
[[nodiscard]] ReportPage report_page(const std::vector<StudyAnswers>& studies,
                                     const std::vector<SkippedFile>& skipped,
                                     const Phrases& phrases);

}  // namespace batchscope
