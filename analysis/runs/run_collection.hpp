#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "analysis/runs/run.hpp"
#include "results/run_search.hpp"

namespace batchscope {

/// Everything one call of the analysis looks at.
struct RunCollection {
    std::vector<AnalyzedRun> runs;     ///< one per grid point, in the order of compare_grid_points
    std::vector<SkippedFile> skipped;  ///< damaged, foreign and duplicate files, by path
    /// By study: keys that became axes because the configurations of equal coordinates differ in
    /// them.
    std::map<std::string, std::set<std::string>> separated_by;
};

/// Reads every result file under `paths` (see find_result_files). A file that cannot be read is
/// skipped with its reason. Of files of the same grid point one is kept, a finished one if there is
/// any, else the first by path; the others are skipped. Runs of one study whose configurations
/// differ in other keys than its axes are kept apart by these keys (see separate_configurations).
/// The gaps are set.
[[nodiscard]] RunCollection collect_runs(const std::vector<std::filesystem::path>& paths);

/// The split that gaps of these runs of one study are taken from: "test" if any run has one, else
/// "validation".
[[nodiscard]] std::string out_of_sample_split(std::span<const AnalyzedRun> runs);

}  // namespace batchscope
