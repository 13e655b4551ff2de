#include <cmath>
#include <numbers>

#include "data/gaussians.hpp"
#include "data/linear_regression.hpp"
#include "data_files.hpp"

namespace batchscope::tests_of_synthetic {
namespace {

DataSettings regression() {
    DataSettings settings;
    settings.name = "linear-regression";
    settings.values["examples"] = 5000;
    settings.values["features"] = 6;
    settings.values["noise"] = 0.25;
    return settings;
}

DataSettings gaussian_settings(std::int64_t classes, std::int64_t features) {
    DataSettings settings;
    settings.name = "gaussians";
    settings.values["examples"] = 20000;
    settings.values["features"] = features;
    settings.values["classes"] = classes;
    settings.values["separation"] = 2.0;
    return settings;
}

double squared_distance(const double* a, const double* b, std::int64_t size) {
    double sum = 0;
    for (std::int64_t k = 0; k < size; ++k) {
        sum += (a[k] - b[k]) * (a[k] - b[k]);
    }
    return sum;
}

TEST(LinearRegression, LeavesNoiseOfTheGivenSizeAtTheTrueWeights) {
    const DataSettings settings = regression();
    const Dataset dataset = load_dataset(settings);
    const auto weights = linear_regression_weights(settings);
    ASSERT_EQ(dataset.task, Task::regression);
    ASSERT_EQ(dataset.example_shape, std::vector<std::int64_t>{6});
    ASSERT_EQ(dataset.train.values.size(), 30000U);
    ASSERT_EQ(dataset.train.targets.size(), 5000U);
    double squares = 0;
    double sum = 0;
    for (std::size_t i = 0; i < 5000; ++i) {
        double residual = dataset.train.targets[i];
        for (std::size_t k = 0; k < 6; ++k) {
            residual -= weights[k] * dataset.train.values[6 * i + k];
        }
        sum += residual;
        squares += residual * residual;
    }
    const double variance = 0.25 * 0.25;
    EXPECT_NEAR(sum / 5000, 0.0, 4 * 0.25 / std::sqrt(5000.0));
    EXPECT_NEAR(squares / 5000, variance, 4 * variance * std::sqrt(2.0 / 5000));
}

TEST(LinearRegression, HasInputsOfUnitVariance) {
    const Dataset dataset = load_dataset(regression());
    double sum = 0;
    double squares = 0;
    for (const double x : dataset.train.values) {
        sum += x;
        squares += x * x;
    }
    EXPECT_NEAR(sum / 30000, 0.0, 4 / std::sqrt(30000.0));
    EXPECT_NEAR(squares / 30000, 1.0, 4 * std::sqrt(2.0 / 30000));
}

TEST(LinearRegression, IsExactWithoutNoise) {
    DataSettings settings = regression();
    settings.values["noise"] = 0.0;
    const Dataset dataset = load_dataset(settings);
    const auto weights = linear_regression_weights(settings);
    double expected = 0;
    for (std::size_t k = 0; k < 6; ++k) {
        expected += weights[k] * dataset.test.values[k];
    }
    EXPECT_NEAR(dataset.test.targets[0], expected, 1e-13);
}

TEST(Synthetic, ASmallerSetIsTheBeginningOfALarger) {
    for (const char* name : {"linear-regression", "gaussians"}) {
        DataSettings small = regression();
        small.name = name;
        small.values["examples"] = 100;
        small.test_examples = 10;
        DataSettings large = small;
        large.values["examples"] = 400;
        large.test_examples = 30;
        const Dataset a = load_dataset(small);
        const Dataset b = load_dataset(large);
        for (const auto part : {&Dataset::train, &Dataset::test}) {
            const auto& short_values = (a.*part).values;
            const auto& long_values = (b.*part).values;
            ASSERT_LT(short_values.size(), long_values.size()) << name;
            EXPECT_TRUE(std::equal(short_values.begin(), short_values.end(), long_values.begin()))
                << name;
            EXPECT_TRUE(std::equal((a.*part).targets.begin(), (a.*part).targets.end(),
                                   (b.*part).targets.begin()));
            EXPECT_TRUE(std::equal((a.*part).labels.begin(), (a.*part).labels.end(),
                                   (b.*part).labels.begin()));
        }
        EXPECT_NE(a.train.values[0], a.test.values[0]) << name;
    }
}

TEST(Synthetic, DependsOnTheSplitSeed) {
    for (const char* name : {"linear-regression", "gaussians"}) {
        DataSettings settings = regression();
        settings.name = name;
        const Dataset first = load_dataset(settings);
        EXPECT_EQ(first.hash(), load_dataset(settings).hash()) << name;
        settings.split_seed = 1;
        const Dataset second = load_dataset(settings);
        EXPECT_NE(first.train.values[0], second.train.values[0]) << name;
        EXPECT_NE(first.test.values[0], second.test.values[0]) << name;
    }
}

TEST(Synthetic, TestsOnAFifthUnlessToldOtherwise) {
    DataSettings settings = regression();
    settings.values["examples"] = 22;
    EXPECT_EQ(load_dataset(settings).test.size(), 4);
    settings.test_examples = 21;
    EXPECT_EQ(load_dataset(settings).test.size(), 21);
    settings.test_examples = 0;
    EXPECT_EQ(load_dataset(settings).test.size(), 0);
    EXPECT_TRUE(load_dataset(settings).test.values.empty());
}

TEST(Gaussians, AnyTwoMeansAreSeparationApartAroundZero) {
    for (const std::int64_t classes : {2, 3, 7}) {
        for (const std::int64_t features : {classes - 1, classes, classes + 20}) {
            const auto means = gaussian_means(gaussian_settings(classes, features));
            ASSERT_EQ(means.size(), static_cast<std::size_t>(classes * features));
            for (std::int64_t a = 0; a < classes; ++a) {
                for (std::int64_t b = 0; b < a; ++b) {
                    const double squared = squared_distance(means.data() + a * features,
                                                            means.data() + b * features, features);
                    EXPECT_NEAR(std::sqrt(squared), 2.0, 1e-12) << classes << " " << features;
                }
            }
            for (std::int64_t k = 0; k < features; ++k) {
                double sum = 0;
                for (std::int64_t label = 0; label < classes; ++label) {
                    sum += means[static_cast<std::size_t>(label * features + k)];
                }
                EXPECT_NEAR(sum, 0.0, 1e-12);
            }
        }
    }
}

TEST(Gaussians, TheBestClassifierOfTwoReachesTheClosedForm) {
    const DataSettings settings = gaussian_settings(2, 5);
    const auto own = settings_of<GaussiansSettings>(settings.values);
    const Dataset dataset = load_dataset(settings);
    const auto means = gaussian_means(settings);
    int correct = 0;
    for (std::int64_t i = 0; i < own.examples; ++i) {
        const double* x = dataset.train.values.data() + 5 * i;
        const int nearest =
            squared_distance(x, means.data(), 5) < squared_distance(x, means.data() + 5, 5) ? 0 : 1;
        correct += nearest == dataset.train.labels[static_cast<std::size_t>(i)] ? 1 : 0;
    }
    const double expected = 0.5 * std::erfc(-own.separation / 2 / std::numbers::sqrt2);
    const double error = std::sqrt(expected * (1 - expected) / 20000);
    EXPECT_NEAR(correct / 20000.0, expected, 4 * error);
}

TEST(Gaussians, HasEquallyManyExamplesOfEachClass) {
    DataSettings settings = gaussian_settings(3, 2);
    settings.values["examples"] = 30;
    const Dataset dataset = load_dataset(settings);
    EXPECT_EQ(dataset.classes, 3);
    for (const std::int64_t label : {0, 1, 2}) {
        EXPECT_EQ(std::count(dataset.train.labels.begin(), dataset.train.labels.end(), label), 10);
    }
}

TEST(Gaussians, RefusesMoreClassesThanCanBeEquallyFarApart) {
    expect_error(ExitCode::configuration, {"data.features is 3", "at least 9", "data.classes 10"},
                 [] { (void)load_dataset(gaussian_settings(10, 3)); });
}

}  // namespace
}  // namespace batchscope::tests_of_synthetic
