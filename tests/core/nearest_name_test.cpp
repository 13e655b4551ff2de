#include "core/nearest_name.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace batchscope::tests_of_nearest_name {
namespace {

TEST(NearestName, FindsTheMisspeltNameAndNothingWhenAllAreFar) {
    const std::vector<std::string> names{"batch_size", "learning_rate", "seed"};
    EXPECT_EQ(nearest_name("batchsize", names), "batch_size");
    EXPECT_EQ(nearest_name("learnig_rate", names), "learning_rate");
    EXPECT_EQ(nearest_name("sede", names), "seed");
    EXPECT_EQ(nearest_name("xylophone", names), "");
    EXPECT_EQ(nearest_name("anything", std::vector<std::string>{}), "");
}

}  // namespace
}  // namespace batchscope::tests_of_nearest_name
