#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analysis/language/phrases.hpp"
#include "analysis/runs/summary.hpp"
#include "results/run_search.hpp"

/// What became of every file and every point of a grid, in words.
namespace batchscope {

/// The runs that are in no mean, by why.
[[nodiscard]] std::map<Standing, std::vector<const AnalyzedRun*>> uncounted_runs(
    const StudySummary& study);

/// "40 runs counted, 5 diverged, 5 of the same settings as another"
[[nodiscard]] std::string standings_text(const StudySummary& study, const Phrases& phrases);

/// "In no mean, diverged (5)"
[[nodiscard]] std::string uncounted_heading(Standing standing, std::size_t runs,
                                            const Phrases& phrases);
/// "batch_size-64_seed-1.h5: loss is not finite"
[[nodiscard]] std::string uncounted_line(const AnalyzedRun& run, const Phrases& phrases);

/// "Without a file, of the grid of all values seen (3)"
[[nodiscard]] std::string missing_heading(const StudySummary& study, const Phrases& phrases);
/// "batch 64, rule linear: seed 3, 4"
[[nodiscard]] std::string missing_line(const MissingPoints& missing, const StudySummary& study,
                                       const Phrases& phrases);
/// Grid points without a file; 0 if the grid is too sparse to tell.
[[nodiscard]] std::size_t missing_count(const StudySummary& study);

/// What a reader must know of the data before trusting a mean: no test split, configurations kept
/// apart, several data sets, seeds that gave the very same figures.
[[nodiscard]] std::vector<std::string> study_notes(const StudySummary& study,
                                                   const Phrases& phrases);

/// "2 unreadable, 1 duplicate"; "no file skipped".
[[nodiscard]] std::string skipped_text(const std::vector<SkippedFile>& skipped,
                                       const Phrases& phrases);

/// The value of an axis; "-" for an empty text.
[[nodiscard]] std::string axis_text(const AttributeValue& value);

}  // namespace batchscope
