#include "core/file_io.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <system_error>

#include "core/error.hpp"
#include "core/file_descriptor.hpp"

namespace batchscope {

namespace {

Error write_failure(const std::filesystem::path& file, int error_number) {
    return run_time_error(
        fmt::format("cannot write {}: {}", file.string(), errno_text(error_number)),
        error_number == ENOSPC || error_number == EDQUOT
            ? "free space or quota there, then start again: the run goes on from its checkpoint"
            : "check the folder and its permissions, then start again");
}

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

std::vector<std::byte> read_bytes(const std::filesystem::path& path) {
    const auto failure = [&path](int error_number) {
        return run_time_error(
            fmt::format("cannot read {}: {}", path.string(), errno_text(error_number)),
            "check the file and its permissions, then start again");
    };
    const FileDescriptor input(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (input.get() < 0) {
        throw failure(errno);
    }
    std::vector<std::byte> bytes;
    constexpr std::size_t part = std::size_t{1} << 22;
    for (std::size_t size = 0;;) {
        bytes.resize(size + part);
        const ssize_t read = ::read(input.get(), bytes.data() + size, part);
        if (read < 0 && errno != EINTR) {
            throw failure(errno);
        }
        size += static_cast<std::size_t>(read < 0 ? 0 : read);
        if (read == 0) {
            bytes.resize(size);
            return bytes;
        }
    }
}

void write_bytes(const std::filesystem::path& path, std::span<const std::byte> bytes,
                 const std::filesystem::path& file) {
    FileDescriptor output(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (output.get() < 0) {
        throw write_failure(file, errno);
    }
    while (!bytes.empty()) {
        const ssize_t written = ::write(output.get(), bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            throw write_failure(file, errno);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written < 0 ? 0 : written));
    }
    if (output.close() != 0) {
        throw write_failure(file, errno);
    }
}

void write_text_file(const std::filesystem::path& file, const std::string& text) {
    const std::filesystem::path folder = file.parent_path();
    std::error_code failure;
    if (!folder.empty()) {
        std::filesystem::create_directories(folder, failure);
    }
    if (failure) {
        throw write_failure(file, failure.value());
    }
    const auto temporary = folder / fmt::format(".{}.tmp", file.filename().string());
    try {
        write_bytes(temporary, std::as_bytes(std::span(text)), file);
        sync_file(temporary);
        replace_file(temporary, file);
    } catch (const Error&) {
        std::filesystem::remove(temporary, failure);
        throw;
    }
    sync_folder(folder);
}

void sync_folder(const std::filesystem::path& folder) {
    sync_path(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
}

void sync_file(const std::filesystem::path& path) {
    sync_path(path, O_RDONLY);
}

std::optional<FileIdentity> file_identity(const std::filesystem::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        return std::nullopt;
    }
    return FileIdentity{status.st_dev, status.st_ino};
}

void replace_file(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (std::rename(from.c_str(), to.c_str()) != 0) {
        throw run_time_error(fmt::format("cannot rename {} to {}: {}", from.string(), to.string(),
                                         errno_text(errno)),
                             "check the folder's permissions and free space");
    }
}

}  // namespace batchscope
