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
            too_few_batches = Because{.reason = ClaimReason::not_converged,
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
                      const Claim& claim) {
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
        found.missing = Because{ClaimReason::not_measured, place.name};
    } else if (static_cast<std::int64_t>(most_sizes) < claim.fewest_batch_sizes) {
        found.missing = Because{.reason = ClaimReason::too_few_batch_sizes,
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

Finding find_gradient_noise(const Claim& claim, const Evidence& evidence) {
    const std::vector<GradientNoiseMeasure>& measures = evidence.inputs.gradient_noise;
    if (measures.empty()) {
        return not_tested({ClaimReason::not_measured, "gradient_noise"});
    }
    const double margin = claim.margin.value_or(0.1);
    Finding finding;
    finding.support_goes_first = true;
    finding.if_supported = {ClaimReason::interval_inside};
    double all_inside = 0;
    double any_excludes = 1;
    for (const PlaceInRun& place : places) {
        const NoiseSlopes found = slopes_at(measures, place, claim);
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
        }
        finding.seeds = finding.seeds == 0 ? deviation.n : std::min(finding.seeds, deviation.n);
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
