#include "measures/gradient_noise.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

namespace batchscope::tests_of_gradient_noise {
namespace {

constexpr std::size_t dimension = 3;
using Vector = std::array<double, dimension>;

double square(const Vector& v) {
    return std::inner_product(v.begin(), v.end(), v.begin(), 0.0);
}

/// A noisy quadratic at one point w: example i has the gradient g_i = H w + xi_i.
struct Population {
    std::vector<Vector> gradients;
    Vector mean{};
    double covariance_trace = 0;  ///< S = 1/(N-1) sum |g_i - G|^2

    Population(std::size_t examples, unsigned seed, const Vector& signal, const Vector& deviation)
        : gradients(examples) {
        std::mt19937 generator(seed);
        std::normal_distribution<double> normal;
        for (Vector& gradient : gradients) {
            for (std::size_t d = 0; d < dimension; ++d) {
                gradient[d] = signal[d] + deviation[d] * normal(generator);
                mean[d] += gradient[d] / static_cast<double>(examples);
            }
        }
        for (const Vector& gradient : gradients) {
            for (std::size_t d = 0; d < dimension; ++d) {
                covariance_trace += (gradient[d] - mean[d]) * (gradient[d] - mean[d]) /
                                    static_cast<double>(examples - 1);
            }
        }
    }
};

/// What a step sees whose batch is the first examples of `order`, split into `shares` in turn.
GradientSquares squares_of(const Population& population, const std::vector<std::size_t>& order,
                           const std::vector<std::size_t>& shares) {
    GradientSquares squares;
    squares.examples = static_cast<std::int64_t>(population.gradients.size());
    Vector total{};
    std::size_t next = 0;
    for (const std::size_t share : shares) {
        Vector sum{};
        for (std::size_t i = 0; i < share; ++i, ++next) {
            for (std::size_t d = 0; d < dimension; ++d) {
                sum[d] += population.gradients[order[next]][d];
            }
        }
        for (std::size_t d = 0; d < dimension; ++d) {
            total[d] += sum[d];
        }
        if (share > 0) {
            ++squares.shares;
            squares.share_sum += square(sum) / static_cast<double>(share);
        }
    }
    squares.batch_size = static_cast<std::int64_t>(next);
    const auto batch = static_cast<double>(next);
    squares.batch = square(total) / (batch * batch);
    return squares;
}

struct Estimate {
    double mean = 0, standard_error = 0;
};

Estimate estimate(const std::vector<double>& values) {
    const auto count = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
    double spread = 0;
    for (const double value : values) {
        spread += (value - mean) * (value - mean);
    }
    return {mean, std::sqrt(spread / (count - 1) / count)};
}

std::vector<std::size_t> identity(std::size_t size) {
    std::vector<std::size_t> order(size);
    std::iota(order.begin(), order.end(), std::size_t{0});
    return order;
}

// The expectation over a draw without replacement is the mean over all orders: exactly S and
// |G|^2, for any sizes of the shares, also where the batch is the whole population.
TEST(GradientNoise, IsUnbiasedToRoundingOverAllOrders) {
    const Population population(6, 1, {1.0, -0.5, 0.25}, {1.0, 2.0, 0.5});
    for (const std::vector<std::size_t>& shares : std::vector<std::vector<std::size_t>>{
             {1, 1}, {1, 2}, {3, 0, 1}, {1, 1, 1, 1}, {2, 2}, {1, 4}, {1, 2, 3}, {3, 3}}) {
        std::vector<std::size_t> order = identity(6);
        double trace = 0;
        double gradient = 0;
        double orders = 0;
        do {
            const GradientNoise noise = gradient_noise(squares_of(population, order, shares));
            trace += noise.covariance_trace;
            gradient += noise.gradient_square;
            ++orders;
        } while (std::next_permutation(order.begin(), order.end()));
        EXPECT_EQ(orders, 720);
        EXPECT_NEAR(trace / orders, population.covariance_trace, 1e-11);
        EXPECT_NEAR(gradient / orders, square(population.mean), 1e-11);
    }
}

// Shares of 1, 20, 0 and 1 examples: the formula for equal shares, which other tools apply to the
// mean over shares, gives seven times the truth.
TEST(GradientNoise, IsUnbiasedWhereTheFormulaForEqualSharesIsNot) {
    const Population population(500, 7, {0.3, -0.2, 0.1}, {1.0, 1.5, 1.32});
    const std::vector<std::size_t> shares{1, 20, 0, 1};
    std::mt19937 generator(3);
    std::vector<std::size_t> order = identity(500);
    std::vector<double> ours;
    std::vector<double> gradients;
    std::vector<double> of_equal_shares;
    for (int draw = 0; draw < 20000; ++draw) {
        for (std::size_t i = 0; i < 22; ++i) {  // the first 22 of a random permutation
            std::swap(order[i],
                      order[std::uniform_int_distribution<std::size_t>(i, 499)(generator)]);
        }
        const GradientSquares squares = squares_of(population, order, shares);
        ASSERT_EQ(squares.shares, 3);
        const GradientNoise noise = gradient_noise(squares);
        ours.push_back(noise.covariance_trace);
        gradients.push_back(noise.gradient_square);
        double mean_of_shares = 0;  // of |g_r|^2
        std::size_t next = 0;
        for (const std::size_t share : shares) {
            if (share > 0) {
                const std::vector<std::size_t> part(
                    order.begin() + static_cast<std::ptrdiff_t>(next),
                    order.begin() + static_cast<std::ptrdiff_t>(next + share));
                mean_of_shares += squares_of(population, part, {share}).batch / 3.0;
                next += share;
            }
        }
        of_equal_shares.push_back((mean_of_shares - squares.batch) * 22.0 / 2.0);
    }
    const double truth = population.covariance_trace;
    EXPECT_NEAR(truth, 4.99, 0.3);  // N = 500 draws of a variance of 1 + 2.25 + 1.74
    const Estimate trace = estimate(ours);
    EXPECT_LT(trace.standard_error, 0.03);
    EXPECT_NEAR(trace.mean, truth, 4 * trace.standard_error);
    const Estimate gradient = estimate(gradients);
    EXPECT_LT(gradient.standard_error, 0.01);
    EXPECT_NEAR(gradient.mean, square(population.mean), 4 * gradient.standard_error);
    EXPECT_NEAR(estimate(of_equal_shares).mean / truth, 7.02, 0.15);
}

// Of examples without noise, and of a whole population, |G|^2 is that of the batch.
TEST(GradientNoise, VanishesWithoutNoise) {
    const Population same(8, 1, {1.0, 2.0, 2.0}, {0.0, 0.0, 0.0});
    const GradientNoise none = gradient_noise(squares_of(same, identity(8), {1, 3}));
    EXPECT_NEAR(none.covariance_trace, 0.0, 1e-12);
    EXPECT_NEAR(none.gradient_square, 9.0, 1e-12);
    const Population noisy(8, 1, {1.0, 2.0, 2.0}, {1.0, 1.0, 1.0});
    EXPECT_NEAR(gradient_noise(squares_of(noisy, identity(8), {5, 3})).gradient_square,
                square(noisy.mean), 1e-12);
}

TEST(GradientNoise, IsNeverClamped) {
    // Equal gradients in shares of a batch: less noise than none.
    EXPECT_LT(gradient_noise({1.0, 2, 1.0, 4, 100}).covariance_trace, 0);
    // A batch gradient of 0 in spite of noise.
    EXPECT_LT(gradient_noise({8.0, 2, 0.0, 4, 100}).gradient_square, 0);
}

TEST(GradientNoise, OfOneShareIsUnknown) {
    for (const std::int64_t shares : {0, 1}) {
        const GradientNoise noise = gradient_noise({4.0, shares, 1.0, 4, 100});
        EXPECT_TRUE(std::isnan(noise.covariance_trace));
        EXPECT_TRUE(std::isnan(noise.gradient_square));
    }
}

}  // namespace
}  // namespace batchscope::tests_of_gradient_noise
