#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include "analysis/questions/learning_rate_rule.hpp"
#include "tests/analysis/calibration.hpp"
#include "tests/analysis/questions/made_up_study.hpp"

// Whether the interval of the exponent of the best learning rate holds the true one: rates are
// tried on lattices that miss the optimum, and losses are seldom parabolas.
namespace batchscope::tests_of_best_rate_calibration {
namespace {

using Loss = std::function<double(double)>;  // above its lowest, of ln(rate / best)

struct Truth {
    const char* name;
    Loss loss;
};

const std::vector<Truth> truths{
    {"parabola", [](double u) { return 0.05 * u * u; }},
    {"too large a rate costs more",
     [](double u) { return 0.08 * (std::exp(0.9 * u) - 1 - 0.9 * u); }},
    {"too small a rate costs more",
     [](double u) { return 0.08 * (std::exp(-0.7 * u) - 1 + 0.7 * u); }},
    {"a bend at the best",
     [](double u) { return u > 0 ? 0.12 * u * u + 0.05 * u * u * u : 0.03 * u * u; }},
    {"flat far away", [](double u) { return 0.08 * std::log1p(u * u); }},
};

struct Lattice {
    double factor;
    int rates;
};

/// How much of so many studies has the true exponent in its interval.
double coverage(const Truth& truth, const Lattice& lattice, double noise, std::uint64_t seeds,
                std::uint64_t studies) {
    std::mt19937_64 engine(7 * seeds + static_cast<std::uint64_t>(lattice.factor));
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform;
    std::uint64_t covered = 0;
    std::uint64_t told = 0;
    for (std::uint64_t repetition = 0; repetition < studies; ++repetition) {
        const double exponent = std::vector{0.5, 0.75, 1.0}[repetition % 3];
        const double phase = std::log(lattice.factor) * (2 + uniform(engine));
        MadeUpStudy study;
        for (const std::int64_t batch_size : {16, 64, 256, 1024}) {
            const double best = phase + exponent * std::log(static_cast<double>(batch_size) / 16);
            for (int i = 0; i < lattice.rates; ++i) {
                const double log_rate = std::log(lattice.factor) * i;
                for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
                    AnalyzedRun& run = study.add(
                        batch_size, seed, {{"training.learning_rate", 1e-3 * std::exp(log_rate)}});
                    run.learning_rate = 1e-3 * std::exp(log_rate);
                    run.learning_rate_scaling = "none";
                    run.history.validation_loss.back() =
                        0.4 + truth.loss(log_rate - best) + noise * normal(engine);
                }
            }
        }
        const RateTrend trend = rate_trend(recipes_of(study.summary()).front(), 0.95);
        if (trend.status == RateTrendStatus::tested) {
            ++told;
            covered += std::abs(trend.slope.mean.mean - exponent) <= trend.slope.mean.half_width;
        }
    }
    EXPECT_GT(told, studies / 2) << truth.name;
    return static_cast<double>(covered) / static_cast<double>(told);
}

TEST(BestRateCalibration, TheIntervalHoldsTheTrueExponent) {
    const std::uint64_t studies = repeats_fully ? 60 : 6;
    for (const Truth& truth : truths) {
        for (const Lattice& lattice : {Lattice{2, 12}, Lattice{4, 8}}) {
            for (const double noise : {0.0003, 0.001, 0.01}) {
                for (const std::uint64_t seeds : {3U, 10U}) {
                    EXPECT_GE(coverage(truth, lattice, noise, seeds, studies),
                              repeats_fully ? 0.93 : 0.8)
                        << truth.name << ", rates x " << lattice.factor << ", noise " << noise
                        << ", " << seeds << " seeds";
                }
            }
        }
    }
}

}  // namespace
}  // namespace batchscope::tests_of_best_rate_calibration
