#include "diagnosis/probe_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <thread>
#include <vector>

#include "core/error.hpp"
#include "core/file_descriptor.hpp"
#include "core/file_io.hpp"

namespace batchscope {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// A new file, open for writing.
class NewFile {
  public:
    explicit NewFile(const fs::path& path)
        : path_(path), file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
        require(file_.get() >= 0);
    }

    void write(const char* data, std::size_t size) {
        while (size > 0) {
            const ssize_t written = ::write(file_.get(), data, size);
            require(written > 0);
            data += written;
            size -= static_cast<std::size_t>(written);
        }
    }
    void sync() { require(::fsync(file_.get()) == 0); }

  private:
    void require(bool success) const {
        if (!success) {
            throw environment_error(
                fmt::format("cannot write {}: {}", path_.string(), errno_text(errno)),
                "free space or quota there, or give a folder that you may write to (--output)");
        }
    }

    fs::path path_;
    FileDescriptor file_;
};

}  // namespace

std::optional<double> wait_until(const std::function<bool()>& is_so,
                                 std::chrono::seconds patience) {
    const auto start = Clock::now();
    while (!is_so()) {
        if (Clock::now() - start > patience) {
            return std::nullopt;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string first_line_of(const fs::path& file) {
    std::ifstream stream(file);
    std::string text;
    std::getline(stream, text);
    return text;
}

void replace_text(const fs::path& file, const std::string& text) {
    const fs::path temporary = file.string() + ".new";
    {
        NewFile written(temporary);
        written.write(text.data(), text.size());
        written.sync();
    }
    replace_file(temporary, file);
    sync_folder(file.parent_path());
}

std::int64_t write_to_disk(const fs::path& file, std::int64_t bytes,
                           std::chrono::seconds patience) {
    const std::vector<char> block(std::size_t{1} << 20);
    NewFile written(file);
    ::unlink(file.c_str());
    std::int64_t total = 0;
    for (const auto start = Clock::now(); total < bytes && Clock::now() - start < patience;) {
        const auto size = std::min<std::int64_t>(bytes - total, std::ssize(block));
        written.write(block.data(), static_cast<std::size_t>(size));
        total += size;
    }
    written.sync();
    return total;
}

std::optional<FreeSpace> free_space(const fs::path& folder) {
    struct statvfs status {};
    if (::statvfs(folder.c_str(), &status) != 0) {
        return std::nullopt;
    }
    FreeSpace space{static_cast<std::int64_t>(status.f_bavail * status.f_frsize), {}};
    if (status.f_files > 0) {
        space.files = static_cast<std::int64_t>(status.f_favail);
    }
    return space;
}

}  // namespace batchscope
