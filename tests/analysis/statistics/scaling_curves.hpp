#pragma once

#include <cmath>
#include <vector>

#include "analysis/statistics/critical_batch_profile.hpp"
#include "core/random.hpp"

namespace batchscope {

inline const std::vector<double> powers_of_two{32, 64, 128, 256, 512, 1024, 2048, 4096};

inline std::vector<StepsToTarget> exact_points(const std::vector<double>& batch_sizes,
                                               double minimum_steps, double critical_batch,
                                               std::uint64_t seeds = 1) {
    std::vector<StepsToTarget> points;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        for (const double batch_size : batch_sizes) {
            points.push_back({batch_size, seed, minimum_steps * (1 + critical_batch / batch_size)});
        }
    }
    return points;
}

/// The points of the published check: S = 1000 (1 + 256 / B), times exp of fixed errors.
inline std::vector<StepsToTarget> oracle_points() {
    const std::vector<double> errors{.05, -.03, .02, -.04, .03, -.02, .01, -.02};
    std::vector<StepsToTarget> points = exact_points(powers_of_two, 1000, 256);
    for (std::size_t i = 0; i < points.size(); ++i) {
        points[i].steps *= std::exp(errors[i]);
    }
    return points;
}

inline std::vector<StepsToTarget> noisy_points(double critical_batch, std::uint64_t seeds,
                                               double noise, double seed_effect,
                                               std::uint64_t stream) {
    const RandomStream random(stream, RandomPurpose::probe);
    std::vector<StepsToTarget> points = exact_points(powers_of_two, 1000, critical_batch, seeds);
    for (std::size_t i = 0; i < points.size(); ++i) {
        points[i].steps *=
            std::exp(noise * random.normal(i) + seed_effect * random.normal(1000 + points[i].seed));
    }
    return points;
}

}  // namespace batchscope
