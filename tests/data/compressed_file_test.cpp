#include "data/compressed_file.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "data_files.hpp"

namespace batchscope::tests_of_compressed_file {
namespace {

Bytes content() {
    Bytes bytes(3'000'000);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>((i * 2654435761U) >> 13U);
    }
    return bytes;
}

Bytes read_in_parts(const std::filesystem::path& path, std::size_t part) {
    CompressedFile file(path);
    Bytes all;
    for (;;) {
        Bytes block(part);
        block.resize(file.read(block));
        all.insert(all.end(), block.begin(), block.end());
        if (block.size() < part) {
            return all;
        }
    }
}

TEST(CompressedFile, ReadsTheSameContentRawAndGzipInAnyParts) {
    const TemporaryFolder folder;
    const Bytes bytes = content();
    const auto raw = write_raw(folder.path() / "raw", bytes);
    const auto gzip = write_gzip(folder.path() / "gzip", bytes);
    ASSERT_NE(read_bytes(raw), read_bytes(gzip));
    for (const std::size_t part :
         {std::size_t{977}, std::size_t{1} << 20U, bytes.size(), bytes.size() + 1}) {
        EXPECT_EQ(read_in_parts(raw, part), bytes) << part;
        EXPECT_EQ(read_in_parts(gzip, part), bytes) << part;
    }
    EXPECT_EQ(content_length(raw), bytes.size());
    EXPECT_EQ(content_length(gzip), bytes.size());
}

TEST(CompressedFile, TellsCompressionByContentNotByName) {
    const TemporaryFolder folder;
    const Bytes bytes = {0, 0, 8, 1};
    EXPECT_EQ(read_in_parts(write_raw(folder.path() / "a.gz", bytes), 8), bytes);
    EXPECT_EQ(read_in_parts(write_gzip(folder.path() / "a", bytes), 8), bytes);
}

TEST(CompressedFile, ReadsAnEmptyFileAsNoContent) {
    const TemporaryFolder folder;
    EXPECT_EQ(content_length(write_raw(folder.path() / "empty", {})), 0U);
    EXPECT_EQ(content_length(write_gzip(folder.path() / "empty.gz", {})), 0U);
}

TEST(CompressedFile, RefusesAStreamThatIsCutOffAnywhere) {
    const TemporaryFolder folder;
    const Bytes bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    const Bytes whole = read_bytes(write_gzip(folder.path() / "whole.gz", bytes));
    // The first two bytes say that a stream begins; with fewer the file is raw content.
    for (std::size_t length = 2; length < whole.size(); ++length) {
        const auto path =
            write_raw(folder.path() / "cut.gz", Bytes(whole.begin(), whole.begin() + length));
        expect_error(ExitCode::data, {path.string(), "whole gzip stream", std::to_string(length)},
                     [&] { (void)content_length(path); });
    }
}

TEST(CompressedFile, NeverReturnsChangedContentFromADamagedStream) {
    const TemporaryFolder folder;
    const Bytes bytes = content();
    const Bytes whole = read_bytes(write_gzip(folder.path() / "whole.gz", bytes));
    for (std::size_t position = 20; position < whole.size(); position += whole.size() / 19) {
        Bytes damaged = whole;
        damaged[position] = static_cast<std::uint8_t>(damaged[position] ^ 0x10U);
        const auto path = write_raw(folder.path() / "damaged.gz", damaged);
        expect_error(ExitCode::data, {path.string(), "gzip stream"},
                     [&] { (void)content_length(path); });
    }
    Bytes wrong_checksum = whole;
    wrong_checksum[whole.size() - 6] ^= 1U;
    const auto path = write_raw(folder.path() / "checksum.gz", wrong_checksum);
    expect_error(ExitCode::data, {path.string(), "damaged", "incorrect data check"},
                 [&] { (void)content_length(path); });
}

TEST(CompressedFile, RefusesBytesAfterTheStreamButJoinsSeveralStreams) {
    const TemporaryFolder folder;
    const Bytes first = content();
    const Bytes second = {1, 2, 3};
    Bytes bytes = read_bytes(write_gzip(folder.path() / "a.gz", first));
    const Bytes more = read_bytes(write_gzip(folder.path() / "b.gz", second));
    for (const std::size_t extra : {1, 2, 5, 2'000'000}) {
        Bytes longer = bytes;
        longer.insert(longer.end(), extra, 0);
        const auto path = write_raw(folder.path() / "longer.gz", longer);
        expect_error(ExitCode::data, {path.string(), "extra bytes"},
                     [&] { (void)content_length(path); });
    }
    bytes.insert(bytes.end(), more.begin(), more.end());
    Bytes both = first;
    both.insert(both.end(), second.begin(), second.end());
    const auto path = write_raw(folder.path() / "both.gz", bytes);
    EXPECT_EQ(read_in_parts(path, 4096), both);
    EXPECT_EQ(content_length(path), both.size());
}

TEST(CompressedFile, RefusesWhatIsNoFileWithoutBlocking) {
    const TemporaryFolder folder;
    const auto pipe = folder.path() / "pipe";
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    expect_error(ExitCode::data, {pipe.string(), "expected a file"},
                 [&] { CompressedFile file(pipe); });
    expect_error(ExitCode::data, {folder.path().string(), "found a folder"},
                 [&] { CompressedFile file(folder.path()); });
    expect_error(ExitCode::data, {"/absent", "No such file"},
                 [&] { CompressedFile file(folder.path() / "absent"); });
}

TEST(FindRawOrGzip, TakesEitherNameAndNamesBothWhenThereIsNone) {
    const TemporaryFolder folder;
    expect_error(ExitCode::data,
                 {(folder.path() / "labels").string(), (folder.path() / "labels.gz").string()},
                 [&] { (void)find_raw_or_gzip(folder.path(), "labels"); });
    const auto compressed = write_gzip(folder.path() / "labels.gz", {1});
    EXPECT_EQ(find_raw_or_gzip(folder.path(), "labels"), compressed);
    const auto raw = write_raw(folder.path() / "labels", {1});
    EXPECT_EQ(find_raw_or_gzip(folder.path(), "labels"), raw);
}

}  // namespace
}  // namespace batchscope::tests_of_compressed_file
