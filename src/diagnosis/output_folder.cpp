#include "diagnosis/output_folder.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include "core/error.hpp"
#include "results/writer_lock.hpp"

namespace batchscope {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds folder_patience{5};
/// Shorter than the watchdog's, which ends ranks that wait for another.
constexpr std::chrono::seconds file_patience{30};
constexpr std::int64_t write_bytes = std::int64_t{32} << 20;
constexpr std::int64_t smallest_write_bytes = std::int64_t{1} << 20;
constexpr std::chrono::seconds write_patience{2};

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void create_folder(const fs::path& folder) {
    std::error_code failure;
    fs::create_directories(folder, failure);
    if (failure) {
        throw environment_error(
            fmt::format("cannot create {}: {}", folder.string(), errno_text(failure.value())),
            "give a folder that you may write to, with free space and quota "
            "(--output FOLDER)");
    }
}

/// The folder of this check inside the output folder, and what ranks agree on about it.
class FolderCheck {
  public:
    FolderCheck(const fs::path& output, Communicator& communicator, TemporaryPaths& temporary)
        : output_(output), communicator_(communicator), temporary_(temporary) {}

    std::vector<Finding> run() {
        // Each step needs the ones before it.
        if (create_probe() && see_probe()) {
            check_space();
            if (replace_files("1") && see_files("1") && replace_files("2") && see_files("2")) {
                if (communicator_.size() > 1) {
                    findings_.push_back(judge_visibility(slowest_view_));
                }
                findings_.push_back(passed(fmt::format("create, sync and rename: {} at most",
                                                       seconds_text(slowest_replacement_))));
                check_lock();
                check_speed();
            }
        }
        return std::move(findings_);
    }

  private:
    /// Runs `work` on every rank; where it throws on any, notes the first failure.
    bool succeeds_everywhere(const char* what, const std::function<void()>& work) {
        try {
            communicator_.together(work);
            return true;
        } catch (const AgreedError& error) {
            findings_.push_back(
                failed(fmt::format("{}: {}", what, error.problem()), error.remedy()));
            return false;
        }
    }

    std::vector<double> gather(double value) {
        std::vector<double> values;
        for (const auto& text : communicator_.gather(fmt::format("{}", value))) {
            values.push_back(std::stod(text));
        }
        return values;
    }

    double largest(double value) {
        const auto values = gather(value);
        return *std::max_element(values.begin(), values.end());
    }

    /// The names of ranks where `value` is not true, with their hosts; empty where it is
    /// everywhere.
    std::string ranks_without(bool value) {
        const auto hosts = communicator_.gather(communicator_.placement().host);
        const auto answers = communicator_.gather(value ? "1" : "0");
        std::vector<std::string> names;
        for (std::size_t rank = 0; rank < answers.size(); ++rank) {
            if (answers[rank] != "1") {
                names.push_back(fmt::format("rank {} on {}", rank, hosts[rank]));
            }
        }
        constexpr std::size_t shown = 4;
        const std::size_t more = names.size() > shown ? names.size() - shown : 0;
        names.resize(names.size() - more);
        return fmt::format("{}{}", fmt::join(names, ", "),
                           more > 0 ? fmt::format(" and {} more", more) : "");
    }

    bool create_probe() {
        const auto token = communicator_.broadcast(
            fmt::format("{}-{}-{:x}", communicator_.placement().host, ::getpid(),
                        std::chrono::system_clock::now().time_since_epoch().count() & 0xffffff));
        probe_ = output_ / (".batchscope-doctor-" + token);
        return succeeds_everywhere("output folder", [&] {
            if (communicator_.rank() == 0) {
                // What was not there before is taken away again.
                std::vector<fs::path> missing;
                std::error_code unknown;
                for (fs::path folder = fs::absolute(output_);
                     !fs::exists(folder, unknown) && folder.has_relative_path();
                     folder = folder.parent_path()) {
                    missing.push_back(folder);
                }
                std::for_each(missing.rbegin(), missing.rend(),
                              [&](const fs::path& folder) { temporary_.add_if_empty(folder); });
                temporary_.add(probe_);
                create_folder(probe_);
            }
        });
    }

