#include "results/writer_lock.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "core/error.hpp"
#include "core/file_descriptor.hpp"

namespace batchscope {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds heartbeat_interval{30};
constexpr std::chrono::seconds stale_after{300};
/// First word of an owner text where no kernel lock backs the file.
constexpr std::string_view without_kernel_lock = "exclusive-file";
constexpr std::string_view with_kernel_lock = "kernel-lock";

Error lock_failure(const fs::path& lock, int error_number) {
    return environment_error(
        fmt::format("cannot write the lock file {}: {}", lock.string(), errno_text(error_number)),
        "check that the output folder exists, is writable and has free space");
}

AnotherWriter refused(const fs::path& result_file, const std::string& owner) {
    return {ExitCode::environment,
            fmt::format("another process is writing {}: {}", result_file.string(),
                        owner.empty() ? "it has not written its name yet" : owner),
            "let that run end, or give another output folder"};
}

AnotherWriter refused_until_stale(const fs::path& result_file, const std::string& owner) {
    return refused(
        result_file,
        fmt::format("{} (if that process is dead, its lock ends {} seconds after its last "
                    "sign of life)",
                    owner, stale_after.count()));
}

std::string own_name() {
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    const char* job = std::getenv("SLURM_JOB_ID");
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    return fmt::format(
        "host {}, process {}, {}since {:%Y-%m-%d %H:%M:%S} UTC", host.data(), ::getpid(),
        job == nullptr ? std::string{} : fmt::format("Slurm job {}, ", job), fmt::gmtime(now));
}

struct OwnerText {
    std::string method;
    std::string owner;
};

OwnerText read_owner(int descriptor) {
    std::array<char, 1024> buffer{};
    const ssize_t size = ::pread(descriptor, buffer.data(), buffer.size(), 0);
    const std::string text(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    const auto end_of_method = text.find('\n');
    if (end_of_method == std::string::npos) {
        return {};
    }
    return {text.substr(0, end_of_method),
            text.substr(end_of_method + 1, text.find('\n', end_of_method + 1) - end_of_method - 1)};
}

/// The owner's name; waits a little for one who has the lock but has not written yet.
std::string owner_of(const fs::path& lock) {
    for (int attempt = 0; attempt < 20; ++attempt) {
        const FileDescriptor file(::open(lock.c_str(), O_RDONLY | O_CLOEXEC));
        if (file.get() >= 0) {
            if (const OwnerText text = read_owner(file.get()); !text.owner.empty()) {
                return text.owner;
            }
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return {};
}

void write_owner(int descriptor, const fs::path& lock, std::string_view method) {
    const std::string text = fmt::format("{}\n{}\n", method, own_name());
    if (::ftruncate(descriptor, 0) != 0 ||
        ::pwrite(descriptor, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
        const int error_number = errno;
        ::unlink(lock.c_str());
        throw lock_failure(lock, error_number);
    }
}

bool same_file(int descriptor, const fs::path& path) {
    struct stat open_file {};
    struct stat named_file {};
    return ::fstat(descriptor, &open_file) == 0 && ::stat(path.c_str(), &named_file) == 0 &&
           open_file.st_dev == named_file.st_dev && open_file.st_ino == named_file.st_ino;
}

/// A file that exists while a process decides whether a lock file is stale, so that only one
/// decides at a time. Its own modification time is "now" on the file server's clock, which may
/// differ from ours.
class TakeoverGuard {
  public:
    static std::optional<TakeoverGuard> enter(const fs::path& lock) {
        const fs::path path = lock.string() + ".takeover";
        struct stat status {};
        if (::stat(path.c_str(), &status) == 0 &&
            std::chrono::seconds(std::time(nullptr) - status.st_mtime) > 2 * stale_after) {
            ::unlink(
                path.c_str());  // of a process killed within the few milliseconds of a decision
        }
        const FileDescriptor file(
            ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
        if (file.get() < 0 && errno != EEXIST) {
            throw lock_failure(path, errno);
        }
        if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
            return std::nullopt;
        }
        return TakeoverGuard(path, status.st_mtime);
    }
    ~TakeoverGuard() {
        if (!path_.empty()) {
            ::unlink(path_.c_str());
        }
    }
    TakeoverGuard(TakeoverGuard&& other) noexcept
        : path_(std::exchange(other.path_, {})), now_(other.now_) {}
    TakeoverGuard& operator=(TakeoverGuard&&) = delete;

    /// Whether the file gave no sign of life for so long that its owner counts as dead.
    [[nodiscard]] bool is_stale(const fs::path& lock) const {
        struct stat status {};
        return ::stat(lock.c_str(), &status) == 0 &&
               std::chrono::seconds(now_ - status.st_mtime) > stale_after;
    }

  private:
    TakeoverGuard(fs::path path, std::time_t now) : path_(std::move(path)), now_(now) {}
    fs::path path_;
    std::time_t now_;
};

struct LockFile {
    FileDescriptor descriptor;
    bool created;
};

LockFile open_or_create(const fs::path& lock) {
    for (;;) {
        const int created = ::open(lock.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (created >= 0) {
            return {FileDescriptor(created), true};
        }
        if (errno != EEXIST) {
            throw lock_failure(lock, errno);
        }
        const int opened = ::open(lock.c_str(), O_RDWR | O_CLOEXEC);
        if (opened >= 0) {
            return {FileDescriptor(opened), false};
        }
        if (errno != ENOENT) {  // ENOENT: its owner has just removed it
            throw lock_failure(lock, errno);
        }
    }
}

enum class KernelLock { taken, busy, unsupported };

KernelLock request_kernel_lock(int descriptor, const fs::path& lock, WriterLock::Method method) {
    struct flock whole {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    if (method == WriterLock::Method::exclusive_file) {
        return KernelLock::unsupported;
    }
    if (::fcntl(descriptor, F_OFD_SETLK, &whole) == 0) {
        return KernelLock::taken;
    }
    switch (errno) {
        case EAGAIN:
        case EACCES:
            return KernelLock::busy;
        case ENOLCK:
        case ENOSYS:
        case EINVAL:
        case EOPNOTSUPP:
            return KernelLock::unsupported;
        default:
            throw lock_failure(lock, errno);
    }
}

/// Whether the owner of the lock file counts as dead; if so `end_it` is called while no other
/// process decides the same.
template <class EndIt>
bool take_over_if_stale(const fs::path& lock, EndIt&& end_it) {
    const auto guard = TakeoverGuard::enter(lock);
    if (!guard || !guard->is_stale(lock)) {
        return false;
    }
    end_it();
    return true;
}

FileDescriptor take_lock(const fs::path& lock, const fs::path& result_file,
                         WriterLock::Method method) {
    for (;;) {
        LockFile file = open_or_create(lock);
        const int descriptor = file.descriptor.get();
        switch (request_kernel_lock(descriptor, lock, method)) {
            case KernelLock::busy:
                throw refused(result_file, owner_of(lock));
            case KernelLock::unsupported:
                if (file.created) {
                    write_owner(descriptor, lock, without_kernel_lock);
                    return std::move(file.descriptor);
                }
                if (!take_over_if_stale(lock, [&lock] { ::unlink(lock.c_str()); })) {
                    throw refused_until_stale(result_file, owner_of(lock));
                }
                break;  // again: the file is gone now
            case KernelLock::taken:
                // The owner before may have removed the file between our open and our lock.
                if (!same_file(descriptor, lock)) {
                    break;
                }
                if (const OwnerText before = read_owner(descriptor);
                    before.method == without_kernel_lock && !take_over_if_stale(lock, [] {})) {
                    throw refused_until_stale(result_file, before.owner);
                }
                write_owner(descriptor, lock, with_kernel_lock);
                return std::move(file.descriptor);
        }
    }
}

/// Shows every 30 s, through the lock file's modification time, that this process lives.
std::jthread start_heartbeat(int descriptor) {
    // Signals are for the main thread, which decides where to stop.
    sigset_t all{};
    sigset_t before{};
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::jthread heartbeat([descriptor](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any ended;
        std::unique_lock lock(mutex);
        while (!ended.wait_for(lock, stop, heartbeat_interval,
                               [&stop] { return stop.stop_requested(); })) {
            ::futimens(descriptor, nullptr);
        }
    });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return heartbeat;
}

}  // namespace

class WriterLock::Held {
  public:
    Held(const fs::path& lock, FileDescriptor file)
        : lock_(lock), file_(std::move(file)), heartbeat_(start_heartbeat(file_.get())) {}
    ~Held() {
        heartbeat_.request_stop();
        heartbeat_.join();
        // Removed while still locked: whoever opened it in between sees that its name is gone and
        // tries again. A file that someone else put there in our place is not ours to remove.
        if (same_file(file_.get(), lock_)) {
            ::unlink(lock_.c_str());
        }
    }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

  private:
    fs::path lock_;
    FileDescriptor file_;
    std::jthread heartbeat_;
};

WriterLock::WriterLock(const fs::path& result_file, Method method) {
    const fs::path lock = lock_file_of(result_file);
    std::error_code failure;
    if (!lock.parent_path().empty()) {
        fs::create_directories(lock.parent_path(), failure);
    }
    if (failure) {
        throw lock_failure(lock, failure.value());
    }
    held_ = std::make_unique<Held>(lock, take_lock(lock, result_file, method));
}

std::optional<std::chrono::seconds> WriterLock::ends_in(const fs::path& result_file) {
    const fs::path lock = lock_file_of(result_file);
    const FileDescriptor file(::open(lock.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (file.get() < 0 || ::fstat(file.get(), &status) != 0 ||
        read_owner(file.get()).method != without_kernel_lock) {
        return std::nullopt;
    }
    const std::chrono::seconds silent_for(std::time(nullptr) - status.st_mtime);
    if (silent_for <= 2 * heartbeat_interval) {
        return std::nullopt;
    }
    // The file server's clock decides, and counts whole seconds.
    return std::max(stale_after - silent_for, std::chrono::seconds(0)) + std::chrono::seconds(1);
}

WriterLock::~WriterLock() = default;
WriterLock::WriterLock(WriterLock&&) noexcept = default;
WriterLock& WriterLock::operator=(WriterLock&&) noexcept = default;

bool writer_was_killed(const fs::path& result_file) noexcept {
    const FileDescriptor file(::open(lock_file_of(result_file).c_str(), O_RDWR | O_CLOEXEC));
    struct flock whole {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    // A new writer's file has no owner text before it is locked.
    return file.get() >= 0 && read_owner(file.get()).method == with_kernel_lock &&
           ::fcntl(file.get(), F_OFD_GETLK, &whole) == 0 && whole.l_type == F_UNLCK;
}

fs::path lock_file_of(const fs::path& result_file) {
    const fs::path name =
        result_file.extension() == ".h5" ? result_file.stem() : result_file.filename();
    return result_file.parent_path() / fmt::format(".{}.lock", name.string());
}

}  // namespace batchscope
