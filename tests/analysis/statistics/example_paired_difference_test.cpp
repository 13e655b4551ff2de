#include "analysis/statistics/example_paired_difference.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "analysis/statistics/interval.hpp"
#include "analysis/statistics/paired_comparison.hpp"
#include "core/random.hpp"
#include "tests/analysis/calibration.hpp"

namespace batchscope::tests_of_example_paired_difference {
namespace {

using Table = std::vector<std::vector<double>>;

// mu + a(seed) + b(example) + c(seed, example), normal with these standard deviations.
struct Truth {
    double seed;
    double example;
    double rest;
};

Table draw(const Truth& truth, std::size_t seeds, std::size_t examples, const RandomStream& stream,
           std::uint64_t& drawn) {
    std::vector<double> of_example(examples);
    for (double& value : of_example) {
        value = truth.example * stream.normal(drawn++);
    }
    Table table(seeds, std::vector<double>(examples));
    for (std::vector<double>& row : table) {
        const double of_seed = truth.seed * stream.normal(drawn++);
        for (std::size_t example = 0; example < examples; ++example) {
            row[example] = of_seed + of_example[example] + truth.rest * stream.normal(drawn++);
        }
    }
    return table;
}

TEST(ExamplePairedDifference, IsCountedByHandForTwoByTwo) {
    // Rows 1 2 and 3 8: mean 3.5, row means 1.5 5.5, column means 2 5. MS_seeds = 16,
    // MS_examples = 9, MS_rest = 4 * 1^2 = 4: variance 16 / 4 + (9 - 4) / 4. Both quantiles have
    // one degree of freedom.
    const ExamplePairedDifference result = example_paired_difference(Table{{1, 2}, {3, 8}}, 0.95);
    EXPECT_EQ(result.seeds, 2);
    EXPECT_EQ(result.examples, 2);
    EXPECT_EQ(result.mean, 3.5);
    EXPECT_NEAR(result.standard_error_seeds, std::sqrt(8.0 / 2), 1e-12);
    EXPECT_NEAR(result.standard_error_examples, std::sqrt(4.5 / 2), 1e-12);
    EXPECT_NEAR(result.standard_error, std::sqrt(21.0 / 4), 1e-12);
    EXPECT_NEAR(result.half_width, student_quantile(0.95, 1) * std::sqrt(21.0 / 4), 1e-9);
}

TEST(ExamplePairedDifference, OfOneSeedIsTheTestOverItsExamples) {
    const std::vector<double> row{0.1, -0.2, 0.4, 0.0, 0.3};
    const ExamplePairedDifference result = example_paired_difference(Table{row}, 0.95);
    const PairedComparison comparison = paired_comparison(row, 0.95);
    EXPECT_EQ(result.mean, comparison.mean);
    EXPECT_NEAR(result.standard_error_examples, comparison.standard_error, 1e-15);
    EXPECT_TRUE(std::isnan(result.standard_error_seeds));
    EXPECT_TRUE(std::isnan(result.standard_error));
    EXPECT_TRUE(std::isnan(result.half_width));
}

TEST(ExamplePairedDifference, HasTheSeedsErrorOfThePairedComparison) {
    const Table table{{0.1, 0.3, 0.2}, {0.5, 0.1, 0.6}, {0.0, 0.2, 0.1}};
    const ExamplePairedDifference result = example_paired_difference(table, 0.95);
    const PairedComparison comparison = paired_comparison(std::vector<double>{0.2, 0.4, 0.1}, 0.95);
    EXPECT_NEAR(result.standard_error_seeds, comparison.standard_error, 1e-12);
    EXPECT_GE(result.standard_error, result.standard_error_seeds);
}

TEST(ExamplePairedDifference, IsTheSeedsAloneWhereExamplesAddNothing) {
    // The examples of a seed differ, but no example does so in all seeds.
    const Table table{{1, 2, 3}, {3, 1, 2}, {2, 3, 1}, {5, 6, 7}};
    const ExamplePairedDifference result = example_paired_difference(table, 0.95);
    EXPECT_NEAR(result.standard_error, result.standard_error_seeds, 1e-12);
    EXPECT_NEAR(result.half_width, student_quantile(0.95, 3) * result.standard_error_seeds, 1e-12);
}

TEST(ExamplePairedDifference, EstimatesTheVarianceWithoutBias) {
    // Of the mean: 0.3^2 / 4 + 1 / 40 + 0.5^2 / 160.
    const Truth truth{0.3, 1, 0.5};
    const RandomStream stream(3, RandomPurpose::synthetic_data);
    std::uint64_t drawn = 0;
    double sum = 0;
    constexpr int repetitions = 2000;
    for (int repetition = 0; repetition < repetitions; ++repetition) {
        const ExamplePairedDifference result =
            example_paired_difference(draw(truth, 4, 40, stream, drawn), 0.95);
        sum += result.standard_error * result.standard_error;
    }
    EXPECT_NEAR(sum / repetitions / (0.0225 + 0.025 + 0.0015625), 1, 0.03);
}

TEST(ExamplePairedDifference, CoversTheTruth) {
    constexpr std::uint64_t repetitions = repetitions_of(4000);
    const double slack = slack_of(repetitions);
    for (const Truth& truth : {Truth{0.3, 1, 0.5}, Truth{1, 0.5, 1}, Truth{0.05, 0.3, 1}}) {
        for (const std::size_t seeds : {3U, 5U, 10U}) {
            const RandomStream stream(seeds, RandomPurpose::synthetic_data);
            std::uint64_t drawn = 0;
            int covered = 0;
            for (std::uint64_t repetition = 0; repetition < repetitions; ++repetition) {
                const ExamplePairedDifference result =
                    example_paired_difference(draw(truth, seeds, 40, stream, drawn), 0.95);
                covered += std::abs(result.mean) <= result.half_width ? 1 : 0;
            }
            const double share = static_cast<double>(covered) / static_cast<double>(repetitions);
            EXPECT_GE(share, 0.94 - slack) << truth.seed << " " << seeds;
            EXPECT_LE(share, 0.98 + slack) << truth.seed << " " << seeds;
        }
    }
}

TEST(ExamplePairedDifference, DoesNotDependOnTheOrderOfTheSeeds) {
    Table table{{0.1, 0.3, 0.2}, {0.5, 0.1, 0.6}, {0.0, 0.2, 0.1}};
    const ExamplePairedDifference first = example_paired_difference(table, 0.95);
    std::sort(table.begin(), table.end());
    do {
        const ExamplePairedDifference other = example_paired_difference(table, 0.95);
        ASSERT_EQ(other.mean, first.mean);
        ASSERT_EQ(other.standard_error, first.standard_error);
        ASSERT_EQ(other.half_width, first.half_width);
    } while (std::next_permutation(table.begin(), table.end()));
}

TEST(ExamplePairedDifference, HasNoWidthWithoutDifferences) {
    const ExamplePairedDifference same = example_paired_difference(Table(3, {0.1, 0.1, 0.1}), 0.95);
    EXPECT_EQ(same.mean, 0.1);
    EXPECT_EQ(same.standard_error, 0);
    EXPECT_EQ(same.half_width, 0);
}

TEST(ExamplePairedDifference, IsUnknownWithoutSeedsOrExamples) {
    EXPECT_TRUE(std::isnan(example_paired_difference({}, 0.95).mean));
    EXPECT_TRUE(std::isnan(example_paired_difference(Table{{}, {}}, 0.95).mean));
    const ExamplePairedDifference one_example = example_paired_difference(Table{{1}, {3}}, 0.95);
    EXPECT_EQ(one_example.mean, 2);
    EXPECT_EQ(one_example.standard_error_seeds, 1);
    EXPECT_TRUE(std::isnan(one_example.standard_error));
}

TEST(ExamplePairedDifference, RefusesRaggedTablesAndWhatIsNotFinite) {
    EXPECT_THROW((void)example_paired_difference(Table{{1, 2}, {1}}, 0.95), std::invalid_argument);
    EXPECT_THROW(
        (void)example_paired_difference(Table{{1, std::numeric_limits<double>::quiet_NaN()}}, 0.95),
        std::invalid_argument);
    EXPECT_THROW((void)example_paired_difference(Table{{1, 2}}, 0), std::invalid_argument);
}

}  // namespace
}  // namespace batchscope::tests_of_example_paired_difference
