#include "data/dataset.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "data/datasets.hpp"
#include "data_files.hpp"

namespace batchscope::tests_of_dataset {
namespace {

DataSettings small_settings() {
    DataSettings settings;
    settings.name = "gaussians";
    settings.values["examples"] = 200;
    settings.test_examples = 50;
    settings.validation_examples = 30;
    settings.values["features"] = 3;
    return settings;
}

bool ascending_and_unique(const std::vector<std::int64_t>& indices) {
    return std::adjacent_find(indices.begin(), indices.end(), std::greater_equal<>()) ==
           indices.end();
}

bool contains(const std::vector<std::int64_t>& larger, const std::vector<std::int64_t>& smaller) {
    return std::includes(larger.begin(), larger.end(), smaller.begin(), smaller.end());
}

// Images of 2 channels and 1 x 2 pixels.
Dataset two_channel_images(const Bytes& pixels) {
    Dataset dataset;
    dataset.example_shape = {2, 1, 2};
    dataset.classes = 2;
    dataset.train.pixels = pixels;
    dataset.train.labels.assign(pixels.size() / 4, 0);
    return dataset;
}

TEST(DrawSplits, TrainAndValidationPartitionTheTrainingFile) {
    const DataSettings settings = small_settings();
    const Splits splits = draw_splits(settings, load_dataset(settings));
    EXPECT_EQ(splits.validation.size(), 30U);
    EXPECT_EQ(splits.train.size(), 170U);
    EXPECT_EQ(splits.test.size(), 50U);
    EXPECT_TRUE(ascending_and_unique(splits.train));
    EXPECT_TRUE(ascending_and_unique(splits.validation));
    EXPECT_TRUE(ascending_and_unique(splits.test));
    std::set<std::int64_t> all(splits.train.begin(), splits.train.end());
    all.insert(splits.validation.begin(), splits.validation.end());
    EXPECT_EQ(all.size(), 200U);
    EXPECT_EQ(*all.begin(), 0);
    EXPECT_EQ(*all.rbegin(), 199);
}

TEST(DrawSplits, DependOnTheSplitSeedAndTheSizesAlone) {
    DataSettings settings = small_settings();
    const Dataset dataset = load_dataset(settings);
    const Splits first = draw_splits(settings, dataset);
    settings.augmentation = {4, true};
    settings.values["noise"] = 9.0;
    EXPECT_EQ(draw_splits(settings, dataset).train, first.train);
    settings.split_seed = 1;
    EXPECT_NE(draw_splits(settings, dataset).validation, first.validation);
}

TEST(DrawSplits, ASmallerTrainingSubsetLeavesValidationAloneAndIsNested) {
    DataSettings settings = small_settings();
    const Dataset dataset = load_dataset(settings);
    const Splits whole = draw_splits(settings, dataset);
    std::vector<std::int64_t> larger = whole.train;
    for (const std::int64_t count : {170, 100, 20, 1}) {
        settings.train_examples = count;
        const Splits splits = draw_splits(settings, dataset);
        EXPECT_EQ(splits.train.size(), static_cast<std::size_t>(count));
        EXPECT_EQ(splits.validation, whole.validation);
        EXPECT_TRUE(contains(larger, splits.train));
        larger = splits.train;
    }
}

TEST(DrawSplits, TestSubsetsAreNestedAndDrawnFromTheWholeFile) {
    DataSettings settings = small_settings();
    const Dataset dataset = load_dataset(settings);
    std::vector<std::int64_t> larger = draw_splits(settings, dataset).test;
    for (const std::int64_t count : {40, 21, 5, 0}) {
        settings.test_examples = count;
        const Splits splits = draw_splits(settings, dataset);
        EXPECT_EQ(splits.test.size(), static_cast<std::size_t>(count));
        EXPECT_TRUE(ascending_and_unique(splits.test));
        EXPECT_TRUE(contains(larger, splits.test));
        larger = splits.test;
    }
    settings.test_examples = 25;
    EXPECT_GT(draw_splits(settings, dataset).test.back(), 25);
}

TEST(DrawSplits, NoValidationLeavesEverythingForTraining) {
    DataSettings settings = small_settings();
    settings.validation_examples = 0;
    const Splits splits = draw_splits(settings, load_dataset(settings));
    EXPECT_TRUE(splits.validation.empty());
    EXPECT_EQ(splits.train.size(), 200U);
}

TEST(DrawSplits, RefusesMoreExamplesThanThereAre) {
    const Dataset dataset = load_dataset(small_settings());
    for (const std::int64_t validation : {200, 5000, -1}) {
        DataSettings settings = small_settings();
        settings.validation_examples = validation;
        expect_error(ExitCode::configuration,
                     {"data.validation_examples is " + std::to_string(validation), "200"},
                     [&] { (void)draw_splits(settings, dataset); });
    }
    for (const std::int64_t train : {171, 0, -5}) {
        DataSettings settings = small_settings();
        settings.train_examples = train;
        expect_error(ExitCode::configuration,
                     {"data.train_examples is " + std::to_string(train), "170", "30"},
                     [&] { (void)draw_splits(settings, dataset); });
    }
    for (const std::int64_t test : {51, -1}) {
        DataSettings settings = small_settings();
        settings.test_examples = test;
        expect_error(ExitCode::configuration,
                     {"data.test_examples is " + std::to_string(test), "50"},
                     [&] { (void)draw_splits(settings, dataset); });
    }
}

// A change of the splits would change every result of every user: this pins them.
TEST(DrawSplits, StayTheSameFromVersionToVersion) {
    DataSettings settings = small_settings();
    settings.values["examples"] = 12;
    settings.validation_examples = 4;
    const Splits splits = draw_splits(settings, load_dataset(settings));
    EXPECT_EQ(splits.validation, (std::vector<std::int64_t>{5, 6, 8, 11}));
}

TEST(LoadDataset, NamesTheNearestDataSet) {
    DataSettings settings;
    settings.name = "fashion-mist";
    expect_error(ExitCode::configuration,
                 {"fashion-mist", "'fashion-mist' is not one of fashion-mnist, mnist"},
                 [&] { (void)load_dataset(settings); });
}

TEST(LoadDataset, NamesAFolderThatIsNotThere) {
    for (const char* directory : {"", "/nonexistent/folder"}) {
        DataSettings settings;
        settings.directory = directory;
        expect_error(ExitCode::data, {"data.directory", directory},
                     [&] { (void)load_dataset(settings); });
    }
}

TEST(LoadDataset, ReadsTheKindOfFilesThatTheNameSays) {
    const TemporaryFolder folder;
    for (const char* part : {"train", "t10k"}) {
        const std::string prefix = part;
        write_raw(folder.path() / (prefix + "-images-idx3-ubyte"), idx_bytes({20, 2, 2}, 80, 256));
        write_raw(folder.path() / (prefix + "-labels-idx1-ubyte"), idx_bytes({20}, 20, 10));
    }
    DataSettings settings;
    settings.directory = folder.path();
    for (const char* name : {"mnist", "fashion-mnist"}) {
        settings.name = name;
        EXPECT_EQ(load_dataset(settings).name, name);
    }
    settings.name = "cifar-10";
    expect_error(ExitCode::data, {"data_batch_1.bin"}, [&] { (void)load_dataset(settings); });
    settings.name = "cifar-100";
    expect_error(ExitCode::data, {"train.bin"}, [&] { (void)load_dataset(settings); });
}

TEST(DatasetHash, ChangesWithEveryPart) {
    const Dataset original = load_dataset(small_settings());
    const std::string hash = original.hash();
    EXPECT_EQ(hash.size(), 32U);
    EXPECT_EQ(hash.find_first_not_of("0123456789abcdef"), std::string::npos);
    std::set<std::string> hashes = {hash};
    const auto add = [&](auto change) {
        Dataset changed = original;
        change(changed);
        hashes.insert(changed.hash());
    };
    add([](Dataset& d) { d.name = "other"; });
    add([](Dataset& d) { d.task = Task::regression; });
    add([](Dataset& d) { d.classes = 3; });
    add([](Dataset& d) { d.example_shape = {1, 3}; });
    add([](Dataset& d) { d.train.values.back() += 1e-12; });
    add([](Dataset& d) { d.train.labels[0] ^= 1; });
    add([](Dataset& d) { d.test.labels[0] ^= 1; });
    add([](Dataset& d) { std::swap(d.train, d.test); });
    add([](Dataset& d) { d.train.pixels = {0}; });
    add([](Dataset& d) { d.test.targets = {0}; });
    EXPECT_EQ(hashes.size(), 11U);
}

TEST(DatasetHash, TellsWhereOneArrayEndsAndTheNextBegins) {
    Dataset a = two_channel_images({1, 2, 3, 4, 5, 6, 7, 8});
    Dataset b = a;
    std::swap(b.train.pixels, b.test.pixels);
    EXPECT_NE(a.hash(), b.hash());
}

TEST(MeasureNormalisation, IsTheMeanAndDeviationOfEachChannelOfTheTrainingSplit) {
    // Example 1 is not in the split and would change everything.
    const Dataset dataset = two_channel_images({0, 255, 10, 10, 77, 78, 79, 80, 0, 255, 30, 50});
    const Normalisation result = measure_normalisation(dataset, {0, 2});
    ASSERT_EQ(result.mean.size(), 2U);
    EXPECT_DOUBLE_EQ(result.mean[0], 0.5);
    EXPECT_DOUBLE_EQ(result.standard_deviation[0], 0.5);
    EXPECT_DOUBLE_EQ(result.mean[1], 25.0 / 255);
    // Deviations -15, -15, 5, 25: mean square (225 + 225 + 25 + 625) / 4 = 275.
    EXPECT_DOUBLE_EQ(result.standard_deviation[1], std::sqrt(275.0) / 255);
}

TEST(MeasureNormalisation, GivesAChannelOfOneColourTheDeviationOne) {
    const Dataset dataset = two_channel_images({9, 9, 1, 2, 9, 9, 3, 4});
    const Normalisation result = measure_normalisation(dataset, {0, 1});
    EXPECT_DOUBLE_EQ(result.mean[0], 9.0 / 255);
    EXPECT_EQ(result.standard_deviation[0], 1.0);
    EXPECT_LT(result.standard_deviation[1], 1.0);
}

TEST(MeasureNormalisation, DoesNotOverflowOnManyBrightPixels) {
    Dataset dataset;
    dataset.example_shape = {1, 1000, 1000};
    dataset.train.pixels.assign(100'000'000, 255);
    for (std::size_t i = 0; i < 50'000'000; ++i) {
        dataset.train.pixels[i] = 253;
    }
    dataset.train.labels.assign(100, 0);
    std::vector<std::int64_t> all(100);
    std::iota(all.begin(), all.end(), 0);
    const Normalisation result = measure_normalisation(dataset, all);
    EXPECT_DOUBLE_EQ(result.mean[0], 254.0 / 255);
    EXPECT_DOUBLE_EQ(result.standard_deviation[0], 1.0 / 255);
}

TEST(MeasureNormalisation, LeavesSyntheticInputsAsGenerated) {
    const Normalisation result = measure_normalisation(load_dataset(small_settings()), {0, 1, 2});
    EXPECT_EQ(result.mean, std::vector<double>{0.0});
    EXPECT_EQ(result.standard_deviation, std::vector<double>{1.0});
}

TEST(ConstantPredictionLoss, IsTheEntropyOfTheClassFrequencies) {
    Dataset dataset;
    dataset.classes = 4;
    dataset.train.labels = {0, 1, 1, 1, 3, 3, 3};
    EXPECT_DOUBLE_EQ(constant_prediction_loss(dataset, {0, 1, 2, 3}),
                     -0.25 * std::log(0.25) - 0.75 * std::log(0.75));
    EXPECT_EQ(constant_prediction_loss(dataset, {1, 2}), 0.0);
    // Ten equally frequent classes give ln 10.
    dataset.classes = 10;
    dataset.train.labels = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    EXPECT_DOUBLE_EQ(constant_prediction_loss(dataset, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}),
                     std::log(10.0));
}

TEST(ConstantPredictionLoss, IsHalfTheVarianceOfTheTargets) {
    Dataset dataset;
    dataset.task = Task::regression;
    dataset.train.targets = {1e6 + 1, 1e6 + 3, 99, 1e6 + 5};
    EXPECT_DOUBLE_EQ(constant_prediction_loss(dataset, {0, 1, 3}), 8.0 / 3 / 2);
}

}  // namespace
}  // namespace batchscope::tests_of_dataset
