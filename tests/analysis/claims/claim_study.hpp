#pragma once

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "analysis/claims/claims_file.hpp"
#include "analysis/claims/decide_claims.hpp"
#include "tests/analysis/questions/made_up_study.hpp"

namespace batchscope {

inline constexpr std::uint64_t five_seeds = 5;

/// A fixed number in [-1, 1] for each batch size and seed, so that seeds differ.
inline double jitter(std::int64_t batch_size, std::uint64_t seed) {
    const double scattered =
        43758.5453 * std::sin(12.9898 * std::log(static_cast<double>(batch_size)) +
                              78.233 * static_cast<double>(seed));
    return 2 * (scattered - std::floor(scattered)) - 1;
}

/// Runs of five seeds at each of these batch sizes, each changed by `change`.
inline void add_runs(MadeUpStudy& study, const std::vector<std::int64_t>& batch_sizes,
                     const std::function<void(AnalyzedRun&)>& change,
                     std::uint64_t seeds = five_seeds) {
    for (const std::int64_t batch_size : batch_sizes) {
        for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
            change(study.add(batch_size, seed));
        }
    }
}

/// The same with a test accuracy by batch size, ± 0.0005 between seeds.
inline void add_accuracies(MadeUpStudy& study,
                           const std::vector<std::pair<std::int64_t, double>>& accuracies,
                           std::uint64_t seeds = five_seeds, double spread = 0.0005) {
    for (const auto& [batch_size, accuracy] : accuracies) {
        add_runs(
            study, {batch_size},
            [&, mean = accuracy](AnalyzedRun& run) {
                run.history.test_accuracy.back() = mean + spread * jitter(run.batch_size, run.seed);
            },
            seeds);
    }
}

/// What the only claim of a family comes out as, on the first recipe of a study.
inline ClaimDecision decide(MadeUpStudy& study, const Claim& claim, const ClaimInputs& inputs = {},
                            const Margins& margins = {}) {
    const StudySummary& summary = study.summary();
    return decide_claims(recipes_of(summary).front(), summary.out_of_sample, {{claim}}, margins,
                         inputs)
        .front();
}

inline ClaimDecision decide(MadeUpStudy& study, ClaimKind kind, const ClaimInputs& inputs = {}) {
    return decide(study, default_claim(kind), inputs);
}

/// The number of this name; NaN if there is none.
inline ClaimNumber number_named(const ClaimDecision& decision, const std::string& name) {
    for (const ClaimNumber& number : decision.numbers) {
        if (number.name == name) {
            return number;
        }
    }
    return {};
}

}  // namespace batchscope
