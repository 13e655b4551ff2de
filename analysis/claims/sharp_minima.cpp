#include "analysis/claims/sharp_minima.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/statistics/interpolation.hpp"
#include "analysis/statistics/matched_value.hpp"
#include "analysis/statistics/slopes.hpp"
#include "analysis/statistics/verdict.hpp"

namespace batchscope {

namespace {

constexpr const char* adaptive_sharpness = "adaptive_sharpness";

/// The measured points of a run for one measure, as columns. Both logarithms: between two points
/// sharpness is taken as a power of the train loss.
struct MeasuredRun {
    std::vector<double> epoch;
    std::vector<double> log_train_loss;
    std::vector<double> log_sharpness;
    std::vector<double> certified;  ///< 1 where the value counts, else 0
};

MeasuredRun measured(const AnalyzedRun& run, const std::string& measure) {
    MeasuredRun columns;
    for (const SharpnessPoint& point : run.sharpness_history) {
        const CertifiedValue& found = point.values[measure];
        if (point.loss > 0 && std::isfinite(point.loss) && !std::isnan(found.value)) {
            columns.epoch.push_back(point.epoch);
            columns.log_train_loss.push_back(std::log(point.loss));
            columns.log_sharpness.push_back(found.value > 0 ? std::log(found.value) : 0);
            columns.certified.push_back(found.counts && found.value > 0 ? 1 : 0);
        }
    }
    return columns;
}

/// The judged arms that lose no run, with the runs that hold the measure; arms without any are left
/// out.
std::vector<Arm> measured_arms(const Recipe& recipe, const std::string& measure) {
    std::vector<Arm> arms;
    for (const Arm* arm : judged_arms(recipe)) {
        if (loses_runs(*arm)) {
            continue;
        }
        Arm narrowed;
        narrowed.batch_size = arm->batch_size;
        for (const auto& [seed, run] : arm->runs) {
            if (!measured(*run, measure).log_train_loss.empty()) {
                narrowed.runs.emplace(seed, run);
            }
        }
        if (!narrowed.runs.empty()) {
            arms.push_back(std::move(narrowed));
        }
    }
    return arms;
}

struct SharpnessSlope {
    std::optional<Because> missing;
    double log_train_loss = unknown;  ///< that all runs are read at
    double widest_bracket = unknown;  ///< between the measurements read from, in ln train loss
    SlopeTest slope;                  ///< of ln sharpness on log2 B
    double error = 0;                 ///< of its mean, of reading between measurements, at most
    bool inside_schedule = false;     ///< some are read at the end of a schedule, others within it
};

/// Fills in the slope at `level`, or why it is not known.
void add_slope(SharpnessSlope& found, const std::vector<Arm>& arms,
               const std::vector<std::uint64_t>& seeds, const std::string& measure,
               double confidence) {
    std::vector<double> doublings;
    for (const Arm& arm : arms) {
        doublings.push_back(std::log2(static_cast<double>(arm.batch_size)));
    }
    std::vector<double> errors(arms.size(), 0);  // by batch size, mean over the seeds
    std::vector<std::vector<double>> rows;
    bool any_at_end = false;
    bool any_before_end = false;
    for (const std::uint64_t seed : seeds) {
        std::vector<double>& row = rows.emplace_back();
        for (const Arm& arm : arms) {
            const MeasuredRun run = measured(*arm.runs.at(seed), measure);
            const auto at_level = [&](const std::vector<double>& values) {
                return value_at_level(run.epoch, run.log_train_loss, values, found.log_train_loss);
            };
            if (at_level(run.certified).value != 1.0) {  // one next to it is not certified
                found.missing =
                    Because{SharpMinima::not_converged, measure, arm.batch_size, 0, seed};
                return;
            }
            const MatchedValue matched = at_level(run.log_sharpness);
            found.widest_bracket = std::fmax(found.widest_bracket, matched.bracket);
            errors[row.size()] += matched.error / static_cast<double>(seeds.size());
            const bool is_annealed = rate_changes(*arm.runs.at(seed));
            any_at_end = any_at_end || (is_annealed && matched.rows_after == 0);
            any_before_end = any_before_end || (is_annealed && matched.rows_after > 0);
            row.push_back(matched.value);
        }
    }
    found.inside_schedule = any_at_end && any_before_end;
    found.error = slope_error(doublings, errors);
    found.slope = slope_test(doublings, rows, confidence);
}

SharpnessSlope slope_of(const Evidence& evidence, const std::string& measure,
                        std::int64_t fewest_batch_sizes) {
    SharpnessSlope found;
    const std::vector<Arm> arms = measured_arms(evidence.recipe, measure);
    if (arms.empty()) {
        found.missing = Because{SharpMinima::not_measured, measure};
        return found;
    }
    const auto sizes = static_cast<std::int64_t>(arms.size());
    if (sizes < fewest_batch_sizes) {
        found.missing = Because{.reason = ClaimReason::too_few_batch_sizes,
                                .name = measure,
                                .found = sizes,
                                .needed = fewest_batch_sizes};
        return found;
    }
    std::vector<const Arm*> pointers;
    for (const Arm& arm : arms) {
        pointers.push_back(&arm);
    }
    const std::vector<std::uint64_t> seeds = common_seeds(pointers);
    found.missing = too_few_seeds(pointers, seeds.size());
    if (found.missing) {
        return found;
    }
    std::vector<std::vector<double>> levels;
    std::vector<std::int64_t> batch_sizes;
    for (const Arm& arm : arms) {
        for (const std::uint64_t seed : seeds) {
            levels.push_back(measured(*arm.runs.at(seed), measure).log_train_loss);
            batch_sizes.push_back(arm.batch_size);
        }
    }
    const CommonLevel common = deepest_common_level(levels);
    if (common.status != CommonLevelStatus::found) {
        found.missing =
            Because{SharpMinima::no_common_train_loss, measure, batch_sizes[common.run]};
        return found;
    }
    found.log_train_loss = common.level;
    add_slope(found, arms, seeds, measure, evidence.margins.confidence);
    return found;
}

void add_numbers(Finding& finding, const std::string& measure, const SharpnessSlope& slope) {
    if (slope.missing) {
        return;
    }
    finding.numbers.push_back(
        number("slope_of_" + measure, ClaimUnit::log_ratio_per_doubling, slope.slope.mean));
    finding.numbers.push_back(
        number("train_loss_of_" + measure, ClaimUnit::nats, std::exp(slope.log_train_loss)));
    finding.numbers.push_back(
        number("widest_bracket_of_" + measure, ClaimUnit::log_ratio, slope.widest_bracket));
}

void add_associations(Finding& finding, const std::vector<SharpnessAssociation>& associations) {
    for (const SharpnessAssociation& association : associations) {
        const std::string name = association.measure.name;
        finding.numbers.push_back(number("association_with_gap_of_" + name, ClaimUnit::correlation,
                                         association.along_batch_size.psi,
                                         association.along_batch_size.strata));
        finding.numbers.push_back(number("association_p_of_" + name, ClaimUnit::p_value,
                                         association.along_batch_size.p_two_sided));
    }
}

}  // namespace

const ClaimKind& SharpMinima::kind() {
    static const ClaimKind kind = claim_kind_of<SharpMinima>(
        "sharp_minima", ClaimChart::sharpness_by_batch_size,
        {
            setting("margin", &SharpMinima::margin, Between{.above = 0}),
            setting("fewest_batch_sizes", &SharpMinima::fewest_batch_sizes, AtLeast{3}),
        });
    return kind;
}

const ClaimReason SharpMinima::not_measured{"not_measured",
                                            [](const Because& because, const Phrases& phrases) {
                                                return phrases("no run holds {}", because.name);
                                            }};

const ClaimReason SharpMinima::not_converged{
    "not_converged", [](const Because& because, const Phrases& phrases) {
        return phrases("{} is not certified at batch {}, seed {}", because.name, because.batch_size,
                       because.seed);
    }};

const ClaimReason SharpMinima::not_resolved{
    "not_resolved", [](const Because& because, const Phrases& phrases) {
        return phrases("{} is not resolved: it is measured too seldom (sharpness.every_epochs)",
                       because.name);
    }};

const ClaimReason SharpMinima::no_common_train_loss{
    "no_common_train_loss", [](const Because& because, const Phrases& phrases) {
        return phrases(
            "{} is not measured at a train loss that all runs reach (sharpness: every_epochs)",
            because.name);
    }};

Finding SharpMinima::operator()(const Evidence& evidence) const {
    // The first that can be tested; what is said if none can is about the top eigenvalue, unless
    // that was not measured at all.
    std::string curvature = "top_eigenvalue";
    SharpnessSlope first = slope_of(evidence, curvature, fewest_batch_sizes);
    for (const char* other : {"keskar_full", "keskar_subspace"}) {
        if (!first.missing) {
            break;
        }
        SharpnessSlope instead = slope_of(evidence, other, fewest_batch_sizes);
        const bool says_more = first.missing->reason == SharpMinima::not_measured &&
                               instead.missing &&
                               instead.missing->reason != SharpMinima::not_measured;
        if (!instead.missing || says_more) {
            first = std::move(instead);
            curvature = other;
        }
    }
    SharpnessSlope second = slope_of(evidence, adaptive_sharpness, fewest_batch_sizes);
    const double log_margin = std::log1p(margin);
    for (SharpnessSlope* slope : {&first, &second}) {
        if (!slope->missing &&
            !is_resolved(slope->error, slope->slope.mean.half_width, log_margin)) {
            slope->missing = Because{SharpMinima::not_resolved,
                                     slope == &first ? curvature : adaptive_sharpness};
        }
    }
    const bool is_tested = !first.missing && !second.missing;
    Finding finding;
    if (!is_tested) {
        finding = not_tested(first.missing ? *first.missing : *second.missing);
    } else {
        const std::array<NamedDifference, 2> slopes{
            {{curvature, first.slope.mean, first.error},
             {adaptive_sharpness, second.slope.mean, second.error}}};
        finding = agreement_of(slopes, "slope_of_", log_margin, evidence.margins.alpha());
    }
    finding.inside_schedule = first.inside_schedule || second.inside_schedule;
    finding.arms = judged_arms(evidence.recipe);
    for (const Arm* arm : finding.arms) {
        if (loses_runs(*arm)) {
            finding.without.push_back(arm->batch_size);
        }
    }
    add_numbers(finding, curvature, first);
    add_numbers(finding, adaptive_sharpness, second);
    if (is_tested) {
        finding.numbers.push_back(number("margin", ClaimUnit::log_ratio_per_doubling, log_margin));
    }
    add_associations(finding, evidence.inputs.associations);
    return finding;
}

}  // namespace batchscope
