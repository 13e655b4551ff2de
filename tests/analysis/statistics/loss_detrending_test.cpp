#include "analysis/statistics/loss_detrending.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "core/random.hpp"

namespace batchscope::tests_of_loss_detrending {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

std::vector<StepLoss> series(const std::vector<double>& losses) {
    std::vector<StepLoss> steps;
    for (const double loss : losses) {
        steps.push_back({loss, 0, 64});
    }
    return steps;
}

TEST(LossNoise, IsHalfTheMeanSquareOfSuccessiveDifferences) {
    // Differences 1, -2, 3: (1 + 4 + 9) / (2 x 3).
    const LossNoise noise = loss_noise(series({0, 1, -1, 2}), DifferenceOrder::first);
    EXPECT_NEAR(noise.variance, 14.0 / 6, 1e-14);
    EXPECT_EQ(noise.differences, 3);
}

TEST(LossNoise, IsASixthOfTheMeanSquareOfSecondDifferences) {
    // Second differences -3, 5: (9 + 25) / (6 x 2).
    const LossNoise noise = loss_noise(series({0, 1, -1, 2}));
    EXPECT_NEAR(noise.variance, 34.0 / 12, 1e-14);
    EXPECT_EQ(noise.differences, 2);
}

TEST(LossNoise, OfEqualLossesIsExactlyZero) {
    EXPECT_EQ(loss_noise(series({0.1, 0.1, 0.1, 0.1})).variance, 0);
    EXPECT_EQ(loss_noise(series({0.1, 0.1}), DifferenceOrder::first).variance, 0);
}

TEST(LossNoise, OfTooFewStepsIsUnknown) {
    for (std::size_t n = 0; n < 3; ++n) {
        EXPECT_TRUE(std::isnan(loss_noise(series(std::vector<double>(n, 1.0))).variance));
    }
    EXPECT_TRUE(std::isnan(loss_noise(series({1.0}), DifferenceOrder::first).variance));
    EXPECT_EQ(loss_noise(series({1, 2})).differences, 0);
}

TEST(LossNoise, SecondDifferencesSeeNoStraightLine) {
    EXPECT_NEAR(loss_noise(series({10, 8, 6, 4, 2})).variance, 0, 1e-30);
    // First ones keep half of its squared slope, as documented.
    EXPECT_NEAR(loss_noise(series({10, 8, 6, 4, 2}), DifferenceOrder::first).variance, 2, 1e-14);
}

TEST(WithoutTrend, OfAPrefixIsThePrefix) {
    const std::vector<StepLoss> steps = series({3, 1, 4, 1, 5, 9, 2, 6});
    for (const DifferenceOrder order : {DifferenceOrder::first, DifferenceOrder::second}) {
        const std::vector<double> whole = without_trend(steps, order);
        ASSERT_EQ(whole.size(), steps.size());
        for (std::size_t n = 0; n <= steps.size(); ++n) {
            const std::vector<double> part =
                without_trend(std::span<const StepLoss>(steps).first(n), order);
            for (std::size_t i = 0; i < n; ++i) {
                ASSERT_TRUE(part[i] == whole[i] || (std::isnan(part[i]) && std::isnan(whole[i])));
            }
        }
    }
}

TEST(WithoutTrend, ShowsGapsAsGaps) {
    std::vector<StepLoss> steps = series({1, 2, missing, 3, 5, 4});
    const std::vector<double> noise = without_trend(steps, DifferenceOrder::first);
    EXPECT_TRUE(std::isnan(noise[0]));
    EXPECT_NEAR(noise[1], std::sqrt(0.5), 1e-15);
    EXPECT_TRUE(std::isnan(noise[2]) && std::isnan(noise[3]));
    EXPECT_NEAR(noise[4], std::sqrt(2.0), 1e-15);
    EXPECT_EQ(loss_noise(steps).differences, 1);
}

TEST(LossNoise, TakesNoDifferenceAcrossEpochsOrBatchSizes) {
    std::vector<StepLoss> steps{{1, 0, 64}, {1, 0, 64}, {1, 0, 64}, {100, 0, 3},
                                {7, 1, 64}, {7, 1, 64}, {7, 1, 64}};
    for (const DifferenceOrder order : {DifferenceOrder::first, DifferenceOrder::second}) {
        EXPECT_EQ(loss_noise(steps, order).variance, 0);
    }
    EXPECT_EQ(loss_noise(steps, DifferenceOrder::first).differences, 4);
    EXPECT_EQ(loss_noise(steps).differences, 2);
}

TEST(LossNoise, IsUnbiasedBelowATrendThatTheSecondDifferencesRemove) {
    constexpr int repetitions = 20000;
    const RandomStream random(2, RandomPurpose::probe);
    std::uint64_t draw = 0;
    double sum_first = 0;
    double sum_second = 0;
    for (int repetition = 0; repetition < repetitions; ++repetition) {
        std::vector<double> losses;
        for (int i = 0; i < 20; ++i) {
            losses.push_back(2 - 0.05 * i + 0.1 * random.normal(draw++));
        }
        sum_first += loss_noise(series(losses), DifferenceOrder::first).variance;
        sum_second += loss_noise(series(losses)).variance;
    }
    EXPECT_NEAR(sum_second / repetitions, 0.01, 0.0001);
    EXPECT_NEAR(sum_first / repetitions, 0.01 + 0.05 * 0.05 / 2, 0.0001);
}

TEST(LossNoise, DoesNotDependOnHowManyBatchesAnEpochHas) {
    // Batches of one epoch are drawn without replacement: few large ones vary less around their
    // mean than draws would. Half squared differences are not fooled: S^2 / B at every B.
    constexpr std::int64_t examples = 48;
    std::vector<double> example_losses;
    const RandomStream values(3, RandomPurpose::probe);
    double sum = 0;
    for (std::uint64_t i = 0; i < examples; ++i) {
        example_losses.push_back(values.normal(i));
        sum += example_losses.back();
    }
    double population_variance = 0;
    for (const double loss : example_losses) {
        population_variance += std::pow(loss - sum / examples, 2) / (examples - 1);
    }
    for (const std::int64_t batch_size : {3, 8, 16}) {
        double variance_sum = 0;
        constexpr std::uint64_t epochs = 20000;
        for (std::uint64_t epoch = 0; epoch < epochs; ++epoch) {
            const std::vector<std::int64_t> order =
                random_permutation(RandomStream(4, RandomPurpose::order, epoch), examples);
            std::vector<StepLoss> steps;
            for (std::int64_t first = 0; first < examples; first += batch_size) {
                double loss = 0;
                for (std::int64_t i = first; i < first + batch_size; ++i) {
                    loss += example_losses[static_cast<std::size_t>(
                        order[static_cast<std::size_t>(i)])];
                }
                const auto size = static_cast<double>(batch_size);
                steps.push_back({loss / size, 0, size});
            }
            variance_sum += loss_noise(steps).variance;
        }
        const double expected = population_variance / static_cast<double>(batch_size);
        EXPECT_NEAR(variance_sum / epochs / expected, 1, 0.04) << batch_size;
    }
}

}  // namespace
}  // namespace batchscope::tests_of_loss_detrending
