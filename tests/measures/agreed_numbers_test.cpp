#include "measures/agreed_numbers.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "replayed_ranks.hpp"

namespace batchscope::tests_of_agreed_numbers {
namespace {

TEST(AgreedNumbers, AreThoseOfRank0) {
    const auto scalar = [](double value) { return at::scalar_tensor(value, at::kDouble); };
    ReplayedRank rank_0;
    EXPECT_EQ(agreed_numbers({scalar(1), scalar(0.1)}, rank_0), (std::vector<double>{1, 0.1}));
    ReplayedRank rank_1(rank_0.sent());
    EXPECT_EQ(agreed_numbers({scalar(1), scalar(0.2)}, rank_1), (std::vector<double>{1, 0.1}));
}

}  // namespace
}  // namespace batchscope::tests_of_agreed_numbers
