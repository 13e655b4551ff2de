#include "analysis/claims/gradient_noise_measure.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/claims/claim_study.hpp"

namespace batchscope::tests_of_gradient_noise_measure {
namespace {

/// Rows of a run of 10 epochs and 100 steps at these epochs, of batches of 8 and 32.
std::vector<BatchGradientVariance> rows_at(const std::vector<double>& epochs) {
    std::vector<BatchGradientVariance> rows;
    for (const double epoch : epochs) {
        for (const std::int64_t batch_size : {8, 32}) {
            // The variance says which row it is of.
            rows.push_back({epoch, 10 * epoch, batch_size, 50, 500, 1 + epoch});
        }
    }
    return rows;
}

std::vector<GradientNoiseMeasure> measures_of(MadeUpStudy& study) {
    return gradient_noise_measures(recipes_of(study.summary()).front());
}

/// The epochs of the rows taken at one place, of all seeds; each with two batch sizes.
std::vector<double> epochs_taken(const std::vector<GradientNoiseMeasure>& measures,
                                 WeightsAt weights) {
    std::vector<double> epochs;
    for (const GradientNoiseMeasure& measure : measures) {
        if (measure.weights == weights && measure.batch_size == 8) {
            epochs.push_back(measure.variance - 1);
        }
    }
    return epochs;
}

TEST(GradientNoiseMeasures, AreThoseOfStartMiddleAndEnd) {
    MadeUpStudy study;
    study.add(16, 1).batch_gradients = rows_at({0, 2, 4, 6, 8, 10});
    study.add(16, 2).batch_gradients = rows_at({0, 7, 10});
    const auto measures = measures_of(study);
    ASSERT_EQ(measures.size(), 12U);
    EXPECT_EQ(epochs_taken(measures, WeightsAt::start), (std::vector<double>{0, 0}));
    EXPECT_EQ(epochs_taken(measures, WeightsAt::middle), (std::vector<double>{4, 7}))
        << "of two equally near the earlier one";
    EXPECT_EQ(epochs_taken(measures, WeightsAt::end), (std::vector<double>{10, 10}));
    EXPECT_EQ(measures.back().seed, 2U);
    EXPECT_EQ(measures.back().batch_size, 32);
    EXPECT_EQ(measures.back().batches, 50);
    EXPECT_EQ(measures.back().examples, 500);
}

TEST(GradientNoiseMeasures, OfAPlaceWithoutARowAreMissing) {
    MadeUpStudy study;
    study.add(16, 1).batch_gradients = rows_at({0, 10});
    study.add(16, 2).batch_gradients = rows_at({5});
    const auto measures = measures_of(study);
    EXPECT_EQ(epochs_taken(measures, WeightsAt::start), std::vector<double>{0});
    EXPECT_EQ(epochs_taken(measures, WeightsAt::middle), std::vector<double>{5});
    EXPECT_EQ(epochs_taken(measures, WeightsAt::end), std::vector<double>{10});
}

/// Which batch size the measures are of where all runs hold them: `start` tells.
std::int64_t reference_of(const std::vector<std::int64_t>& grid,
                          const std::vector<std::int64_t>& without = {}) {
    MadeUpStudy study;
    for (const std::int64_t batch_size : grid) {
        AnalyzedRun& run = study.add(batch_size, 1);
        if (std::find(without.begin(), without.end(), batch_size) == without.end()) {
            run.batch_gradients = {{0, 0, 8, 50, 500, static_cast<double>(batch_size)}};
        }
    }
    const auto measures = measures_of(study);
    return measures.empty() ? 0 : static_cast<std::int64_t>(measures.at(0).variance);
}

TEST(GradientNoiseMeasures, AreThoseOfTheMiddleOfTheGrid) {
    EXPECT_EQ(reference_of({16, 64, 256, 1024, 4096}), 256);
    EXPECT_EQ(reference_of({16, 64, 256, 1024}), 64) << "of two equally near the smaller one";
    EXPECT_EQ(reference_of({3, 9, 27, 81}), 9);
    EXPECT_EQ(reference_of({16, 100, 700, 1024}), 100) << "geometric, not arithmetic";
    EXPECT_EQ(reference_of({16, 100, 1024}), 100);
    EXPECT_EQ(reference_of({32}), 32);
}

TEST(GradientNoiseMeasures, AreThoseOfTheNearestThatHoldsAny) {
    EXPECT_EQ(reference_of({16, 64, 256, 1024, 4096}, {256}), 64);
    EXPECT_EQ(reference_of({16, 64, 256, 1024, 4096}, {16, 64, 256}), 1024);
    EXPECT_EQ(reference_of({16, 64}, {16, 64}), 0);
}

TEST(GradientNoiseMeasures, AreOfRunsThatCount) {
    MadeUpStudy study;
    study.add(16, 1).batch_gradients = rows_at({0, 5, 10});
    AnalyzedRun& diverged = study.add(16, 2);
    diverged.batch_gradients = rows_at({0, 5, 10});
    diverged.status = RunStatus::diverged;
    for (const GradientNoiseMeasure& measure : measures_of(study)) {
        EXPECT_EQ(measure.seed, 1U);
    }
}

}  // namespace
}  // namespace batchscope::tests_of_gradient_noise_measure