    bool see_probe() {
        const auto seen = wait_until(
            [&] {
                std::error_code unknown;
                return fs::is_directory(probe_, unknown);
            },
            folder_patience);
        const std::string blind = ranks_without(seen.has_value());
        if (!blind.empty()) {
            findings_.push_back(failed(
                fmt::format("{} is not one folder for all ranks: {} cannot see what rank 0 wrote",
                            output_.string(), blind),
                "give a folder on a file system that all hosts share (--output FOLDER): /tmp and "
                "the like belong to one host"));
            return false;
        }
        findings_.push_back(passed(fmt::format("all ranks see one folder, {}", output_.string())));
        return true;
    }

    void check_space() {
        // Each host may mount it its own way: the least counts.
        const auto own = free_space(probe_);
        const auto bytes = gather(own ? static_cast<double>(own->bytes) : -1.0);
        const auto files = gather(own && own->files ? static_cast<double>(*own->files) : -1.0);
        const double least_bytes = *std::min_element(bytes.begin(), bytes.end());
        const double fewest_files = *std::min_element(files.begin(), files.end());
        if (least_bytes < 0) {
            findings_.push_back(not_checked("free space: the system does not tell"));
            return;
        }
        FreeSpace least{static_cast<std::int64_t>(least_bytes), {}};
        if (fewest_files >= 0) {
            least.files = static_cast<std::int64_t>(fewest_files);
        }
        free_bytes_ = least.bytes;
        const auto found = judge_free_space(least);
        findings_.insert(findings_.end(), found.begin(), found.end());
    }

    [[nodiscard]] fs::path file_of(int rank) const { return probe_ / fmt::format("rank-{}", rank); }

    bool replace_files(const std::string& version) {
        const auto start = Clock::now();
        const bool replaced = succeeds_everywhere(
            "writing a file", [&] { replace_text(file_of(communicator_.rank()), version); });
        slowest_replacement_ = std::max(slowest_replacement_, largest(seconds_since(start)));
        return replaced;
    }

    /// Every rank waits for the files of up to eight others, spread over all.
    bool see_files(const std::string& version) {
        constexpr int most = 8;
        const int ranks = communicator_.size();
        const int others = std::min(most, ranks - 1);
        double slowest = 0.0;
        bool seen = true;
        for (int i = 0; i < others && seen; ++i) {
            const int other = (communicator_.rank() + 1 + i * (ranks - 1) / others) % ranks;
            const auto waited =
                wait_until([&] { return first_line_of(file_of(other)) == version; }, file_patience);
            seen = waited.has_value();
            slowest += waited.value_or(0.0);
        }
        slowest_view_ = std::max(slowest_view_, largest(slowest));
        const std::string blind = ranks_without(seen);
        if (!blind.empty()) {
            findings_.push_back(
                failed(fmt::format("{} did not see another rank's new file within {} s", blind,
                                   file_patience.count()),
                       "mount the file system without long attribute caching (actimeo), or give "
                       "another --output"));
        }
        return blind.empty();
    }

    void check_lock() {
        const fs::path result = probe_ / "lock-test.h5";
        std::unique_ptr<WriterLock> lock;
        const auto taken_by = [&](int rank) {
            return succeeds_everywhere("taking the lock of a result file", [&] {
                if (communicator_.rank() == rank) {
                    lock = std::make_unique<WriterLock>(result);
                }
            });
        };
        if (!taken_by(0)) {
            return;
        }
        const bool by_kernel = first_line_of(lock_file_of(result)).starts_with("kernel");
        const std::string let_in = ranks_without(is_refused(result));
        const bool all_by_kernel = communicator_.agree(by_kernel);
        if (!let_in.empty()) {
            findings_.push_back(
                failed(fmt::format("a second writer is not noticed: {} got a lock that rank 0 held",
                                   let_in),
                       "have the file system mounted with locks that hold across hosts (Lustre: "
                       "flock, not localflock; NFS: without nolock and local_lock), or never start "
                       "two jobs on one study"));
            return;
        }
        // The lock must come free, too, wherever its next owner runs.
        lock.reset();
        communicator_.barrier();
        if (!taken_by(communicator_.size() - 1)) {
            return;
        }
        findings_.push_back(
            all_by_kernel
                ? passed("a second writer is refused, from every rank")
                : warned("the file system has no locks: a second writer is refused by a lock file",
                         "nothing is wrong, but after a killed job its points wait 5 minutes; a "
                         "mount with locks (Lustre: flock) avoids that"));
    }

