#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/statistics/equivalence.hpp"
#include "analysis/statistics/fisher_exact.hpp"
#include "analysis/statistics/paired_comparison.hpp"
#include "core/described.hpp"

namespace batchscope {

/// Fewer seeds never decide: with two, the one degree of freedom makes an interval that says
/// nothing.
inline constexpr std::int64_t fewest_seeds = 3;

enum class Verdict { better, worse, equivalent, undecided };
BATCHSCOPE_DESCRIBE_ENUM(Verdict, better, worse, equivalent, undecided)

enum class Reason {
    different,                 ///< better or worse
    within_margin,             ///< equivalent
    different_but_negligible,  ///< equivalent: both tests are significant
    saturated,                 ///< equivalent: both are as good as the metric can show
    too_little_data,           ///< undecided: neither is
    too_few_seeds,             ///< undecided: n < fewest_seeds
    identical_seeds,           ///< undecided: see PairedComparison::identical
    all_lost,                  ///< worse: none of its runs is left, all of the reference's are
    loses_more,                ///< worse: by the test of lost runs
    loses_fewer,               ///< better: by the test of lost runs
    loses_runs,                ///< undecided: one of both loses runs, and neither test decides
    not_resolved,              ///< undecided: it was read between rows that are too far apart
};
BATCHSCOPE_DESCRIBE_ENUM(Reason, different, within_margin, different_but_negligible, saturated,
                         too_little_data, too_few_seeds, identical_seeds, all_lost, loses_more,
                         loses_fewer, loses_runs, not_resolved)

/// One comparison of a family: the difference of the runs that count, and how many are lost.
struct Compared {
    PairedComparison difference;
    LostRuns runs{};
};

/// What one comparison of a family says.
struct Judgement {
    Verdict verdict = Verdict::undecided;
    Reason reason = Reason::too_little_data;
    EquivalenceTest equivalence;  ///< unadjusted, against the margin of the family
    double p_difference = NAN;    ///< two-sided, adjusted over the family; NaN if not tested
    double p_equivalence = NAN;   ///< adjusted over the family; NaN if not tested
    std::int64_t tested = 0;      ///< m: comparisons of the family that were tested
    LostRuns runs{};
};

/// The same beside what could have been seen, and when it would be.
struct Decision : Judgement {
    PairedComparison comparison;
    double simultaneous_half_width = NAN;    ///< at 1 - alpha / m (Bonferroni)
    double minimum_detectable_effect = NAN;  ///< at alpha / m with power 0.8
    /// At which a true difference as large as the margin would be found, and none be shown
    /// equivalent, each with power 0.8 at alpha / m if the spread is as measured; at least
    /// fewest_seeds. The margin is fixed before looking; the difference seen is not, and planning
    /// with it would fool (Hoenig and Heisey 2001). Empty where the spread is unknown or 0, and
    /// beyond a million.
    std::optional<std::int64_t> seeds_to_decide;
};
template <class Visitor>
constexpr void visit_fields(Type<Decision> /*type*/, const Visitor& visit) {
    visit("verdict", &Decision::verdict);
    visit("reason", &Decision::reason);
    visit("", &Decision::comparison);
    visit("simultaneous_half_width", &Decision::simultaneous_half_width);
    visit("p_difference_adjusted", &Decision::p_difference);
    visit("p_equivalence_adjusted", &Decision::p_equivalence);
    visit("tests_in_family", &Decision::tested);
    visit("minimum_detectable_effect", &Decision::minimum_detectable_effect);
    visit("seeds_to_decide", &Decision::seeds_to_decide);
    visit("runs", &Decision::runs);
}

/// A verdict on each comparison of a family, in which a positive difference is the better one:
///   better, worse   its adjusted p of no difference is below alpha;
///   equivalent      its adjusted p of |difference| >= margin is below alpha; if both are, the
///                   difference is real but negligible;
///   undecided       neither is, it has fewer than three seeds, or they are identical. The latter
///                   two are not tested and do not count.
/// That a metric is saturated is for the caller to say, who knows its values.
/// The probability of any wrong verdict in the family is at most alpha, for whichever mix of true
/// differences and however the comparisons depend on each other (they share a reference). Wrong is:
/// better or worse without a difference, equivalent with one of at least the margin. Of these two
/// null hypotheses at most one is true of a comparison, so that adjusted_exclusive_pairs serves.
/// Two families, Holm over the differences and Holm over the equivalences, would keep alpha each,
/// but only 2 alpha together: Holm grows bolder about the differences with each one found, although
/// its equivalence may still be claimed wrongly. At alpha 0.05 we measured 7 to 8 % where some
/// differences are 0 and some equal the margin, and 9 % where one of 0 is noisy and six are at the
/// margin (calibration_test.cpp has these cases). The price: with five seeds and six batch sizes,
/// 3 to 18 points fewer verdicts in 100, most of them missing where all settings are equivalent. (A
/// wrong sign of a true difference is bounded in the same way for the first rejections, and too
/// rare to be seen.) In return the verdict and the simultaneous interval seldom disagree.
///
/// A lost run (diverged, out of memory, ...) is the worst outcome of its setting, not a missing
/// value: means over survivors flatter it.
///   A setting that loses runs is never better or equivalent. It is worse if its survivors are by
///   the test, or if Fisher's exact test shows that it loses more runs than the reference (each at
///   half the level; Fisher's alone counts for nothing where so few losses could not reach alpha,
///   Tarone 1990), or if all of at least three are lost and none of the reference: then without a
///   test, as no chance of the seeds explains it.
///   Where the reference loses runs and the setting does not, the same the other way round.
///   Where both do, Fisher's test alone decides: neither's survivors say anything.
/// Under equal rates of loss and equal results of what survives each of these is wrong in at most
/// the same share of studies; tests/analysis/statistics/lost_runs_calibration_test.cpp counts.
///
/// The margin (finite, above 0) is in the unit of the differences; alpha lies in (0, 1); else
/// std::invalid_argument. An empty family has no verdicts. Order does not matter.
[[nodiscard]] std::vector<Judgement> judge(std::span<const Compared> family, double margin,
                                           double alpha);

/// The same, with what could be seen (which takes a hundred times as long).
[[nodiscard]] std::vector<Decision> decide(std::span<const Compared> family, double margin,
                                           double alpha);

}  // namespace batchscope
