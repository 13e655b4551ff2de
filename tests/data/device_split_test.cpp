#include "data/device_split.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

namespace batchscope::tests_of_device_split {
namespace {

/// 20 images of 2 channels, 3 rows, 4 columns; all bytes occur.
Dataset images() {
    Dataset dataset;
    dataset.classes = 7;
    dataset.example_shape = {2, 3, 4};
    for (int i = 0; i < 20 * 24; ++i) {
        dataset.train.pixels.push_back(static_cast<std::uint8_t>(i * 37 % 256));
    }
    for (int i = 0; i < 20; ++i) {
        dataset.train.labels.push_back(i % 7);
    }
    return dataset;
}

const Normalisation normalisation{{0.25, 0.5}, {0.5, 0.125}};

TEST(DeviceSplit, NormalisesEveryPixelInDoublePrecision) {
    const Dataset dataset = images();
    const std::vector<std::int64_t> indices{19, 0, 7, 7};
    const auto split =
        make_device_split(dataset, dataset.train, indices, normalisation, at::kDouble);
    ASSERT_EQ(split.inputs.sizes(), (at::IntArrayRef{4, 2, 3, 4}));
    ASSERT_EQ(split.targets.scalar_type(), at::kLong);
    EXPECT_EQ(split.size(), 4);
    const auto* values = split.inputs.const_data_ptr<double>();
    for (std::size_t example = 0; example < indices.size(); ++example) {
        const auto index = static_cast<std::size_t>(indices[example]);
        EXPECT_EQ(split.targets[static_cast<std::int64_t>(example)].item<std::int64_t>(),
                  dataset.train.labels[index]);
        for (std::size_t i = 0; i < 24; ++i) {
            const double pixel = dataset.train.pixels[index * 24 + i];
            const std::size_t channel = i / 12;
            ASSERT_EQ(values[example * 24 + i], (pixel / 255.0 - normalisation.mean[channel]) /
                                                    normalisation.standard_deviation[channel]);
        }
    }
}

TEST(DeviceSplit, InFloat32IsRoundedOnce) {
    const Dataset dataset = images();
    const std::vector<std::int64_t> indices{3, 1};
    const auto both =
        make_device_split(dataset, dataset.train, indices, normalisation, at::kDouble);
    const auto single =
        make_device_split(dataset, dataset.train, indices, normalisation, at::kFloat);
    EXPECT_TRUE(single.inputs.equal(both.inputs.to(at::kFloat)));
    EXPECT_TRUE(single.targets.equal(both.targets));
}

TEST(DeviceSplit, LeavesSyntheticInputsAsTheyAre) {
    Dataset dataset;
    dataset.task = Task::regression;
    dataset.example_shape = {2};
    dataset.train.values = {0.1, -2, 3e-9, 4};
    dataset.train.targets = {0.3, -7};
    const auto split = make_device_split(dataset, dataset.train, {1, 0}, {{0}, {1}}, at::kDouble);
    EXPECT_TRUE(split.inputs.equal(at::tensor({3e-9, 4.0, 0.1, -2.0}, at::kDouble).view({2, 2})));
    EXPECT_TRUE(split.targets.equal(at::tensor({-7.0, 0.3}, at::kDouble)));
    const auto single = make_device_split(dataset, dataset.train, {1, 0}, {{0}, {1}}, at::kFloat);
    EXPECT_EQ(single.targets.scalar_type(), at::kFloat);
}

TEST(DeviceSplit, OfNoExamplesKeepsItsShape) {
    const Dataset dataset = images();
    const auto split = make_device_split(dataset, dataset.train, {}, normalisation, at::kFloat);
    EXPECT_EQ(split.inputs.sizes(), (at::IntArrayRef{0, 2, 3, 4}));
    EXPECT_EQ(split.size(), 0);
}

TEST(BlackPixel, IsANormalisedZero) {
    EXPECT_TRUE(
        black_pixel(normalisation, at::kDouble).equal(at::tensor({-0.5, -4.0}, at::kDouble)));
}

/// Pads with black, crops at the shift, then mirrors: pixel by pixel.
at::Tensor slowly(const at::Tensor& images, const std::vector<Augmentation>& changes,
                  const at::Tensor& black) {
    at::Tensor result = at::empty_like(images);
    const std::int64_t rows = images.size(2);
    const std::int64_t columns = images.size(3);
    for (std::int64_t i = 0; i < images.size(0); ++i) {
        const auto& change = changes[static_cast<std::size_t>(i)];
        for (std::int64_t channel = 0; channel < images.size(1); ++channel) {
            for (std::int64_t row = 0; row < rows; ++row) {
                for (std::int64_t column = 0; column < columns; ++column) {
                    const std::int64_t target = change.flip ? columns - 1 - column : column;
                    const std::int64_t from_row = row + change.row_shift;
                    const std::int64_t from_column = column + change.column_shift;
                    const bool outside = from_row < 0 || from_row >= rows || from_column < 0 ||
                                         from_column >= columns;
                    result[i][channel][row][target] =
                        outside ? black[channel] : images[i][channel][from_row][from_column];
                }
            }
        }
    }
    return result;
}

TEST(Augment, EqualsPaddingCroppingAndMirroringPixelByPixel) {
    const std::vector<Augmentation> changes{{0, 0, false}, {1, 0, false},  {-1, 2, false},
                                            {0, 0, true},  {-2, -1, true}, {2, 3, true},
                                            {9, 0, false}, {0, -9, true}};
    const auto count = static_cast<std::int64_t>(changes.size());
    for (const auto type : {at::kDouble, at::kFloat}) {
        const at::Tensor inputs = at::arange(count * 2 * 3 * 5, type).view({count, 2, 3, 5});
        const at::Tensor black = black_pixel(normalisation, type);
        const at::Tensor copy = inputs.clone();
        const at::Tensor augmented = augment(inputs, changes, black);
        EXPECT_EQ(augmented.scalar_type(), type);
        EXPECT_TRUE(augmented.equal(slowly(inputs, changes, black)));
        EXPECT_TRUE(augmented[0].equal(inputs[0]));
        EXPECT_TRUE(augmented[3].equal(inputs[3].flip({2})));
        // Moved out of sight: all black.
        EXPECT_TRUE(augmented[6].equal(black.view({2, 1, 1}).expand({2, 3, 5})));
        EXPECT_TRUE(inputs.equal(copy));
    }
}

}  // namespace
}  // namespace batchscope::tests_of_device_split
