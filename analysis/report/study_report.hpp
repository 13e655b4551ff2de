#pragma once

#include <string>
#include <vector>

#include "analysis/language/phrases.hpp"
#include "analysis/runs/summary.hpp"
#include "results/run_search.hpp"

namespace batchscope {

/// The tables of one study with what is in no mean, as plain text.
[[nodiscard]] std::string study_report(const StudySummary& study, double confidence,
                                       const Phrases& phrases = Phrases(Language::english));

/// The files that were skipped, with the reason of each; empty if there are none.
[[nodiscard]] std::string skipped_report(const std::vector<SkippedFile>& skipped,
                                         const Phrases& phrases = Phrases(Language::english));

/// Headings of the cells that name a row in every table, and these cells: batch size, other axes,
/// n.
[[nodiscard]] std::vector<std::string> row_header(const StudySummary& study,
                                                  const Phrases& phrases);
[[nodiscard]] std::vector<std::string> row_cells(const StudySummary& study, const Group& group);

}  // namespace batchscope
