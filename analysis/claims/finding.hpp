#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "analysis/claims/decision.hpp"
#include "analysis/questions/recipe.hpp"
#include "analysis/statistics/paired_comparison.hpp"

namespace batchscope {

/// What one claim looks like on its own, before it is seen as one of a family. The claim is called
/// true where all that it asserts holds, false where something of it fails by at least its margin;
/// in between neither decision is wrong.
struct Finding {
    std::optional<Because> not_tested;
    std::optional<Because> certain_contradiction;  ///< without a test; see Overfitting::never_rises
    double p_supported = NAN;                      ///< of "the claim does not hold"
    double p_contradicted = NAN;  ///< of "it holds, by at least the margin where there is one"
    /// The smallest p of two one-sided tests that put a difference of the claim inside ±margin. It
    /// is not adjusted: it can only withhold support.
    double p_negligible = NAN;
    bool support_goes_first = false;  ///< where both are significant
    Because if_supported{ClaimReason::as_claimed};
    Because if_contradicted{ClaimReason::opposite};
    Because if_undecided{ClaimReason::too_little_data};
    std::int64_t seeds = 0;
    std::vector<ClaimNumber> numbers;
    /// Names of the numbers that support, or contradiction, rests on: those that a line of the
    /// report shows. Empty: the first.
    std::vector<std::string> support_rests_on, contradiction_rests_on;
    std::vector<const Arm*> arms;       ///< whose runs were compared
    std::vector<std::int64_t> without;  ///< batch sizes left out since they lose runs
    bool inside_schedule = false;       ///< annealed ends are compared with the middle of schedules
    /// Where support, or contradiction, would rest on survivors: why it is withheld.
    std::optional<Because> survivors_support, survivors_contradict;
};

[[nodiscard]] Finding not_tested(Because because);

/// What one difference, positive as claimed, says. All NaN where it has no t test.
struct Sides {
    double as_claimed = NAN;  ///< two-sided p of no difference; 1 where it has the wrong sign
    double opposite = NAN;    ///< the same; 1 where it has the claimed sign
    double equivalent = NAN;  ///< two one-sided tests against ±margin
    [[nodiscard]] double contradicted() const { return std::fmin(opposite, equivalent); }
    [[nodiscard]] Because why_contradicted() const;
};
[[nodiscard]] Sides sides_of(const PairedComparison& difference, double margin, double error = 0);

/// A finding from one difference. Both errors together have at most the level of the test: support
/// is wrong where the true difference is 0 or below, contradiction (its opposite, or equivalence)
/// where it is the margin or above, and the opposite is also claimed at 0 with half the level.
/// `error`: of the interpolation that the difference was read by, which every conclusion allows
/// for.
[[nodiscard]] Finding finding_of(const PairedComparison& difference, double margin,
                                 double error = 0);

/// A finding from several differences, by fixed names, that have to agree. Their numbers are
/// `prefix` and the name.
struct NamedDifference {
    std::string name;
    PairedComparison difference{};
    double error = 0;  ///< of interpolation
};
[[nodiscard]] Finding agreement_of(std::span<const NamedDifference> differences,
                                   const std::string& prefix, double margin, double alpha);

[[nodiscard]] ClaimNumber number(std::string name, ClaimUnit unit, double value,
                                 std::int64_t n = 0);
[[nodiscard]] ClaimNumber number(std::string name, ClaimUnit unit,
                                 const PairedComparison& comparison);

}  // namespace batchscope
