#include "results/result_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "core/error.hpp"
#include "core/file_descriptor.hpp"
#include "core/file_io.hpp"
#include "core/host_name.hpp"
#include "results/result_reader.hpp"
#include "results/result_schema.hpp"
#include "results/result_writer.hpp"

namespace batchscope {

namespace {

namespace fs = std::filesystem;

/// Opens the file as any reader would and compares what it says with what was to be written.
void check_written(const fs::path& file, const RunRecord& record) {
    const RunRecord found = read_result(file, {.steps = true,
                                               .predictions = false,
                                               .weights = false,
                                               .data = false,
                                               .environment = false,
                                               .configuration = false});
    if (found.status != record.status || found.steps.step.size() != record.steps.step.size() ||
        found.epochs.epoch.size() != record.epochs.epoch.size() ||
        found.sharpness.rows.size() != record.sharpness.rows.size()) {
        throw run_time_error(
            fmt::format(
                "{} reads back with status {} and {} steps, {} epochs, {} sharpness rows; written "
                "were {}, {}, {}, {}",
                file.string(), to_string(found.status), found.steps.step.size(),
                found.epochs.epoch.size(), found.sharpness.rows.size(), to_string(record.status),
                record.steps.step.size(), record.epochs.epoch.size(), record.sharpness.rows.size()),
            "check the file system");
    }
}

constexpr const char* foreign_file_remedy = "give result files that batchscope-train wrote";

/// Refuses what HDF5 would block on or describe in its own terms. Throws Error (data).
void check_plain_file(const fs::path& file) {
    struct stat status {};
    // O_NONBLOCK: opening a pipe would wait for its other end.
    const FileDescriptor input(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (input.get() < 0 || ::fstat(input.get(), &status) != 0) {
        throw Hdf5Failure("cannot open it: " + errno_text(errno), errno);
    }
    if (!S_ISREG(status.st_mode)) {
        throw data_error(S_ISDIR(status.st_mode) ? "it is a folder" : "it is not a plain file",
                         foreign_file_remedy);
    }
    if (status.st_size == 0) {
        throw data_error("it is empty", "remove the file and run its grid point again");
    }
}

Hdf5Handle open_plain_file(const fs::path& file) {
    check_plain_file(file);
    try {
        return open_for_reading(file);
    } catch (const Hdf5Failure&) {
        if (H5Fis_hdf5(file.c_str()) == 0) {
            throw data_error("it is not an HDF5 file", foreign_file_remedy);
        }
        throw;
    }
}

/// Opens `file`, hands it to `read` and returns what that returns; every failure leaves as Error
/// (data) with the path in front.
template <class Read>
auto with_open_file(const fs::path& file, Read&& read) {
    const std::string remedy = "remove the file and run its grid point again, or restore it";
    for (bool first_try = true;; first_try = false) {
        try {
            const auto alone = hdf5_for_this_thread();
            silence_hdf5();
            return read(open_plain_file(file));
        } catch (const Hdf5Failure& failure) {
            if (failure.error_number() == ESTALE && first_try) {
                continue;
            }
            throw data_error(fmt::format("cannot read {}: {}", file.string(), failure.what()),
                             remedy);
        } catch (const Error& error) {
            throw data_error(fmt::format("cannot read {}: {}", file.string(), error.problem()),
                             error.remedy());
        } catch (const std::exception& error) {
            throw data_error(fmt::format("cannot read {}: {}", file.string(), error.what()),
                             remedy);
        }
    }
}

fs::path temporary_of(const fs::path& file) {
    return file.parent_path() / fmt::format(".{}.tmp", file.filename().string());
}

/// Returns what file this is; nothing where `may_replace`, asked at the last moment, says no.
template <class MayReplace>
std::optional<FileIdentity> write_through(const fs::path& temporary, const fs::path& file,
                                          const RunRecord& record, MayReplace may_replace) {
    const fs::path folder = file.parent_path();
    std::error_code failure;
    if (!folder.empty()) {
        fs::create_directories(folder, failure);
    }
    if (failure) {
        throw run_time_error(fmt::format("cannot create the folder {}: {}", folder.string(),
                                         errno_text(failure.value())),
                             "check the path of the output folder and its permissions");
    }
    std::optional<FileIdentity> written;
    try {
        write_bytes(temporary, result_file_image(record), file);
        check_written(temporary, record);
        sync_file(temporary);
        if (!may_replace()) {
            fs::remove(temporary, failure);
            return std::nullopt;
        }
        written = file_identity(temporary);
        replace_file(temporary, file);
    } catch (const Hdf5Failure& error) {
        fs::remove(temporary, failure);
        throw run_time_error(fmt::format("cannot write {}: {}", file.string(), error.what()),
                             "report this with the command and configuration");
    } catch (const Error& error) {
        fs::remove(temporary, failure);
        throw run_time_error(error.problem(), error.remedy());
    } catch (...) {
        fs::remove(temporary, failure);
        throw;
    }
    sync_folder(folder);
    return written;
}

/// Whether another file than the one last written is there, and says that the run failed. One that
/// cannot be read is no mark: it is written over, as ever.
bool is_marked_since(const fs::path& file, const std::optional<FileIdentity>& last_written) {
    const auto now = file_identity(file);
    if (!now || now == last_written) {
        return false;
    }
    try {
        return read_result_state(file).status == RunStatus::failed;
    } catch (const Error&) {
        return false;
    }
}

}  // namespace

std::optional<FileIdentity> write_result(const fs::path& file, const RunRecord& record) {
    return write_through(temporary_of(file), file, record, [] { return true; });
}

std::optional<FileIdentity> write_result_unless_marked(
    const fs::path& file, const RunRecord& record,
    const std::optional<FileIdentity>& last_written) {
    const auto written = write_through(temporary_of(file), file, record,
                                       [&] { return !is_marked_since(file, last_written); });
    return written ? written : last_written;
}

RunRecord read_result(const fs::path& file, const ReadParts& parts) {
    return with_open_file(file, [&parts](const Hdf5Handle& open_file) {
        RunRecord record = read_attributes(open_file);
        read_arrays(open_file, parts, record);
        return record;
    });
}

ResultState read_result_state(const fs::path& file) {
    std::error_code failure;
    if (fs::symlink_status(file, failure).type() == fs::file_type::not_found) {
        return {};
    }
    const RunRecord record = with_open_file(
        file, [](const Hdf5Handle& open_file) { return read_attributes(open_file); });
    return {
        true,         record.status, record.configuration_hash, record.data_hash, record.alias_of,
        record.reason};
}

void mark_failed(const fs::path& file, const std::string& reason) noexcept {
    try {
        RunRecord record = read_result(file);
        if (record.status == RunStatus::running || record.status == RunStatus::stopped) {
            record.status = RunStatus::failed;
            record.reason = reason;
            // Another rank of the job may be about to write the file, or mark it, too.
            write_through(
                file.parent_path() /
                    fmt::format(".{}.tmp.{}.{}", file.filename().string(), host_name(), ::getpid()),
                file, record, [] { return true; });
        }
    } catch (...) {
        // The error that led here is the one to report; a second one would hide it.
    }
}

}  // namespace batchscope
