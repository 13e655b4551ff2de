#pragma once

#include <cstdint>
#include <vector>

#include "analysis/questions/recipe.hpp"
#include "analysis/runs/sharpness.hpp"
#include "analysis/statistics/kendall.hpp"
#include "core/described.hpp"

namespace batchscope {

/// Whether a measure of sharpness and the generalization gap (loss) rise and fall together at the
/// final weights.
struct SharpnessAssociation {
    SharpnessMetric measure;
    std::int64_t runs = 0;  ///< that have both, certified
    /// Kendall's tau-b over all of them: what a scatter plot shows, with everything that the other
    /// axes and the training loss bring about.
    double overall = unknown;
    /// psi of Jiang 2020 within strata of one recipe and seed: along the batch size alone. A run
    /// that two recipes share is in the strata of both.
    ConditionalKendall along_batch_size;
    /// The same along each other axis, where it has several values; by key path.
    std::map<std::string, ConditionalKendall> along_axis;
};
template <class Visitor>
constexpr void visit_fields(Type<SharpnessAssociation> /*type*/, const Visitor& visit) {
    visit("measure",
          [](const SharpnessAssociation& association) { return association.measure.name; });
    visit("runs", &SharpnessAssociation::runs);
    visit("overall_tau_b", &SharpnessAssociation::overall);
    visit("along_batch_size", &SharpnessAssociation::along_batch_size);
    visit("along_axis", &SharpnessAssociation::along_axis);
}

/// One for each measure of curvature that at least two runs have, in the order of the study's
/// sharpness_metrics; the noise scale is none. Permutation p from `permutations` draws, the same
/// for the same data.
[[nodiscard]] std::vector<SharpnessAssociation> sharpness_and_gap(const StudySummary& study,
                                                                  std::int64_t permutations = 9999);

}  // namespace batchscope
