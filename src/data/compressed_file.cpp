#include "data/compressed_file.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <system_error>
#include <utility>

#include "core/error.hpp"

namespace batchscope {

namespace {

// Large enough that system calls cost nothing, far below what zlib's lengths can hold.
constexpr std::size_t block_bytes = std::size_t{1} << 20U;

constexpr int gzip_only = 16 + MAX_WBITS;

bool begins_gzip(std::span<const std::uint8_t> bytes) {
    return bytes.size() >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B;
}

Error cannot_read(const std::filesystem::path& path, const std::string& reason) {
    return data_error(fmt::format("cannot read {}: {}", path.string(), reason),
                      "check the file, its permissions and the disk or network folder it is on");
}

}  // namespace

void CompressedFile::CloseFile::operator()(std::FILE* file) const {
    std::fclose(file);
}

void CompressedFile::EndInflate::operator()(z_stream_s* stream) const {
    inflateEnd(stream);
    delete stream;
}

CompressedFile::CompressedFile(std::filesystem::path path) : path_(std::move(path)) {
    // A named pipe would block and a folder opens without complaint, so both are refused first.
    std::error_code failure;
    const auto status = std::filesystem::status(path_, failure);
    if (!std::filesystem::status_known(status) || !std::filesystem::exists(status)) {
        throw cannot_read(path_, errno_text(failure.value()));
    }
    if (!std::filesystem::is_regular_file(status)) {
        throw cannot_read(path_, std::filesystem::is_directory(status)
                                     ? "expected a file, found a folder"
                                     : "expected a file, found a device or pipe");
    }
    file_.reset(std::fopen(path_.c_str(), "rb"));
    if (!file_) {
        throw cannot_read(path_, errno_text(errno));
    }
    refill();
    if (begins_gzip(pending())) {
        stream_.reset(new z_stream_s{});
        if (inflateInit2(stream_.get(), gzip_only) != Z_OK) {
            throw std::bad_alloc();
        }
    }
}

std::span<const std::uint8_t> CompressedFile::pending() const {
    return std::span(input_).subspan(used_);
}

// Reads another block behind what is pending; at the end of the file nothing is added.
void CompressedFile::refill() {
    input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(used_));
    used_ = 0;
    const std::size_t kept = input_.size();
    input_.resize(kept + block_bytes);
    errno = 0;
    const std::size_t got = std::fread(input_.data() + kept, 1, block_bytes, file_.get());
    if (got < block_bytes && std::ferror(file_.get()) != 0) {
        throw cannot_read(path_, errno_text(errno));
    }
    input_.resize(kept + got);
    file_bytes_ += got;
}

std::size_t CompressedFile::read(std::span<std::uint8_t> out) {
    std::size_t done = 0;
    while (done < out.size()) {
        if (pending().empty()) {
            refill();
        }
        if (between_members_) {
            next_member();
        }
        if (pending().empty() && (!stream_ || between_members_)) {
            break;
        }
        const auto rest = out.subspan(done, std::min(out.size() - done, block_bytes));
        done += stream_ ? inflate(rest) : copy(rest);
    }
    return done;
}

std::size_t CompressedFile::copy(std::span<std::uint8_t> out) {
    const std::size_t count = std::min(out.size(), pending().size());
    std::copy_n(pending().begin(), count, out.begin());
    used_ += count;
    return count;
}

// A gzip file may consist of several streams, one after the other; anything else after one is
// refused.
void CompressedFile::next_member() {
    if (pending().size() == 1) {
        refill();
    }
    if (pending().empty()) {
        return;
    }
    if (!begins_gzip(pending())) {
        throw data_error(fmt::format("{}: expected the file to end with its gzip stream, found "
                                     "extra bytes after it",
                                     path_.string()),
                         "the file has been changed: download or copy it again");
    }
    inflateReset(stream_.get());
    between_members_ = false;
}

std::size_t CompressedFile::inflate(std::span<std::uint8_t> out) {
    const bool at_end = pending().empty();
    stream_->next_in = input_.data() + used_;
    stream_->avail_in = static_cast<unsigned>(pending().size());
    stream_->next_out = out.data();
    stream_->avail_out = static_cast<unsigned>(out.size());
    const int state = ::inflate(stream_.get(), Z_NO_FLUSH);
    used_ = input_.size() - stream_->avail_in;
    const std::size_t got = out.size() - stream_->avail_out;
    if (state == Z_STREAM_END) {
        between_members_ = true;
    } else if (state == Z_MEM_ERROR) {
        throw std::bad_alloc();
    } else if (state != Z_OK && state != Z_BUF_ERROR) {
        throw data_error(
            fmt::format("{}: expected a sound gzip stream, found a damaged one ({})",
                        path_.string(), stream_->msg != nullptr ? stream_->msg : "wrong header"),
            "download or copy the file again");
    } else if (at_end && got == 0) {
        throw data_error(fmt::format("{}: expected a whole gzip stream, found its first {} bytes",
                                     path_.string(), file_bytes_),
                         "the file is cut off: download or copy it again");
    }
    return got;
}

std::uint64_t CompressedFile::skip_to_end() {
    std::vector<std::uint8_t> block(block_bytes);
    std::uint64_t skipped = 0;
    for (;;) {
        const std::size_t got = read(block);
        skipped += got;
        if (got < block.size()) {
            return skipped;
        }
    }
}

std::uint64_t content_length(const std::filesystem::path& path) {
    CompressedFile file(path);
    return file.skip_to_end();
}

std::filesystem::path find_raw_or_gzip(const std::filesystem::path& directory,
                                       const std::string& name) {
    const auto raw = directory / name;
    const auto compressed = directory / (name + ".gz");
    std::error_code ignored;
    for (const auto& path : {raw, compressed}) {
        if (std::filesystem::exists(path, ignored)) {
            return path;
        }
    }
    throw data_error(
        fmt::format("found neither {} nor {}", raw.string(), compressed.string()),
        "set data.directory to the folder that holds the files, or fetch the missing one");
}

}  // namespace batchscope
