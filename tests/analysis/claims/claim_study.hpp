#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "analysis/claims/claim_kind.hpp"
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

/// So many rows on lines in place of the two of each column, as a run with frequent evaluations
/// has.
inline void add_rows(History& history, std::size_t rows = 21) {
    each_column(history, [rows](std::vector<double>& column) {
        const double first = column.front();
        const double last = column.back();
        column.clear();
        for (std::size_t row = 0; row < rows; ++row) {
            const double share = static_cast<double>(row) / static_cast<double>(rows - 1);
            column.push_back(row > 0 && std::isnan(first) ? last : std::lerp(first, last, share));
        }
        column.back() = last;
    });
}

/// So many pieces of a line in place of each from row to row, so that values can be read between.
inline void add_rows_between(History& history, std::size_t pieces) {
    each_column(history, [pieces](std::vector<double>& column) {
        std::vector<double> more{column.front()};
        for (std::size_t row = 1; row < column.size(); ++row) {
            for (std::size_t piece = 1; piece <= pieces; ++piece) {
                const double share = static_cast<double>(piece) / static_cast<double>(pieces);
                more.push_back(std::isnan(column[row - 1])
                                   ? column[row]
                                   : std::lerp(column[row - 1], column[row], share));
            }
            more.back() = column[row];
        }
        column = std::move(more);
    });
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

/// A claim with these settings, such as Faster{.margin = 0.1}.
template <class Settings>
Claim claim_with(const Settings& settings) {
    return {
        .id = "T", .english = "Text", .korean = "", .kind = &Settings::kind(), .rule = settings};
}

/// The settings of a claim of this kind.
template <class Settings>
const Settings& settings_of(const Claim& claim) {
    return *claim.rule.target<Settings>();
}

/// Those that claims.yaml gives the claim of this kind.
template <class Settings>
const Settings& default_settings() {
    const std::vector<Claim>& claims = default_claims();
    return settings_of<Settings>(
        *std::find_if(claims.begin(), claims.end(),
                      [](const Claim& claim) { return claim.kind == &Settings::kind(); }));
}

/// What the only claim of a family comes out as, on the first recipe of a study.
template <class Settings>
ClaimDecision decide(MadeUpStudy& study, const Settings& settings, const ClaimInputs& inputs = {},
                     const Margins& margins = {}) {
    const StudySummary& summary = study.summary();
    return decide_claims(recipes_of(summary).front(), summary.out_of_sample,
                         {{claim_with(settings)}}, margins, inputs)
        .front();
}

inline void PrintTo(const ClaimReason& reason, std::ostream* out) {
    *out << reason.word;
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
