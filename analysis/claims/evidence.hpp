#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analysis/claims/decision.hpp"
#include "analysis/claims/finding.hpp"
#include "analysis/claims/gradient_noise_measure.hpp"
#include "analysis/claims/size_range.hpp"
#include "analysis/questions/by_seed.hpp"
#include "analysis/questions/larger_batch.hpp"
#include "analysis/questions/recipe.hpp"
#include "analysis/questions/resolution.hpp"
#include "analysis/questions/sharpness_association.hpp"

namespace batchscope {

/// What claims are decided on beside the runs of the recipe.
struct ClaimInputs {
    std::vector<GradientNoiseMeasure> gradient_noise;  ///< of the recipe: gradient_noise_measures
    /// Validation loss that "to target" means; empty: one for each claim, from its runs
    /// (target.hpp).
    std::optional<double> target_validation_loss;
    /// Of the study; printed beside the claim about sharp minima.
    std::vector<SharpnessAssociation> associations;
};

/// One recipe of a study and how to judge it.
struct Evidence {
    const Recipe& recipe;
    std::string out_of_sample;  ///< the split: "test" or "validation"
    const Margins& margins;
    const ClaimInputs& inputs;
};

/// Batch sizes that are averaged, per seed.
struct SizeGroup {
    std::string name;  ///< "small", "medium", "large"
    std::vector<const Arm*> arms;
};

/// Groups to compare, and the seeds whose runs count at every batch size of all of them.
struct ComparedGroups {
    std::vector<SizeGroup> groups;
    std::vector<std::uint64_t> seeds;
    /// A group has no run that counts, or fewer than three seeds are common (and which batch size
    /// has the fewest).
    std::optional<Because> missing;
    std::vector<std::int64_t> without;  ///< batch sizes left out since they lose runs
    /// Groups that are judged without those of their batch sizes that lose runs, or by survivors:
    /// what is found in their favour may not decide.
    std::set<std::string> flattered;
};

/// The batch sizes that say something: those with a run that counts or is lost.
[[nodiscard]] std::vector<const Arm*> judged_arms(const Recipe& recipe);

/// The judged arms in these ranges of batch sizes. One that loses runs is left out where its group
/// has another that does not: a single batch size voids no claim. Where all of a group lose runs
/// their survivors stand for it.
[[nodiscard]] ComparedGroups compared_groups(
    const Recipe& recipe, const std::vector<std::pair<std::string, SizeRange>>& ranges);

/// Why these arms have too few common seeds; nothing if they have three.
[[nodiscard]] std::optional<Because> too_few_seeds(const std::vector<const Arm*>& arms,
                                                   std::size_t common);

/// Withholds what would be decided in favour of a group that is flattered: support if it is
/// `favoured_if_supported`, contradiction if it is `favoured_if_contradicted`. Sets what was left
/// out, too.
void withhold_from_flattered(Finding& finding, const ComparedGroups& compared,
                             const std::string& favoured_if_supported,
                             const std::string& favoured_if_contradicted);

/// All arms of all groups, by batch size.
[[nodiscard]] std::vector<const Arm*> arms_of(const std::vector<SizeGroup>& groups);

/// For each seed the mean of a metric over the arms. Unknown for any arm: NaN.
[[nodiscard]] BySeed mean_by_seed(const std::vector<const Arm*>& arms,
                                  const std::vector<std::uint64_t>& seeds,
                                  const std::function<double(const AnalyzedRun&)>& metric);

/// mean_by_seed of each group.
[[nodiscard]] std::vector<BySeed> means_of(const ComparedGroups& compared,
                                           const std::function<double(const AnalyzedRun&)>& metric);

/// The mean of the values, those that are finite, less `less`; `resolution`: see
/// paired_comparison.
[[nodiscard]] PairedComparison comparison_of(const BySeed& values, double less, double confidence,
                                             double resolution = 0);

/// How well a model does out of sample at equal epochs.
struct Performance {
    HistoryColumn column = nullptr;
    double sign = 1;  ///< -1 for a loss: larger is better then
    double margin = 0;
    double resolution = 0;  ///< see resolution_of; 0 also where an arm's seeds are copies
    ClaimUnit unit = ClaimUnit::fraction;
    Budget budget;
    std::optional<Because> missing;  ///< why there is none
    [[nodiscard]] double of(const AnalyzedRun& run) const {
        return sign * metric_at(run, budget, column);
    }
};

/// Accuracy; in regression, which has none, the loss with its margin. `margin`: instead of that of
/// the command line.
[[nodiscard]] Performance performance_of(const Evidence& evidence, std::optional<double> margin);

/// Whether the learning rate was tuned at each of these arms as fairly as the claims ask for:
/// several rates, as many at each batch size, the best inside of those tried, chosen on other
/// seeds.
[[nodiscard]] bool is_tuned_fairly(const Recipe& recipe, const std::vector<const Arm*>& arms);

/// Why the seconds of these runs cannot be compared; nothing if hardware and rank counts agree.
[[nodiscard]] std::optional<Because> seconds_not_comparable(
    const std::vector<const Arm*>& arms, const std::vector<std::uint64_t>& seeds);

}  // namespace batchscope
