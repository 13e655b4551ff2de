#include "diagnosis/probe_file.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace batchscope::tests_of_probe_file {
namespace {

namespace fs = std::filesystem;

class ProbeFile : public ::testing::Test {
  protected:
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }
    const fs::path folder = fs::path(::testing::TempDir()) / "probe_file";
};

TEST_F(ProbeFile, ReplacesAFileAndLeavesNoOther) {
    EXPECT_EQ(first_line_of(folder / "a"), "");
    replace_text(folder / "a", "1");
    EXPECT_EQ(first_line_of(folder / "a"), "1");
    replace_text(folder / "a", "2");
    EXPECT_EQ(first_line_of(folder / "a"), "2");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1);
}

TEST_F(ProbeFile, AFailureHasThePathAndTheSystemsReason) {
    try {
        replace_text(folder / "missing" / "a", "1");
        ADD_FAILURE() << "written";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::environment);
        EXPECT_NE(error.problem().find("missing"), std::string::npos) << error.problem();
        EXPECT_NE(error.problem().find("errno 2"), std::string::npos) << error.problem();
    }
}

TEST_F(ProbeFile, AFullDiskIsNamed) {
    fs::create_symlink("/dev/full", folder / "full");
    try {
        static_cast<void>(
            write_to_disk(folder / "full", std::int64_t{1} << 20, std::chrono::seconds(1)));
        ADD_FAILURE() << "written";
    } catch (const Error& error) {
        EXPECT_NE(error.problem().find("errno 28"), std::string::npos) << error.problem();
    }
}

TEST_F(ProbeFile, WritesToTheDiskAndLeavesNothing) {
    EXPECT_EQ(write_to_disk(folder / "speed", 3'000'001, std::chrono::seconds(10)), 3'000'001);
    EXPECT_TRUE(fs::is_empty(folder));
}

TEST_F(ProbeFile, WaitsNoLongerThanItsPatience) {
    EXPECT_FALSE(wait_until([] { return false; }, std::chrono::seconds(0)));
    int looks = 0;
    const auto waited = wait_until([&] { return ++looks == 3; }, std::chrono::seconds(10));
    ASSERT_TRUE(waited);
    EXPECT_LT(*waited, 10.0);
}

TEST_F(ProbeFile, FreeSpaceIsThatOfTheFileSystem) {
    const auto space = free_space(folder);
    ASSERT_TRUE(space);
    EXPECT_GT(space->bytes, 0);
    EXPECT_FALSE(free_space(folder / "missing"));
}

}  // namespace
}  // namespace batchscope::tests_of_probe_file
