#include "core/file_io.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "core/error.hpp"

namespace batchscope::tests_of_file_io {
namespace {

namespace fs = std::filesystem;

class FileIo : public ::testing::Test {
  protected:
    FileIo() { fs::create_directories(folder_); }
    ~FileIo() override { fs::remove_all(folder_); }

    void write(const fs::path& path, const std::string& text) const {
        std::ofstream(path, std::ios::binary) << text;
    }
    [[nodiscard]] fs::path path(const std::string& name) const { return folder_ / name; }

    const fs::path folder_ =
        fs::path(::testing::TempDir()) / ("file_io_test." + std::to_string(::getpid()));
};

void expect_refusal(const std::function<void()>& call, ExitCode code, const std::string& part,
                    const std::string& reason) {
    try {
        call();
        ADD_FAILURE() << "no error for " << part;
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), code);
        EXPECT_NE(error.problem().find(part), std::string::npos) << error.problem();
        EXPECT_NE(error.problem().find(reason), std::string::npos) << error.problem();
    }
}

TEST_F(FileIo, ReadsEveryByte) {
    const std::string text("a\r\n\0\xFFz\n", 7);
    write(path("binary"), text);
    EXPECT_EQ(read_text_file(path("binary")), text);
    write(path("empty"), "");
    EXPECT_EQ(read_text_file(path("empty")), "");
    const std::string large(3'000'000, 'x');
    write(path("large"), large);
    EXPECT_EQ(read_text_file(path("large")), large);
}

TEST_F(FileIo, SaysWhyAFileCannotBeRead) {
    expect_refusal([&] { (void)read_text_file(path("absent.yaml")); }, ExitCode::configuration,
                   "absent.yaml", "No such file or directory (errno 2)");
    expect_refusal([&] { (void)read_text_file(folder_); }, ExitCode::configuration,
                   folder_.string(), "Is a directory (errno 21)");
}

TEST_F(FileIo, ReplacesAFileWhole) {
    write(path("old"), "old");
    write(path("new"), "new text");
    sync_file(path("new"));
    replace_file(path("new"), path("old"));
    sync_folder(folder_);
    EXPECT_EQ(read_text_file(path("old")), "new text");
    EXPECT_FALSE(fs::exists(path("new")));
}

TEST_F(FileIo, AReaderKeepsTheVersionItOpened) {
    write(path("result"), "first");
    std::ifstream reader(path("result"));
    write(path("next"), "second");
    replace_file(path("next"), path("result"));
    std::string text;
    reader >> text;
    EXPECT_EQ(text, "first");
}

TEST_F(FileIo, SaysWhyARenameOrSyncFailed) {
    write(path("kept"), "kept");
    expect_refusal([&] { replace_file(path("absent"), path("kept")); }, ExitCode::run_time,
                   "absent", "(errno 2)");
    EXPECT_EQ(read_text_file(path("kept")), "kept");
    expect_refusal([&] { sync_file(path("absent")); }, ExitCode::run_time, "absent", "(errno 2)");
    expect_refusal([&] { sync_folder(path("kept")); }, ExitCode::run_time, "kept", "(errno 20)");
}

TEST_F(FileIo, AnEmptyFolderNameIsTheCurrentOne) {
    EXPECT_NO_THROW(sync_folder(fs::path("result.h5").parent_path()));
}

}  // namespace
}  // namespace batchscope::tests_of_file_io