    static bool is_refused(const fs::path& result) {
        try {
            const WriterLock second(result);
            return false;
        } catch (const Error&) {
            return true;
        }
    }

    /// All ranks write at once, as at the end of a run; the data count when they are on the disk.
    void check_speed() {
        // Never more than a quarter of what is free.
        const std::int64_t wanted =
            std::min(write_bytes, free_bytes_.value_or(write_bytes) / 4 / communicator_.size());
        if (wanted < smallest_write_bytes) {
            findings_.push_back(not_checked("write speed: too little free space"));
            return;
        }
        communicator_.barrier();
        const auto start = Clock::now();
        std::int64_t written = 0;
        const bool worked = succeeds_everywhere("write speed", [&] {
            written = write_to_disk(probe_ / fmt::format("speed-{}", communicator_.rank()), wanted,
                                    write_patience);
        });
        const double seconds = largest(seconds_since(start));
        double all_bytes = 0.0;
        for (const double bytes : gather(static_cast<double>(written))) {
            all_bytes += bytes;
        }
        if (worked) {
            findings_.push_back(judge_write_speed(static_cast<std::int64_t>(all_bytes), seconds));
        }
    }

    fs::path output_;
    fs::path probe_;
    Communicator& communicator_;
    TemporaryPaths& temporary_;
    std::vector<Finding> findings_;
    std::optional<std::int64_t> free_bytes_;
    double slowest_view_ = 0.0;
    double slowest_replacement_ = 0.0;
};

}  // namespace

std::vector<Finding> check_output_folder(const fs::path& folder, Communicator& communicator,
                                         TemporaryPaths& temporary) {
    return FolderCheck(folder, communicator, temporary).run();
}

std::vector<Finding> judge_free_space(const FreeSpace& space) {
    constexpr std::int64_t too_few_bytes = std::int64_t{64} << 20;
    constexpr std::int64_t few_bytes = std::int64_t{1} << 30;
    constexpr std::int64_t too_few_files = 100;
    constexpr std::int64_t few_files = 10'000;
    const std::string remedy =
        "free space there, or give another --output; a checkpoint takes "
        "three times the weights, and is kept twice";
    const auto judge = [&](const std::string& what, std::int64_t value, std::int64_t too_few,
                           std::int64_t few) {
        return value < too_few ? failed(what, remedy)
               : value < few   ? warned(what, remedy)
                               : passed(what);
    };
    std::vector<Finding> findings{
        judge(fmt::format("free space {} MB (a quota may be less)", space.bytes / 1'000'000),
              space.bytes, too_few_bytes, few_bytes)};
    if (space.files) {
        findings.push_back(judge(fmt::format("{} more files may be created", *space.files),
                                 *space.files, too_few_files, few_files));
    }
    return findings;
}

Finding judge_visibility(double seconds) {
    constexpr double tolerated_delay = 2.0;
    const std::string what =
        fmt::format("a replaced file is seen by the other ranks within {}", seconds_text(seconds));
    if (seconds > tolerated_delay) {
        return warned(what,
                      "nothing breaks, but readers and requeued jobs may see old results that "
                      "long; NFS: mount with a shorter actimeo");
    }
    return passed(what);
}

Finding judge_write_speed(std::int64_t bytes, double seconds) {
    constexpr double tolerated = 2e7;
    const double speed = static_cast<double>(bytes) / seconds;
    const std::string what =
        fmt::format("all ranks together write {:.0f} MB/s to the disk", speed / 1e6);
    if (speed < tolerated) {
        return warned(what,
                      "checkpoints of large models will cost time: choose a faster file system, "
                      "or raise output.checkpoint_minutes");
    }
    return passed(what);
}

}  // namespace batchscope
