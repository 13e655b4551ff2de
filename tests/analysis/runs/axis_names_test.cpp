#include "analysis/runs/axis_names.hpp"

#include <gtest/gtest.h>

namespace batchscope {
namespace {

TEST(ShortAxisNames, KeepsTheWholePathWhereTwoShareTheirLastPart) {
    EXPECT_EQ(short_axis_names({"data.name", "model.name", "training.precision"}),
              (std::vector<std::string>{"data.name", "model.name", "precision"}));
}

}  // namespace
}  // namespace batchscope
