#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

struct z_stream_s;

namespace batchscope {

/// A raw or gzip-compressed file, read from front to end. Which of the two it is, its content
/// tells, not its name: people rename and unpack files. (zlib's own gzread would hide bytes added
/// to the end.)
class CompressedFile {
  public:
    /// Throws Error (data) with path and errno text if there is no readable regular file.
    explicit CompressedFile(std::filesystem::path path);

    /// Reads the next bytes of the uncompressed content into `out` and returns how many they are:
    /// fewer than out.size() only at the end. Throws Error (data) when the disk fails, when the
    /// compressed stream is cut off or damaged (its checksum is verified) or when other bytes
    /// follow it.
    std::size_t read(std::span<std::uint8_t> out);

    /// Reads on to the end and returns how many bytes of content that was. Keeps none of them.
    std::uint64_t skip_to_end();

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    [[nodiscard]] std::span<const std::uint8_t> pending() const;
    void refill();
    std::size_t copy(std::span<std::uint8_t> out);
    std::size_t inflate(std::span<std::uint8_t> out);
    void next_member();

    struct CloseFile {
        void operator()(std::FILE* file) const;
    };
    struct EndInflate {
        void operator()(z_stream_s* stream) const;
    };
    std::filesystem::path path_;
    std::unique_ptr<std::FILE, CloseFile> file_;
    std::unique_ptr<z_stream_s, EndInflate> stream_;  // none: raw content
    std::vector<std::uint8_t> input_;                 // bytes of the file ...
    std::size_t used_ = 0;                            // ... of which so many are done with
    std::uint64_t file_bytes_ = 0;                    // read from the file so far
    bool between_members_ = false;                    // a gzip stream has just ended
};

/// Length of the uncompressed content in bytes. Throws like CompressedFile.
[[nodiscard]] std::uint64_t content_length(const std::filesystem::path& path);

/// The file NAME or NAME.gz in `directory`, the first of the two that exists. Throws Error (data)
/// naming both if there is neither.
[[nodiscard]] std::filesystem::path find_raw_or_gzip(const std::filesystem::path& directory,
                                                     const std::string& name);

}  // namespace batchscope
