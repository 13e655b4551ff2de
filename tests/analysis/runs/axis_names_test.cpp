#include "analysis/runs/axis_names.hpp"

#include <gtest/gtest.h>

namespace batchscope::tests_of_axis_names {
namespace {

TEST(ShortAxisNames, KeepsTheWholePathWhereTwoShareTheirLastPart) {
    EXPECT_EQ(short_axis_names({"data.name", "model.name", "training.precision"}),
              (std::vector<std::string>{"data.name", "model.name", "precision"}));
}

}  // namespace
}  // namespace batchscope::tests_of_axis_names
