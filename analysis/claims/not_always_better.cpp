#include "analysis/claims/not_always_better.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/statistics/verdict.hpp"

namespace batchscope {

namespace {

/// The smallest and the largest batch size that can be compared with another.
std::optional<Because> why_span_is_too_small(const std::vector<const Arm*>& arms,
                                             const NotAlwaysBetter& claim) {
    std::vector<const Arm*> comparable;
    for (const Arm* arm : arms) {
        if (std::ssize(arm->runs) >= fewest_seeds) {
            comparable.push_back(arm);
        }
    }
    if (comparable.size() < 2) {
        if (auto because = too_few_seeds(arms, common_seeds(arms).size())) {
            return because;
        }
    }
    const double span = comparable.empty()
                            ? 0
                            : static_cast<double>(comparable.back()->batch_size) /
                                  static_cast<double>(comparable.front()->batch_size);
    if (span >= claim.smallest_span) {
        return std::nullopt;
    }
    return Because{.reason = NotAlwaysBetter::span_too_small,
                   .found = static_cast<std::int64_t>(span),
                   .needed = static_cast<std::int64_t>(std::ceil(claim.smallest_span))};
}

/// All pairs of batch sizes with three common seeds.
struct Pairs {
    std::int64_t tested = 0;
    bool any_identical = false;
    double smallest_p = NAN;  ///< of "the larger one is below by the margin at most"
    const Arm* larger = nullptr;
    const Arm* smaller = nullptr;
    PairedComparison clearest;  ///< smaller - larger of the pair with this p
    /// Of "some smaller batch is above the largest by the margin or more"; 1 where it cannot be
    /// compared with all of them.
    double largest_inferior_p = 0;
};

Pairs compare_pairs(const std::vector<const Arm*>& arms, const Performance& performance,
                    double confidence) {
    const auto metric = [&](const AnalyzedRun& run) { return performance.of(run); };
    Pairs pairs;
    for (std::size_t larger = 1; larger < arms.size(); ++larger) {
        for (std::size_t smaller = 0; smaller < larger; ++smaller) {
            if (loses_runs(*arms[smaller])) {
                continue;  // it beats none, and nothing is inferior to it
            }
            const std::vector<std::uint64_t> seeds = common_seeds({arms[smaller], arms[larger]});
            const BySeed losses = differences(mean_by_seed({arms[smaller]}, seeds, metric),
                                              mean_by_seed({arms[larger]}, seeds, metric));
            const PairedComparison loss =
                comparison_of(losses, 0, confidence, performance.resolution);
            const bool has_largest = larger + 1 == arms.size();
            if (loss.n < fewest_seeds || loss.identical) {
                pairs.any_identical = pairs.any_identical || loss.identical;
                pairs.largest_inferior_p = has_largest ? 1 : pairs.largest_inferior_p;
                continue;
            }
            ++pairs.tested;
            const PairedComparison beyond =
                comparison_of(losses, performance.margin, confidence, performance.resolution);
            if (!(beyond.p_greater >= pairs.smallest_p)) {
                pairs.smallest_p = beyond.p_greater;
                pairs.larger = arms[larger];
                pairs.smaller = arms[smaller];
                pairs.clearest = loss;
            }
            if (has_largest) {
                pairs.largest_inferior_p = std::max(pairs.largest_inferior_p, beyond.p_less);
            }
        }
    }
    return pairs;
}

}  // namespace

const ClaimKind& NotAlwaysBetter::kind() {
    static const ClaimKind kind = claim_kind_of<NotAlwaysBetter>(
        "not_always_better", ClaimChart::paired_differences,
        {
            setting("margin", &NotAlwaysBetter::margin, Between{.above = 0}),
            setting("smallest_span", &NotAlwaysBetter::smallest_span, Between{.above = 1}),
        });
    return kind;
}

const ClaimReason NotAlwaysBetter::smaller_is_better{
    "smaller_is_better", [](const Because& because, const Phrases& phrases) {
        return phrases("batch {} beats {} by more than the margin", because.other_batch_size,
                       because.batch_size);
    }};

const ClaimReason NotAlwaysBetter::largest_not_inferior{
    "largest_not_inferior", [](const Because& because, const Phrases& phrases) {
        return phrases("batch {} is not inferior to any smaller one", because.batch_size);
    }};

const ClaimReason NotAlwaysBetter::span_too_small{
    "span_too_small", [](const Because& because, const Phrases& phrases) {
        return phrases("batch sizes span {} x, {} x is needed", because.found, because.needed);
    }};

Finding NotAlwaysBetter::operator()(const Evidence& evidence) const {
    const std::vector<const Arm*> arms = judged_arms(evidence.recipe);
    if (const auto because = why_span_is_too_small(arms, *this)) {
        return not_tested(*because);
    }
    const Performance performance = performance_of(evidence, margin);
    if (performance.missing) {
        return not_tested(*performance.missing);
    }
    const Pairs pairs = compare_pairs(arms, performance, evidence.margins.confidence);
    Finding finding;
    finding.arms = arms;
    if (pairs.tested == 0) {
        if (!pairs.any_identical) {
            return not_tested({.reason = ClaimReason::too_few_seeds, .needed = fewest_seeds});
        }
        finding.if_undecided.reason = ClaimReason::identical_seeds;
        return finding;
    }
    finding.support_goes_first = true;
    finding.seeds = pairs.clearest.n;
    finding.p_supported = std::min(1.0, static_cast<double>(pairs.tested) * pairs.smallest_p);
    finding.p_contradicted = pairs.largest_inferior_p;
    finding.if_supported = {.reason = NotAlwaysBetter::smaller_is_better,
                            .batch_size = pairs.larger->batch_size,
                            .other_batch_size = pairs.smaller->batch_size};
    finding.if_contradicted = {.reason = NotAlwaysBetter::largest_not_inferior,
                               .batch_size = arms.back()->batch_size};
    if (loses_runs(*arms.back())) {
        finding.p_contradicted = 1;
    }
    finding.numbers = {number("smaller_less_larger", performance.unit, pairs.clearest),
                       number("margin", performance.unit, performance.margin)};
    return finding;
}

}  // namespace batchscope
