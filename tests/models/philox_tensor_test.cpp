#include "models/philox_tensor.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace batchscope::tests_of_philox_tensor {
namespace {

TEST(PhiloxWords, AreThoseOfTheStreamAtAnyOffset) {
    // Keys whose words have the high bit set would show a wrong sign.
    for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}}) {
        const RandomStream stream(seed, RandomPurpose::dropout, 17, 2);
        for (const std::uint64_t first :
             {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3},
              std::uint64_t{4}, std::uint64_t{1'000'003}, (std::uint64_t{1} << 34) - 3,
              (std::uint64_t{1} << 40) + 1}) {
            for (const std::int64_t count : {0, 1, 2, 3, 4, 5, 37}) {
                std::vector<std::uint32_t> expected(static_cast<std::size_t>(count));
                stream.fill_words(first, expected);
                const at::Tensor words = philox_words(stream, first, count, at::kCPU);
                ASSERT_EQ(words.scalar_type(), at::kLong);
                ASSERT_EQ(words.sizes(), at::IntArrayRef{count});
                for (std::int64_t i = 0; i < count; ++i) {
                    ASSERT_EQ(words[i].item<std::int64_t>(),
                              std::int64_t{expected[static_cast<std::size_t>(i)]})
                        << "word " << i << " from " << first;
                }
            }
        }
    }
}

TEST(KeepMask, IsTheSameFromTensorOperationsAsFromTheLoop) {
    const RandomStream stream(5, RandomPurpose::dropout, 3);
    for (const double keep : {0.1, 0.5, 0.6, 1.0}) {
        const at::Tensor mask = keep_mask(stream, 6, keep, at::empty({9, 11}, at::kDouble));
        // As on a GPU.
        const auto threshold = static_cast<std::int64_t>(std::llround(keep * 0x1.0p32));
        const at::Tensor expected = philox_words(stream, 6, 99, at::kCPU)
                                        .lt(threshold)
                                        .to(at::kDouble)
                                        .mul(1 / keep)
                                        .view({9, 11});
        EXPECT_TRUE(mask.equal(expected)) << keep;
    }
}

TEST(KeepMask, IsTheSameInBothPrecisions) {
    const RandomStream stream(5, RandomPurpose::dropout, 3);
    const at::Tensor single = keep_mask(stream, 1, 0.7, at::empty({500}, at::kFloat));
    const at::Tensor both = keep_mask(stream, 1, 0.7, at::empty({500}, at::kDouble));
    EXPECT_TRUE(single.equal(both.to(at::kFloat)));
}

TEST(KeepMask, KeepsAllWhereNothingIsDropped) {
    const RandomStream stream(5, RandomPurpose::dropout, 3);
    EXPECT_TRUE(keep_mask(stream, 0, 1.0, at::empty({500}, at::kDouble)).eq(1).all().item<bool>());
}

}  // namespace
}  // namespace batchscope::tests_of_philox_tensor
