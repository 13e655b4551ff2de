#include "results/run_search.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "example_run.hpp"

namespace batchscope::tests_of_run_search {
namespace {

namespace fs = std::filesystem;

class RunSearch : public testing::Test {
  protected:
    void touch(const std::string& name) const {
        fs::create_directories((folder_ / name).parent_path());
        std::ofstream(folder_ / name) << "x";
    }
    [[nodiscard]] std::vector<std::string> found(const std::vector<fs::path>& paths) {
        std::vector<std::string> names;
        for (const fs::path& file : find_result_files(paths, skipped_)) {
            names.push_back(fs::relative(file, folder_.path()).string());
        }
        return names;
    }
    TemporaryFolder folder_;
    std::vector<SkippedFile> skipped_;
};

TEST_F(RunSearch, LooksIntoAFolderAndItsDirectSubfoldersOnly) {
    for (const char* name : {"b.h5", "a.h5", "notes.txt", "sub/c.h5", "sub/deeper/d.h5",
                             ".b.h5.tmp", ".hidden.h5", ".a.lock", ".cache/e.h5"}) {
        touch(name);
    }
    EXPECT_EQ(found({folder_.path()}), (std::vector<std::string>{"a.h5", "b.h5", "sub/c.h5"}));
    EXPECT_TRUE(skipped_.empty());
}

TEST_F(RunSearch, FindsEachFileOnce) {
    touch("sub/a.h5");
    fs::create_symlink(folder_ / "sub/a.h5", folder_ / "link.h5");
    EXPECT_EQ(found({folder_ / "sub", folder_.path(), folder_ / "sub/a.h5", folder_ / "sub/../sub"})
                  .size(),
              1U);
}

TEST_F(RunSearch, NamesAFolderWithoutResults) {
    touch("notes.txt");
    EXPECT_TRUE(found({folder_.path()}).empty());
    ASSERT_EQ(skipped_.size(), 1U);
    EXPECT_EQ(skipped_.front().file, folder_.path());
}

TEST_F(RunSearch, TakesAFileAsGivenWhateverItsName) {
    touch("result.hdf5");
    EXPECT_EQ(found({folder_ / "result.hdf5"}).size(), 1U);
}

}  // namespace
}  // namespace batchscope::tests_of_run_search
