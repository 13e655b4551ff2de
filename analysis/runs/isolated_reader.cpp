#include "analysis/runs/isolated_reader.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "analysis/runs/run_transfer.hpp"
#include "core/error.hpp"

namespace batchscope {

namespace {

namespace fs = std::filesystem;

/// Far beyond a slow file system's time for one file: what takes longer hangs.
constexpr int patience_milliseconds = 60'000;

struct Header {
    bool is_run;
    std::uint64_t size;
};

bool write_all(int descriptor, const void* data, std::size_t size) {
    const char* at = static_cast<const char*>(data);
    while (size > 0) {
        const ssize_t written = ::write(descriptor, at, size);
        if (written < 0 && errno != EINTR) {
            return false;
        }
        at += written < 0 ? 0 : written;
        size -= static_cast<std::size_t>(written < 0 ? 0 : written);
    }
    return true;
}

bool read_all(int descriptor, void* data, std::size_t size) {
    char* at = static_cast<char*>(data);
    while (size > 0) {
        pollfd wait_for{descriptor, POLLIN, 0};
        const int ready = ::poll(&wait_for, 1, patience_milliseconds);
        const ssize_t received = ready > 0 ? ::read(descriptor, at, size) : ready - 1;
        if (received < 0 && errno == EINTR && ready != 0) {
            continue;
        }
        if (received <= 0) {
            return false;
        }
        at += received;
        size -= static_cast<std::size_t>(received);
    }
    return true;
}

[[noreturn]] void read_and_send(std::span<const fs::path> files,
                                const std::function<AnalyzedRun(const fs::path&)>& read, int pipe) {
    // A crash here is expected: no core file, no message of the C library on the user's terminal.
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    if (const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC); nowhere >= 0) {
        ::dup2(nowhere, STDERR_FILENO);
    }
    for (const fs::path& file : files) {
        std::string content;
        bool is_run = true;
        try {
            content = pack(read(file));
        } catch (const Error& error) {
            content = error.problem();
            is_run = false;
        }
        const Header header{is_run, content.size()};
        if (!write_all(pipe, &header, sizeof header) ||
            !write_all(pipe, content.data(), content.size())) {
            break;
        }
    }
    ::_exit(0);
}

/// A child process that reads files and sends what it found.
class ReadingProcess {
  public:
    ReadingProcess(std::span<const fs::path> files,
                   const std::function<AnalyzedRun(const fs::path&)>& read) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) {
            throw cannot_start(errno);
        }
        child_ = ::fork();
        if (child_ == 0) {
            ::close(ends[0]);
            read_and_send(files, read, ends[1]);
        }
        const int error_number = errno;
        ::close(ends[1]);
        pipe_ = ends[0];
        if (child_ < 0) {
            ::close(pipe_);
            throw cannot_start(error_number);
        }
    }
    ~ReadingProcess() {
        ::close(pipe_);
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }
    ReadingProcess(const ReadingProcess&) = delete;
    ReadingProcess& operator=(const ReadingProcess&) = delete;

    /// What the next file gave; nothing if the process died or hangs.
    [[nodiscard]] std::optional<ReadOutcome> receive() {
        Header header{};
        if (!read_all(pipe_, &header, sizeof header)) {
            return std::nullopt;
        }
        std::string content(header.size, '\0');
        if (!read_all(pipe_, content.data(), content.size())) {
            return std::nullopt;
        }
        return header.is_run ? ReadOutcome(unpack(content)) : ReadOutcome(std::move(content));
    }

  private:
    static Error cannot_start(int error_number) {
        return run_time_error("cannot start a process to read files: " + errno_text(error_number),
                              "free memory or processes, then start again");
    }
    pid_t child_;
    int pipe_;
};

/// Every so-manieth file, read by one process at a time.
class Stripe {
  public:
    Stripe(std::vector<fs::path> files, const std::function<AnalyzedRun(const fs::path&)>& read)
        : files_(std::move(files)), read_(read) {}

    /// What its next file gave.
    [[nodiscard]] ReadOutcome next() {
        const bool is_first = process_ == nullptr;
        std::optional<ReadOutcome> outcome = is_first ? restart() : process_->receive();
        if (!outcome && !is_first) {
            outcome = restart();  // perhaps the fault of a file before: this one gets a new process
        }
        ++position_;
        if (!outcome) {
            process_.reset();
            return "the HDF5 library crashes or hangs on it";
        }
        return std::move(*outcome);
    }

  private:
    std::optional<ReadOutcome> restart() {
        process_.reset();
        process_ = std::make_unique<ReadingProcess>(std::span(files_).subspan(position_), read_);
        return process_->receive();
    }

    std::vector<fs::path> files_;
    const std::function<AnalyzedRun(const fs::path&)>& read_;
    std::size_t position_ = 0;
    std::unique_ptr<ReadingProcess> process_;
};

/// HDF5 works one call at a time in a process, however many threads there are.
std::size_t processes_for(std::size_t files) {
    constexpr std::size_t files_worth_a_process = 50;
    constexpr unsigned most_processes = 8;
    const std::size_t cores = std::clamp(std::thread::hardware_concurrency(), 1U, most_processes);
    return std::min(cores, 1 + files / files_worth_a_process);
}

}  // namespace

void read_in_child_processes(std::span<const fs::path> files,
                             const std::function<AnalyzedRun(const fs::path&)>& read,
                             const std::function<void(const fs::path&, ReadOutcome)>& take) {
    const std::size_t processes = processes_for(files.size());
    std::vector<Stripe> stripes;
    for (std::size_t first = 0; first < processes; ++first) {
        std::vector<fs::path> own;
        for (std::size_t i = first; i < files.size(); i += processes) {
            own.push_back(files[i]);
        }
        stripes.emplace_back(std::move(own), read);
    }
    for (std::size_t i = 0; i < files.size(); ++i) {
        take(files[i], stripes[i % processes].next());
    }
}

}  // namespace batchscope
