#include "analysis/statistics/log_quadratic.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "core/random.hpp"

namespace batchscope::tests_of_log_quadratic {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

std::vector<LossAtRate> parabola(const std::vector<double>& rates, double best_rate,
                                 double best_loss, double curvature) {
    std::vector<LossAtRate> tried;
    for (const double rate : rates) {
        const double distance = std::log(rate / best_rate);
        tried.push_back({rate, best_loss + curvature * distance * distance});
    }
    return tried;
}

TEST(LogQuadratic, RecoversAParabolaWhateverTheSpacing) {
    for (const auto& rates :
         {std::vector<double>{0.01, 0.03, 0.1}, std::vector<double>{0.001, 0.002, 0.03, 0.5},
          std::vector<double>{0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16}}) {
        const LogQuadratic fit = fit_log_quadratic(parabola(rates, 0.025, 0.42, 0.07));
        EXPECT_EQ(fit.status, BracketStatus::bracketed);
        EXPECT_NEAR(fit.best_rate, 0.025, 1e-12);
        EXPECT_NEAR(fit.best_loss, 0.42, 1e-12);
        EXPECT_NEAR(fit.curvature, 0.07, 1e-12);
    }
}

TEST(LogQuadratic, IsFittedToRatesWithinAFactorOfFourOfTheBestAndToItsNeighbours) {
    const auto points = [](const std::vector<double>& rates) {
        return fit_log_quadratic(parabola(rates, 1, 0.4, 0.1)).n;
    };
    EXPECT_EQ(points({0.125, 0.25, 0.5, 1, 2, 4, 8}), 5) << "from 1/4 to 4";
    EXPECT_EQ(points({0.01, 0.1, 1, 10, 100}), 3) << "the next ones";
    EXPECT_EQ(points({0.1, 1, 1.5, 2, 3, 4}), 6) << "the next one below";
    EXPECT_EQ(points({0.5, 0.5, 1, 1, 2, 2, 32}), 6) << "all repetitions";
}

TEST(LogQuadratic, ALossFarFromTheMinimumDoesNotMoveIt) {
    // Mean validation losses of a network of 128 units at batch size 1024: the last rate is too
    // large to train with, and over all six points the vertex would be at 0.017.
    std::vector<LossAtRate> tried{{0.00125, 1.23}, {0.005, 0.732}, {0.02, 0.524},
                                  {0.08, 0.431},   {0.32, 0.532},  {1.28, 96.3}};
    const LogQuadratic fit = fit_log_quadratic(tried);
    EXPECT_EQ(fit.status, BracketStatus::bracketed);
    EXPECT_NEAR(fit.best_rate, 0.08, 0.01);
    EXPECT_GT(fit.best_loss, 0.4);
    tried.back().loss = 0.9;
    EXPECT_EQ(fit_log_quadratic(tried).best_rate, fit.best_rate);
}

TEST(LogQuadratic, OfThreePointsGoesThroughThem) {
    // ln rate = 0, 1, 2 and losses 3, 1, 2: 3 - 3.5 x + 1.5 x^2, vertex at 7/6, value 23/24.
    const double e = std::exp(1.0);
    const LogQuadratic fit = fit_log_quadratic({{1, 3}, {e, 1}, {e * e, 2}});
    EXPECT_EQ(fit.status, BracketStatus::bracketed);
    EXPECT_NEAR(std::log(fit.best_rate), 7.0 / 6, 1e-12);
    EXPECT_NEAR(fit.best_loss, 23.0 / 24, 1e-12);
    EXPECT_NEAR(fit.curvature, 1.5, 1e-12);
    EXPECT_TRUE(std::isnan(fit.residual_standard_deviation));
}

TEST(LogQuadratic, GivesTheScatterAroundTheCurve) {
    // Over 4 even points a quadratic leaves the contrast (1, -3, 3, -1) / sqrt(20).
    std::vector<LossAtRate> tried = parabola({1, 2, 4, 8}, 3, 0, 1);
    const double d = 0.01;
    for (std::size_t i = 0; i < tried.size(); ++i) {
        tried[i].loss += i % 2 == 0 ? d : -d;
    }
    const double contrast = (d * 1 + d * 3 + d * 3 + d * 1) / std::sqrt(20.0);
    EXPECT_NEAR(fit_log_quadratic(tried).residual_standard_deviation, contrast, 1e-12);
}

TEST(LogQuadratic, ABestRateAtAnEdgeIsNotBracketed) {
    const std::vector<double> rates{0.01, 0.02, 0.04, 0.08};
    const LogQuadratic large = fit_log_quadratic(parabola(rates, 0.2, 0.4, 0.1));
    EXPECT_EQ(large.status, BracketStatus::best_at_largest);
    EXPECT_TRUE(std::isnan(large.best_rate) && std::isnan(large.curvature));
    EXPECT_EQ(fit_log_quadratic(parabola(rates, 0.002, 0.4, 0.1)).status,
              BracketStatus::best_at_smallest);
    // The vertex lies inside, the best point does not.
    EXPECT_EQ(fit_log_quadratic(parabola(rates, 0.075, 0.4, 0.1)).status,
              BracketStatus::best_at_largest);
}

TEST(LogQuadratic, ADivergedLargerRateBracketsNothing) {
    std::vector<LossAtRate> tried = parabola({0.01, 0.02, 0.04}, 0.05, 0.4, 0.1);
    tried.push_back({0.08, missing});
    tried.push_back({0.16, std::numeric_limits<double>::infinity()});
    const LogQuadratic fit = fit_log_quadratic(tried);
    EXPECT_EQ(fit.status, BracketStatus::best_at_largest);
    EXPECT_EQ(fit.diverged, 2);
    EXPECT_EQ(fit.n, 0);
}

TEST(LogQuadratic, SaysWhyThereIsNoVertex) {
    EXPECT_EQ(fit_log_quadratic({}).status, BracketStatus::too_few_rates);
    EXPECT_EQ(fit_log_quadratic({{1, 1}, {2, 0.5}}).status, BracketStatus::too_few_rates);
    EXPECT_EQ(fit_log_quadratic({{1, 1}, {2, 0.5}, {2, 0.6}, {1, 2}, {4, missing}}).status,
              BracketStatus::too_few_rates);
    EXPECT_EQ(fit_log_quadratic({{0, 1}, {1, 0.5}, {2, 0.6}}).status, BracketStatus::invalid_rate);
    EXPECT_EQ(fit_log_quadratic({{missing, 1}, {1, 0.5}, {2, 0.6}}).status,
              BracketStatus::invalid_rate);
    // The middle one of five is best by a little, on top of a hill.
    const std::vector<LossAtRate> hill{{1, 0.0}, {2, 0.8}, {4, -0.01}, {8, 0.8}, {16, 0.0}};
    EXPECT_EQ(fit_log_quadratic(hill).status, BracketStatus::not_convex);
    EXPECT_TRUE(std::isnan(fit_log_quadratic(hill).best_rate));
    // The vertex of the five lies beyond the largest rate, though the best of them does not.
    const std::vector<LossAtRate> slope{{1, 2}, {2, 2.5}, {4, -0.1}, {8, 0}, {16, -0.05}};
    EXPECT_EQ(fit_log_quadratic(slope).status, BracketStatus::vertex_outside);
}

TEST(LogQuadratic, AllEqualIsBestAtAnEdge) {
    EXPECT_EQ(fit_log_quadratic({{1, 2}, {2, 2}, {4, 2}}).status, BracketStatus::best_at_smallest);
}

TEST(LogQuadratic, DoesNotDependOnTheOrder) {
    std::vector<LossAtRate> tried{{0.01, 0.9}, {0.02, 0.31}, {0.04, 0.3}, {0.08, 0.7}};
    const LogQuadratic first = fit_log_quadratic(tried);
    EXPECT_EQ(first.status, BracketStatus::bracketed);
    for (int i = 0; i < 24; ++i) {
        std::next_permutation(
            tried.begin(), tried.end(),
            [](const LossAtRate& a, const LossAtRate& b) { return a.rate < b.rate; });
        ASSERT_EQ(fit_log_quadratic(tried).best_rate, first.best_rate);
        ASSERT_EQ(fit_log_quadratic(tried).best_loss, first.best_loss);
    }
}

TEST(LogQuadratic, ScalesWithTheRates) {
    std::vector<LossAtRate> tried{{0.01, 0.9}, {0.02, 0.31}, {0.04, 0.3}, {0.08, 0.7}};
    const double best = fit_log_quadratic(tried).best_rate;
    for (LossAtRate& point : tried) {
        point.rate *= 1000;
    }
    EXPECT_NEAR(fit_log_quadratic(tried).best_rate, 1000 * best, 1e-9);
}

TEST(LogQuadratic, TheVertexOfNoisyLossesHasNoBiasAndItsDeltaMethodError) {
    // With 5 even points centered on the optimum, the vertex is -b / (2 c): standard deviation
    // sigma / (2 c sqrt(sum x^2)), x in units of ln 2, sum x^2 = 10 ln^2 2.
    constexpr int repetitions = 20000;
    const RandomStream random(1, RandomPurpose::probe);
    const double sigma = 0.01;
    const double curvature = 0.1;
    const std::vector<LossAtRate> exact = parabola({1, 2, 4, 8, 16, 32, 64}, 8, 0.4, curvature);
    double sum = 0;
    double square_sum = 0;
    std::uint64_t draw = 0;
    for (int repetition = 0; repetition < repetitions; ++repetition) {
        std::vector<LossAtRate> tried = exact;
        for (LossAtRate& point : tried) {
            point.loss += sigma * random.normal(draw++);
        }
        const LogQuadratic fit = fit_log_quadratic(tried);
        ASSERT_EQ(fit.status, BracketStatus::bracketed);
        const double error = std::log(fit.best_rate / 8);
        sum += error;
        square_sum += error * error;
    }
    const double expected = sigma / (2 * curvature * std::sqrt(10.0) * std::log(2.0));
    EXPECT_NEAR(sum / repetitions, 0, 4 * expected / std::sqrt(repetitions));
    EXPECT_NEAR(std::sqrt(square_sum / repetitions) / expected, 1, 0.03);
}

TEST(FitLogQuadratic, OfAParabolaHasNoLatticeErrorAndOfOthersOneThatReachesTheTruth) {
    const auto tried = [](auto loss, double first) {
        std::vector<LossAtRate> points;
        for (int i = 0; i < 6; ++i) {
            const double log_rate = first + i * std::log(4.0);
            points.push_back({std::exp(log_rate), loss(log_rate)});
        }
        return points;
    };
    const auto parabola = [](double u) { return 0.3 + 0.05 * u * u; };
    EXPECT_NEAR(fit_log_quadratic(tried(parabola, -3.1)).log_error, 0, 1e-12);
    const auto cubic = [](double u) { return 0.3 + 0.05 * u * u + 0.01 * u * u * u; };
    for (const double first : {-2.5, -2.8, -3.1}) {
        const LogQuadratic fit = fit_log_quadratic(tried(cubic, first));
        EXPECT_GE(fit.log_error + 1e-9, std::abs(std::log(fit.best_rate))) << "the best is at 0";
    }
    const LogQuadratic three =
        fit_log_quadratic({{0.25, parabola(-1)}, {1, parabola(0)}, {4, parabola(1)}});
    EXPECT_NEAR(three.log_error, std::log(4.0), 1e-9) << "no fourth rate tells";
}

}  // namespace
}  // namespace batchscope::tests_of_log_quadratic
