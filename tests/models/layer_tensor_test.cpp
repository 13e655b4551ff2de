#include "models/layer_tensor.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace batchscope::tests_of_layer_tensor {
namespace {

/// Three tensors of 80 bytes, and how often one was made.
class LayerTensorSourceTest : public ::testing::Test {
  protected:
    [[nodiscard]] LayerTensorSource source(std::size_t most_bytes_held) {
        return {3, most_bytes_held, [this](std::size_t i) {
                    ++made_;
                    return LayerTensor{at::full({10}, static_cast<double>(i), at::kDouble), true};
                }};
    }
    static void expect_values(const LayerTensorSource& source, double offset) {
        ASSERT_EQ(source.size(), 3U);
        for (std::size_t i = 0; i < 3; ++i) {
            EXPECT_TRUE(source(i).tensor.eq(static_cast<double>(i) + offset).all().item<bool>());
        }
    }

    int made_ = 0;
};

TEST_F(LayerTensorSourceTest, HoldsWhatFitsTheLimit) {
    const LayerTensorSource held = source(240).held();
    expect_values(held, 0);
    expect_values(held, 0);
    EXPECT_EQ(made_, 3);
    EXPECT_FALSE(held(1).writable);
}

TEST_F(LayerTensorSourceTest, MakesAgainWhatDoesNot) {
    const LayerTensorSource not_held = source(239).held();
    made_ = 0;
    expect_values(not_held, 0);
    expect_values(not_held, 0);
    EXPECT_EQ(made_, 6);
}

TEST_F(LayerTensorSourceTest, TakesStepsWithTheSameLimit) {
    const auto plus_one = [](const LayerTensor& value) {
        return LayerTensor{value.tensor + 1, true};
    };
    const LayerTensorSource held = source(240).then(plus_one).held().then(plus_one);
    EXPECT_EQ(made_, 3);
    expect_values(held, 2);
    expect_values(held.held(), 2);
    EXPECT_EQ(made_, 3);
}

TEST_F(LayerTensorSourceTest, MarksWhatSeveralGet) {
    const LayerTensors values{{at::ones({2}), true}, {at::ones({3}), false}};
    const LayerTensors copies = shared(values);
    ASSERT_EQ(copies.size(), 2U);
    EXPECT_FALSE(copies[0].writable);
    EXPECT_EQ(copies[0].tensor.data_ptr(), values[0].tensor.data_ptr());
}

}  // namespace
}  // namespace batchscope::tests_of_layer_tensor
