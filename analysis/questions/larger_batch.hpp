#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/questions/budget.hpp"
#include "analysis/questions/recipe.hpp"
#include "analysis/questions/resolution.hpp"
#include "analysis/statistics/binomial_interval.hpp"
#include "analysis/statistics/example_paired_difference.hpp"
#include "analysis/statistics/page_trend.hpp"
#include "analysis/statistics/sign_flip.hpp"
#include "analysis/statistics/slopes.hpp"
#include "analysis/statistics/verdict.hpp"
#include "core/described.hpp"

namespace batchscope {

/// How sure, and how small a difference does not matter.
struct Margins {
    double confidence = 0.95;
    double accuracy = 0.005;  ///< fractions; fixed before looking at the data
    double loss = 0.02;       ///< nats (half squared error in regression)
    [[nodiscard]] double alpha() const { return 1 - confidence; }
};

/// A metric that batch sizes are compared by.
struct ComparedMetric {
    const char* name;  ///< as in summary.csv
    std::vector<double> History::*column;
    bool larger_is_better;
    double margin;          ///< in its own unit
    double resolution = 0;  ///< the smallest step of it; 0: not known
};

/// Train and validation accuracy, or the losses where no accuracy is known (regression). Both have
/// the same margin.
[[nodiscard]] std::vector<ComparedMetric> compared_metrics(const Recipe& recipe,
                                                           const Margins& margins);

/// The metric of one batch size against that of the reference, on the seeds that both have.
struct SizeContrast {
    std::int64_t batch_size = 0;
    /// By seed, this - reference, in the unit of the metric: above 0 is more, not always better.
    std::vector<std::uint64_t> seeds;
    std::vector<double> differences;
    /// Of their mean, from reading both metrics between rows; the interval of the comparison holds
    /// it. Where it is too much the comparison is not known.
    double reading_error = 0;
    bool resolved = true;
    /// Verdict better or worse by the metric's own direction, which its comparison has, too: that
    /// of `differences`, or of -`differences` where less is better.
    Decision decision;
    WinningProbability wins;  ///< of being better on the same seed
    SignFlipTest sign_flip;   ///< a check that needs no normal distribution; decides nothing
    /// Of validation accuracy at the end, where the examples' classes are stored: what other
    /// validation examples would add to the interval. Decides nothing: seeds share one split.
    std::optional<ExamplePairedDifference> by_example;
};

/// What all contrasts say together.
enum class Answer {
    better,      ///< some are better, none is worse
    worse,       ///< some are worse, none is better
    mixed,       ///< some are better, some are worse
    equivalent,  ///< all are
    undecided,   ///< none is better or worse, not all are equivalent; or the reference is not the
                 ///< smallest, which lost all its runs
    not_tested,  ///< there is no contrast
};
BATCHSCOPE_DESCRIBE_ENUM(Answer, better, worse, mixed, equivalent, undecided, not_tested)

/// Is a larger batch better, by one metric?
struct MetricAnswer {
    ComparedMetric metric;
    Answer answer = Answer::not_tested;
    /// Each larger batch size with a run that counts or is lost, ascending.
    std::vector<SizeContrast> contrasts;
    /// Over the seeds of the reference, the trend of the metric with the batch size (p_increasing:
    /// it grows). A lost run has the worst rank of its seed.
    PageTrend trend;
    std::vector<std::int64_t> trend_without;  ///< batch sizes of which a seed is not there
    /// Its change for each doubling, over the batch sizes at which every seed counts.
    SlopeTest slope;
    std::vector<std::int64_t> slope_without;  ///< the others: a run is lost or not there
};

/// Is a larger batch better?
struct LargerBatchAnswer {
    Moment moment = Moment::end;
    std::int64_t reference = 0;  ///< the smallest batch size with a run that counts; 0: none
    /// Smaller batch sizes that lost all their runs: the answer is against another reference than
    /// the grid has.
    std::vector<std::int64_t> lost_references;
    /// Train, then validation. All contrasts of all metrics are one family: the probability of any
    /// false verdict of better or worse is kept (statistics/verdict.hpp).
    std::vector<MetricAnswer> by_metric;
};

/// Compares every larger batch size of a recipe with the smallest at a budget.
[[nodiscard]] LargerBatchAnswer is_larger_better(const Recipe& recipe, const Budget& budget,
                                                 const Margins& margins);

/// The differences of a column between two arms, on the seeds that both have and where both are
/// finite.
struct SeedDifferences {
    std::vector<std::uint64_t> seeds;
    std::vector<double> values;  ///< arm - reference
    double reading_error = 0;    ///< of their mean, from reading both between rows
};
[[nodiscard]] SeedDifferences seed_differences(const Arm& arm, const Arm& reference,
                                               const Budget& budget,
                                               std::vector<double> History::*column);

}  // namespace batchscope
