#include "analysis/claims/gradient_noise.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/statistics/equivalence.hpp"
#include "analysis/statistics/slopes.hpp"
#include "analysis/statistics/verdict.hpp"

namespace batchscope {

namespace {

struct PlaceInRun {
    WeightsAt weights;
    const char* name;
};
constexpr std::array places{PlaceInRun{WeightsAt::start, "start"},
                            PlaceInRun{WeightsAt::middle, "middle"},
                            PlaceInRun{WeightsAt::end, "end"}};

/// ln(1/B - 1/N) -> ln variance of one reference run, by batch size; a batch that is the whole
/// split has no variance and is left out.
struct NoiseCurve {
    std::map<std::int64_t, std::pair<double, double>> points;
};

using NoiseCurves = std::map<std::uint64_t, NoiseCurve>;  ///< by seed

struct NoiseSlopes {
    std::optional<Because> missing;
    std::vector<double> slopes;  ///< one for each seed
};

NoiseCurves curves_at(const std::vector<GradientNoiseMeasure>& measures, WeightsAt weights,
                      std::int64_t fewest_batches, std::optional<Because>& too_few_batches) {
    NoiseCurves curves;
    for (const GradientNoiseMeasure& measure : measures) {
        if (measure.weights != weights || !measure.is_known()) {
            continue;
        }
        if (measure.batches < fewest_batches) {
            too_few_batches = Because{.reason = GradientNoiseFalls::too_few_batches,
                                      .name = "gradient_noise",
                                      .batch_size = measure.batch_size,
                                      .seed = measure.seed,
                                      .found = measure.batches,
                                      .needed = fewest_batches};
            continue;
        }
        curves[measure.seed].points[measure.batch_size] = {std::log(measure.sampling_factor()),
                                                           std::log(measure.variance)};
    }
    return curves;
}

NoiseSlopes slopes_at(const std::vector<GradientNoiseMeasure>& measures, const PlaceInRun& place,
                      const GradientNoiseFalls& claim) {
    NoiseSlopes found;
    std::optional<Because> too_few_batches;
    const NoiseCurves curves =
        curves_at(measures, place.weights, claim.fewest_batches, too_few_batches);
    std::size_t most_sizes = 0;
    for (const auto& [seed, curve] : curves) {
        most_sizes = std::max(most_sizes, curve.points.size());
        if (static_cast<std::int64_t>(curve.points.size()) < claim.fewest_batch_sizes) {
            continue;
        }
        std::vector<double> x;
        std::vector<double> y;
        for (const auto& [batch_size, point] : curve.points) {
            x.push_back(point.first);
            y.push_back(point.second);
        }
        found.slopes.push_back(least_squares_slope(x, y));
    }
    if (static_cast<std::int64_t>(found.slopes.size()) >= fewest_seeds) {
        return found;
    }
    if (too_few_batches) {
        found.missing = too_few_batches;
    } else if (curves.empty()) {
        found.missing = Because{GradientNoiseFalls::not_measured, place.name};
    } else if (static_cast<std::int64_t>(most_sizes) < claim.fewest_batch_sizes) {
        found.missing = Because{.reason = GradientNoiseFalls::too_few_batch_sizes,
                                .name = place.name,
                                .found = static_cast<std::int64_t>(most_sizes),
                                .needed = claim.fewest_batch_sizes};
    } else {
        found.missing = Because{.reason = ClaimReason::too_few_seeds,
                                .name = place.name,
                                .found = std::ssize(found.slopes),
                                .needed = fewest_seeds};
    }
    return found;
}

PairedComparison less_one(std::vector<double> slopes, double confidence) {
    for (double& slope : slopes) {
        slope -= 1;
    }
    return paired_comparison(slopes, confidence);
}

}  // namespace

const ClaimKind& GradientNoiseFalls::kind() {
    static const ClaimKind kind = claim_kind_of<GradientNoiseFalls>(
        "gradient_noise", ClaimChart::gradient_noise_by_batch_size,
        {
            setting("margin", &GradientNoiseFalls::margin, Between{.above = 0}),
            setting("fewest_batch_sizes", &GradientNoiseFalls::fewest_batch_sizes, AtLeast{3}),
            setting("fewest_batches", &GradientNoiseFalls::fewest_batches, AtLeast{2}),
        });
    return kind;
}

const ClaimReason GradientNoiseFalls::not_measured{
    "not_measured", [](const Because& because, const Phrases& phrases) {
        if (because.name == "gradient_noise") {
            return phrases(
                "no run holds {} (add batch_gradients to sharpness.measures and set "
                "sharpness.every_epochs to half of the epochs or less)",
                because.name);
        }
        return because.name == "end"
                   ? phrases(
                         "gradient noise is not measured at the end of training "
                         "(sharpness.at_end: true)")
                   : phrases(
                         "gradient noise is not measured before or during training (set "
                         "sharpness.every_epochs to half of the epochs or less)");
    }};

const ClaimReason GradientNoiseFalls::too_few_batch_sizes{
    "too_few_batch_sizes", [](const Because& because, const Phrases& phrases) {
        return phrases(
            "gradient noise is measured at {} batch sizes, {} are needed "
            "(sharpness.batch_gradients.batch_sizes, each below sharpness.examples)",
            because.found, because.needed);
    }};

const ClaimReason GradientNoiseFalls::too_few_batches{
    "not_converged", [](const Because& because, const Phrases& phrases) {
        return phrases(
            "{} batches at batch {}, seed {}, {} are needed (sharpness.batch_gradients.batches)",
            because.found, because.batch_size, because.seed, because.needed);
    }};

Finding GradientNoiseFalls::operator()(const Evidence& evidence) const {
    const std::vector<GradientNoiseMeasure>& measures = evidence.inputs.gradient_noise;
    if (measures.empty()) {
        return not_tested({GradientNoiseFalls::not_measured, "gradient_noise"});
    }
    Finding finding;
    finding.support_goes_first = true;
    finding.if_supported = {ClaimReason::interval_inside};
    double all_inside = 0;
    double any_excludes = 1;
    for (const PlaceInRun& place : places) {
        const NoiseSlopes found = slopes_at(measures, place, *this);
        if (found.missing) {
            return not_tested(*found.missing);
        }
        const double confidence = evidence.margins.confidence;
        const PairedComparison deviation = less_one(found.slopes, confidence);
        if (deviation.identical) {
            finding.if_undecided.reason = ClaimReason::identical_seeds;
        }
        // The interval at 1 - alpha lies inside exactly if this p, doubled, is below alpha.
        const double inside = 2 * two_one_sided_tests(deviation, margin).p;
        // std::max keeps a NaN that it has as its first argument.
        all_inside = std::isnan(inside) ? NAN : std::max(all_inside, std::min(1.0, inside));
        if (deviation.p_two_sided < any_excludes) {
            any_excludes = deviation.p_two_sided;
            finding.if_contradicted = {ClaimReason::interval_excludes, place.name};
            finding.contradiction_rests_on = {std::string("slope_at_") + place.name};
        }
        finding.seeds = finding.seeds == 0 ? deviation.n : std::min(finding.seeds, deviation.n);
        finding.support_rests_on.push_back(std::string("slope_at_") + place.name);
        finding.numbers.push_back(number(std::string("slope_at_") + place.name, ClaimUnit::slope,
                                         paired_comparison(found.slopes, confidence)));
    }
    finding.p_supported = all_inside;
    finding.p_contradicted = std::isnan(all_inside)
                                 ? NAN
                                 : std::min(1.0, static_cast<double>(places.size()) * any_excludes);
    finding.numbers.push_back(number("margin", ClaimUnit::slope, margin));
    return finding;
}

}  // namespace batchscope
