#include "results/checkpoint_file.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <span>
#include <sstream>
#include <system_error>

#include "core/error.hpp"
#include "core/file_io.hpp"
#include "results/result_reader.hpp"
#include "results/result_writer.hpp"

namespace batchscope {

namespace {

namespace fs = std::filesystem;

// HDF5 looks for its own signature at 0, 512, 1024 ...
constexpr std::size_t header_size = 512;
constexpr std::string_view title = "batchscope checkpoint 1";
constexpr std::array phases{RunPhase::training, RunPhase::evaluation, RunPhase::sharpness,
                            RunPhase::closing};

/// The names under which a run's checkpoints may stand, the newest first.
struct Names {
    fs::path newest, previous, temporary;
    /// Complete under its temporary name, one was written and verified, and only the renames were
    /// missed.
    [[nodiscard]] std::array<fs::path, 3> newest_first() const {
        return {temporary, newest, previous};
    }
};

Names names_of(const fs::path& result_file) {
    const std::string newest = checkpoint_file_of(result_file).string();
    return {newest, newest + ".previous", newest + ".tmp"};
}

struct Header {
    std::int64_t step = 0;
    RunPhase phase = RunPhase::training;
    double communication_seconds = 0;
    std::uint64_t payload_bytes = 0;
    std::string checksum;
    std::string checked_text;  ///< what comes before the checksum, and is part of it
};

std::string checksum_of(std::string_view text, std::span<const std::byte> payload) {
    const XXH128_hash_t hash = XXH3_128bits_withSeed(payload.data(), payload.size(),
                                                     XXH3_64bits(text.data(), text.size()));
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

Error damaged_checkpoint(const std::string& problem) {
    return data_error(problem, "remove the file; the run goes on from the checkpoint before");
}

template <class Number>
void read_field(std::istream& lines, const std::string& key, Number& value) {
    std::string name;
    if (!(lines >> name >> value) || name != key) {
        throw damaged_checkpoint(fmt::format("its header has no '{}'", key));
    }
}

Header parse_header(std::span<const std::byte> bytes) {
    std::string text;
    for (const std::byte byte : bytes.first(std::min(bytes.size(), header_size))) {
        text.push_back(static_cast<char>(byte));
    }
    std::istringstream lines(text);
    std::string first_line;
    std::getline(lines, first_line);
    if (text.size() < header_size || first_line != title) {
        throw damaged_checkpoint(fmt::format("it does not begin with '{}'", title));
    }
    Header header;
    std::string phase;
    read_field(lines, "step", header.step);
    read_field(lines, "phase", phase);
    std::string seconds;  // as text: streams read no "nan"
    read_field(lines, "communication_seconds", seconds);
    header.communication_seconds = std::strtod(seconds.c_str(), nullptr);
    read_field(lines, "bytes", header.payload_bytes);
    header.checked_text = text.substr(0, static_cast<std::size_t>(lines.tellg()) + 1);
    read_field(lines, "xxh3_128", header.checksum);
    const auto* const found = std::find_if(
        phases.begin(), phases.end(), [&](RunPhase known) { return to_string(known) == phase; });
    if (found == phases.end()) {
        throw damaged_checkpoint(fmt::format("its header names the unknown phase '{}'", phase));
    }
    header.phase = *found;
    return header;
}

/// The header, once size and checksum are right.
Header verify(std::span<const std::byte> bytes) {
    Header header = parse_header(bytes);
    const auto payload = bytes.subspan(header_size);
    if (payload.size() != header.payload_bytes) {
        throw damaged_checkpoint(fmt::format("it is cut off: {} of {} bytes", bytes.size(),
                                             header_size + header.payload_bytes));
    }
    if (checksum_of(header.checked_text, payload) != header.checksum) {
        throw damaged_checkpoint("its checksum does not fit its content");
    }
    return header;
}

bool file_exists(const fs::path& file) {
    std::error_code failure;
    return fs::exists(file, failure);
}

}  // namespace

std::string to_string(RunPhase phase) {
    switch (phase) {
        case RunPhase::training:
            return "training";
        case RunPhase::evaluation:
            return "evaluation";
        case RunPhase::sharpness:
            return "sharpness";
        case RunPhase::closing:
            return "closing";
    }
    return "unknown";
}

std::int64_t Checkpoint::step() const {
    return record.steps.step.empty() ? 0 : record.steps.step.back();
}

std::vector<std::byte> checkpoint_image(const Checkpoint& checkpoint) {
    const std::vector<std::byte> payload = result_file_image(checkpoint.record);
    const std::string checked_text = fmt::format(
        "{}\nstep {}\nphase {}\ncommunication_seconds {}\nbytes {}\n", title, checkpoint.step(),
        to_string(checkpoint.phase), checkpoint.communication_seconds, payload.size());
    std::string header =
        fmt::format("{}xxh3_128 {}\n", checked_text, checksum_of(checked_text, payload));
    header.resize(header_size, '\n');
    std::vector<std::byte> bytes(header_size + payload.size());
    std::memcpy(bytes.data(), header.data(), header_size);
    std::memcpy(bytes.data() + header_size, payload.data(), payload.size());
    return bytes;
}

Checkpoint parse_checkpoint(const std::vector<std::byte>& bytes) {
    const Header header = verify(bytes);
    Checkpoint checkpoint{header.phase, header.communication_seconds, {}};
    try {
        const auto alone = hdf5_for_this_thread();
        const Hdf5Handle file = open_image(std::span(bytes).subspan(header_size));
        checkpoint.record = read_attributes(file);
        read_arrays(file, {}, checkpoint.record);
    } catch (const Hdf5Failure& failure) {
        throw damaged_checkpoint(failure.what());
    }
    return checkpoint;
}

void write_checkpoint(const fs::path& result_file, const Checkpoint& checkpoint) {
    const Names names = names_of(result_file);
    try {
        write_bytes(names.temporary, checkpoint_image(checkpoint), names.newest);
        sync_file(names.temporary);
        (void)verify(read_bytes(names.temporary));
    } catch (const Error& error) {
        std::error_code failure;
        fs::remove(names.temporary, failure);
        throw run_time_error(error.problem(), error.remedy());
    } catch (const Hdf5Failure& failure) {
        throw run_time_error(
            fmt::format("cannot write {}: {}", names.newest.string(), failure.what()),
            "report this with the command and configuration");
    }
    if (file_exists(names.newest)) {
        replace_file(names.newest, names.previous);
    }
    replace_file(names.temporary, names.newest);
    sync_folder(result_file.parent_path());
}

FoundCheckpoint find_checkpoint(const fs::path& result_file) {
    const Names names = names_of(result_file);
    FoundCheckpoint found;
    for (const fs::path& file : names.newest_first()) {
        if (!file_exists(file)) {
            continue;
        }
        try {
            found.bytes = read_bytes(file);
            (void)verify(found.bytes);
            found.file = file;
            return found;
        } catch (const Error& error) {
            found.bytes.clear();
            // A temporary file that is not whole is a write that was killed: nothing is lost.
            if (file != names.temporary) {
                found.warnings.push_back(fmt::format("the checkpoint {} is of no use: {}",
                                                     file.string(), error.problem()));
            }
        }
    }
    return found;
}

std::optional<std::int64_t> saved_step(const fs::path& result_file) {
    for (const fs::path& file : names_of(result_file).newest_first()) {
        std::ifstream input(file, std::ios::binary);
        std::array<char, header_size> text{};
        std::error_code failure;
        if (!input.read(text.data(), text.size())) {
            continue;
        }
        try {
            const Header header = parse_header(std::as_bytes(std::span(text)));
            if (fs::file_size(file, failure) == header_size + header.payload_bytes) {
                return header.step;
            }
        } catch (const Error&) {
            continue;  // find_checkpoint tells why
        }
    }
    return std::nullopt;
}

void remove_checkpoints(const fs::path& result_file) noexcept {
    try {
        for (const fs::path& file : names_of(result_file).newest_first()) {
            std::error_code failure;
            fs::remove(file, failure);
        }
    } catch (...) {
        // Out of memory for a path: the next start removes them.
    }
}

fs::path checkpoint_file_of(const fs::path& result_file) {
    return result_file.parent_path() / fmt::format(".{}.checkpoint", result_file.stem().string());
}

}  // namespace batchscope
