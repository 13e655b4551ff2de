#include "diagnosis/temporary_paths.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace batchscope::tests_of_temporary_paths {
namespace {

namespace fs = std::filesystem;

class TemporaryPathsTest : public ::testing::Test {
  protected:
    void SetUp() override { fs::create_directories(folder / "inner"); }
    void TearDown() override { fs::remove_all(folder); }
    const fs::path folder = fs::path(::testing::TempDir()) / "temporary_paths";
};

TEST_F(TemporaryPathsTest, RemovesFilesAndFoldersAtTheEnd) {
    std::ofstream(folder / "inner" / "file") << "x";
    {
        TemporaryPaths temporary;
        temporary.add(folder / "inner");
        temporary.add(folder / "never_made");
        EXPECT_TRUE(fs::exists(folder / "inner"));
    }
    EXPECT_FALSE(fs::exists(folder / "inner"));
    EXPECT_TRUE(fs::exists(folder));
}

TEST_F(TemporaryPathsTest, KeepsAFolderThatSomebodyElseUses) {
    TemporaryPaths temporary;
    temporary.add_if_empty(folder);
    temporary.add_if_empty(folder / "inner");
    std::ofstream(folder / "result.h5") << "x";
    temporary.remove_all();
    EXPECT_FALSE(fs::exists(folder / "inner"));
    EXPECT_TRUE(fs::exists(folder / "result.h5"));
    temporary.remove_all();  // nothing is left to do
}

}  // namespace
}  // namespace batchscope::tests_of_temporary_paths
