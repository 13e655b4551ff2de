#include "analysis/claims/double_the_rate.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "analysis/questions/learning_rate_rule.hpp"
#include "analysis/statistics/equivalence.hpp"
#include "analysis/statistics/interpolation.hpp"
#include "analysis/statistics/log_quadratic.hpp"
#include "analysis/statistics/slopes.hpp"
#include "analysis/statistics/verdict.hpp"

namespace batchscope {

namespace {

/// The rule of the first run that moves its rate with the batch size.
std::optional<std::string> scaling_rule(const std::vector<const Arm*>& arms) {
    for (const Arm* arm : arms) {
        for (const TriedRate& rate : arm->rates) {
            for (const auto& [seed, run] : rate.runs) {
                if (run->learning_rate_scaling != "none") {
                    return run->learning_rate_scaling;
                }
            }
        }
    }
    return std::nullopt;
}

/// The seeds that were tried at the fewest rates asked for, at least, at each batch size.
std::vector<std::uint64_t> seeds_with_rates(const std::vector<const Arm*>& arms,
                                            std::int64_t fewest_rates) {
    std::map<std::uint64_t, std::size_t> arms_of_seed;
    for (const Arm* arm : arms) {
        std::map<std::uint64_t, std::int64_t> rates_of_seed;
        for (const TriedRate& rate : arm->rates) {
            for (const auto& [seed, run] : rate.runs) {
                ++rates_of_seed[seed];
            }
            for (const auto& [seed, standing] : rate.uncounted) {
                ++rates_of_seed[seed];
            }
        }
        for (const auto& [seed, rates] : rates_of_seed) {
            arms_of_seed[seed] += rates >= fewest_rates ? 1 : 0;
        }
    }
    std::vector<std::uint64_t> seeds;
    for (const auto& [seed, number_of_arms] : arms_of_seed) {
        if (number_of_arms == arms.size()) {
            seeds.push_back(seed);
        }
    }
    return seeds;
}

bool any_rate_trains(const Arm& arm) {
    return !arm.runs.empty() ||
           std::any_of(arm.rates.begin(), arm.rates.end(),
                       [](const TriedRate& rate) { return !rate.runs.empty(); });
}

const Arm* arm_of(const std::vector<const Arm*>& arms, std::int64_t batch_size) {
    const auto found = std::find_if(arms.begin(), arms.end(), [batch_size](const Arm* arm) {
        return arm->batch_size == batch_size;
    });
    return found == arms.end() ? nullptr : *found;
}

const TriedRate* rate_of(const Arm& arm, double learning_rate) {
    constexpr double rounding = 1e-6;  // of rates typed by hand, such as 0.0333
    const auto found = std::find_if(arm.rates.begin(), arm.rates.end(), [&](const TriedRate& r) {
        return std::abs(r.learning_rate - learning_rate) <= rounding * learning_rate;
    });
    return found == arm.rates.end() ? nullptr : &*found;
}

/// Whether (2B, 2 rate) is equivalent to (B, rate), where the grid has both.
bool doubling_is_equivalent(const Arm& arm, const Arm& twice, const Performance& performance,
                            const Margins& margins) {
    const TriedRate* best = rate_of(arm, arm.best_rate);
    const TriedRate* doubled = rate_of(twice, 2 * arm.best_rate);
    if (best == nullptr || doubled == nullptr) {
        return false;
    }
    const auto values_of = [&](const TriedRate& rate) {
        BySeed values;
        for (const auto& [seed, run] : rate.runs) {
            values[seed] = performance.of(*run);
        }
        return values;
    };
    const PairedComparison difference = difference_of(values_of(*doubled), values_of(*best),
                                                      margins.confidence, performance.resolution);
    return difference.n >= fewest_seeds &&
           two_one_sided_tests(difference, performance.margin).p < margins.alpha();
}

double largest_equivalent_doubling(const std::vector<const Arm*>& arms, const Evidence& evidence) {
    const Performance performance = performance_of(evidence, std::nullopt);
    double largest = unknown;
    for (const Arm* arm : arms) {
        const Arm* twice = arm_of(arms, 2 * arm->batch_size);
        if (!performance.missing && twice != nullptr &&
            doubling_is_equivalent(*arm, *twice, performance, evidence.margins)) {
            largest = static_cast<double>(arm->batch_size);
        }
    }
    return largest;
}

std::optional<Because> why_not_tested(const std::vector<const Arm*>& arms,
                                      const DoubleTheRate& claim) {
    const auto sizes = static_cast<std::int64_t>(arms.size());
    if (const auto rule = scaling_rule(arms)) {
        return Because{DoubleTheRate::rates_scaled, *rule};
    }
    if (sizes < claim.fewest_batch_sizes) {
        return Because{.reason = ClaimReason::too_few_batch_sizes,
                       .found = sizes,
                       .needed = claim.fewest_batch_sizes};
    }
    for (const Arm* arm : arms) {
        // Without several rates in the grid `rates` is empty: one was tried.
        const auto rates = std::max<std::int64_t>(1, std::ssize(arm->rates));
        if (rates < claim.fewest_rates) {
            return Because{.reason = DoubleTheRate::too_few_rates,
                           .batch_size = arm->batch_size,
                           .found = rates,
                           .needed = claim.fewest_rates};
        }
    }
    return std::nullopt;
}

}  // namespace

const ClaimKind& DoubleTheRate::kind() {
    static const ClaimKind kind = claim_kind_of<DoubleTheRate>(
        "double_the_rate", ClaimChart::best_rate_by_batch_size,
        {
            setting("lowest_slope", &DoubleTheRate::lowest_slope, Between{.above = 0, .below = 1}),
            setting("highest_slope", &DoubleTheRate::highest_slope, Between{.above = 1}),
            setting("fewest_batch_sizes", &DoubleTheRate::fewest_batch_sizes, AtLeast{3}),
            setting("fewest_rates", &DoubleTheRate::fewest_rates, AtLeast{3}),
        });
    return kind;
}

const ClaimReason DoubleTheRate::rates_scaled{
    "rates_scaled", [](const Because& because, const Phrases& phrases) {
        return phrases("the learning rates move with the batch size (rule {})", because.name);
    }};

const ClaimReason DoubleTheRate::too_few_rates{
    "too_few_rates", [](const Because& because, const Phrases& phrases) {
        return phrases("{} learning rates at batch {}, {} are needed", because.found,
                       because.batch_size, because.needed);
    }};

const ClaimReason DoubleTheRate::optimum_not_bracketed{
    "optimum_not_bracketed", [](const Because& because, const Phrases& phrases) {
        return phrases("the best learning rate of batch {}, seed {} is not inside those tried",
                       because.batch_size, because.seed);
    }};

Finding DoubleTheRate::operator()(const Evidence& evidence) const {
    std::vector<const Arm*> arms = judged_arms(evidence.recipe);
    std::vector<std::int64_t> without;  // no rate trains there
    std::erase_if(arms, [&without](const Arm* arm) {
        if (any_rate_trains(*arm)) {
            return false;
        }
        without.push_back(arm->batch_size);
        return true;
    });
    if (const auto because = why_not_tested(arms, *this)) {
        return not_tested(*because);
    }
    const std::vector<std::uint64_t> seeds = seeds_with_rates(arms, fewest_rates);
    if (const auto because = too_few_seeds(arms, seeds.size())) {
        return not_tested(*because);
    }
    std::vector<double> log_batch_sizes;
    for (const Arm* arm : arms) {
        log_batch_sizes.push_back(std::log(static_cast<double>(arm->batch_size)));
    }
    std::vector<std::vector<double>> log_rates;
    std::vector<double> errors(arms.size(), 0);
    for (const std::uint64_t seed : seeds) {
        std::vector<double>& row = log_rates.emplace_back();
        for (const Arm* arm : arms) {
            const LogQuadratic fit = best_rate_of(*arm, seed);
            if (fit.status != BracketStatus::bracketed) {
                return not_tested({.reason = DoubleTheRate::optimum_not_bracketed,
                                   .name = word_of(fit.status),
                                   .batch_size = arm->batch_size,
                                   .seed = seed});
            }
            errors[row.size()] += fit.log_error / static_cast<double>(seeds.size());
            row.push_back(std::log(fit.best_rate));
        }
    }
    const double confidence = evidence.margins.confidence;
    const SlopeTest slope = slope_test(log_batch_sizes, log_rates, confidence);
    std::vector<double> deviations = slope.slopes;
    for (double& deviation : deviations) {
        deviation -= 1;
    }
    const PairedComparison deviation = paired_comparison(deviations, confidence);
    const double error = slope_error(log_batch_sizes, errors);
    Finding finding;
    finding.without = without;
    finding.seeds = deviation.n;
    finding.support_goes_first = true;
    finding.if_supported = {ClaimReason::interval_inside};
    finding.if_contradicted = {ClaimReason::interval_excludes};
    if (deviation.identical) {
        finding.if_undecided.reason = ClaimReason::identical_seeds;
    } else {
        // The interval at 1 - alpha lies inside exactly if both one-sided p are below alpha / 2.
        // The lattice of rates takes from the room on both sides.
        const double room_below = 1 - lowest_slope - error;
        const double room_above = highest_slope - 1 - error;
        finding.p_supported = 1;
        if (room_below > 0 && room_above > 0) {
            const double above_lowest = non_inferiority_p(deviation, room_below);
            const double below_highest = two_one_sided_tests(deviation, room_above).p_below;
            finding.p_supported = std::min(1.0, 2 * std::max(above_lowest, below_highest));
        }
        finding.p_contradicted =
            std::min(1.0, with_interpolation_error(deviation, error).p_two_sided);
    }
    finding.arms = arms;
    finding.numbers = {
        number("slope", ClaimUnit::slope, with_interpolation_error(slope.mean, error)),
        number("lattice_error", ClaimUnit::slope, error),
        number("largest_equivalent_doubling", ClaimUnit::batch_size,
               largest_equivalent_doubling(arms, evidence))};
    return finding;
}

}  // namespace batchscope
