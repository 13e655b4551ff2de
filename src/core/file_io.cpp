#include "core/file_io.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "core/error.hpp"

namespace batchscope {

namespace {

void sync_path(const std::filesystem::path& path, int flags) {
    const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
    if (descriptor < 0) {
        throw run_time_error(fmt::format("cannot open {}: {}", path.string(), errno_text(errno)),
                             "check the folder and its permissions");
    }
    const int result = ::fsync(descriptor);
    const int error_number = errno;
    ::close(descriptor);
    // Some network file systems cannot sync a folder; the rename is as safe there as it can be.
    if (result != 0 && error_number != EINVAL && error_number != ENOTSUP) {
        throw run_time_error(
            fmt::format("cannot write {} to disk: {}", path.string(), errno_text(error_number)),
            "free space or quota there, then start again");
    }
}

}  // namespace

std::string read_text_file(const std::filesystem::path& path) {
    std::error_code status;
    std::ifstream file;
    if (!std::filesystem::is_directory(path, status)) {
        file.open(path, std::ios::binary);
    }
    if (!file.is_open()) {
        const int error_number = std::filesystem::is_directory(path, status) ? EISDIR : errno;
        throw configuration_error(
            fmt::format("cannot read {}: {}", path.string(), errno_text(error_number)),
            "give the path of an existing, readable file");
    }
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

void sync_folder(const std::filesystem::path& folder) {
    sync_path(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
}

void sync_file(const std::filesystem::path& path) {
    sync_path(path, O_RDONLY);
}

void replace_file(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (std::rename(from.c_str(), to.c_str()) != 0) {
        throw run_time_error(fmt::format("cannot rename {} to {}: {}", from.string(), to.string(),
                                         errno_text(errno)),
                             "check the folder's permissions and free space");
    }
}

}  // namespace batchscope
