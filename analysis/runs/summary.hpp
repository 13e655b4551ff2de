#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "analysis/runs/run.hpp"
#include "analysis/runs/run_collection.hpp"
#include "analysis/runs/standing.hpp"
#include "analysis/statistics/interval.hpp"
#include "core/described.hpp"

namespace batchscope {

/// A headline of sharpness over the runs of a row. Values that do not count are in no mean.
struct SharpnessEstimate {
    Estimate counted{};
    double largest_error = unknown;  ///< of the values that count
    std::int64_t not_counted = 0;
    double lowest_not_counted = unknown, highest_not_counted = unknown;
};
template <class Visitor>
constexpr void visit_fields(Type<SharpnessEstimate> /*type*/, const Visitor& visit) {
    visit("", &SharpnessEstimate::counted);
    visit("largest_error", &SharpnessEstimate::largest_error);
    visit("not_counted", &SharpnessEstimate::not_counted);
}

/// The runs of one batch size and one value of every other axis: one row of the table.
struct Group {
    std::int64_t batch_size = 0;
    std::map<std::string, AttributeValue> axes;
    std::vector<const AnalyzedRun*> runs;  ///< that count, each once, by seed
    std::int64_t aliases = 0;              ///< how many of them stand under other coordinates, too
    Standings uncounted;                   ///< how many others, each once
    /// In the order of `averaged_metrics`.
    std::array<Estimate, averaged_metrics.size()> estimates{};
    std::map<std::string, SharpnessEstimate> sharpness{};  ///< by name of the metric
    bool identical_seeds = false;  ///< all of two or more seeds gave the very same final metrics
};

/// One file of the study: the run with the coordinates, the run whose metrics stand for it (itself,
/// or the target of an alias; nullptr if that is not among the files), and whether these count.
struct JudgedRun {
    const AnalyzedRun* run;
    const AnalyzedRun* source;
    Standing standing;
};

/// Grid points of which there is no file: the seeds that lack of one row.
struct MissingPoints {
    std::int64_t batch_size = 0;
    std::map<std::string, AttributeValue> axes;
    std::vector<std::uint64_t> seeds;
};

/// One study. Points into the RunCollection it was made from.
struct StudySummary {
    std::string name;
    std::string part_of;  ///< the study whose runs were trained on different data; else empty
    std::vector<std::string> axis_keys;  ///< all but batch size and seed, sorted
    std::set<std::string> separated_by;  ///< those that only the configurations differ in
    std::string out_of_sample;           ///< the split of the gaps: test or validation
    std::vector<JudgedRun> runs;         ///< all, by grid point
    /// Of all files by position, those of the first result files among them; the noise scale last.
    std::vector<SharpnessMetric> sharpness_metrics;
    std::vector<Group> groups;  ///< with a run that counts or is lost, by batch size, then axes
    std::vector<MissingPoints> missing;  ///< of the product of the values seen
    bool grid_is_sparse = false;  ///< the product is far larger than the files: `missing` is empty
    std::set<std::string> data_hashes;
};

/// Over values of several runs; an unknown one is in none of the counts.
[[nodiscard]] SharpnessEstimate estimate_certified(std::span<const CertifiedValue> values,
                                                   double confidence);

/// Whether any run of the study is in a mean.
[[nodiscard]] bool any_run_counts(const StudySummary& study);

/// Summaries of all studies, by name. An alias stands in for its coordinates with its target's
/// metrics, never twice in one mean.
[[nodiscard]] std::vector<StudySummary> summarise(const RunCollection& collection,
                                                  double confidence);

}  // namespace batchscope
