#include "data/cifar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "data/compressed_file.hpp"

namespace batchscope {

namespace {

constexpr std::int64_t pixel_bytes = std::int64_t{3} * 32 * 32;

/// A record is the label bytes, the last of which is used, and the pixels (channel, row, column).
struct Format {
    const char* name;
    const char* title;
    std::vector<std::int64_t> label_limits;  ///< one per label byte: each label is below its limit

    [[nodiscard]] std::uint64_t record_bytes() const { return label_limits.size() + pixel_bytes; }
};

const Format& cifar_10_format() {
    static const Format format{"cifar-10", "CIFAR-10", {10}};
    return format;
}

const Format& cifar_100_format() {
    static const Format format{"cifar-100", "CIFAR-100", {20, 100}};
    return format;
}

Error wrong_length(const std::filesystem::path& path, const Format& format, std::uint64_t length) {
    const Format& other = &format == &cifar_10_format() ? cifar_100_format() : cifar_10_format();
    const bool is_other = length > 0 && length % other.record_bytes() == 0;
    return data_error(
        fmt::format("{}: expected {} records of {} bytes each, found {} bytes{}", path.string(),
                    format.title, format.record_bytes(), length,
                    is_other ? fmt::format(", whole records of {}", other.title) : std::string()),
        is_other ? fmt::format("set data.name to {} or put the right files there", other.name)
                 : std::string("the file is cut off or changed: download or copy it again"));
}

void append_file(const std::filesystem::path& path, const Format& format, Examples& examples) {
    // The length is checked before anything is kept: a wrong file is refused without its memory.
    const std::uint64_t length = content_length(path);
    if (length == 0 || length % format.record_bytes() != 0) {
        throw wrong_length(path, format, length);
    }
    CompressedFile file(path);
    std::vector<std::uint8_t> record(format.record_bytes());
    for (std::uint64_t i = 0; i < length / format.record_bytes(); ++i) {
        if (file.read(record) != record.size()) {
            throw data_error(fmt::format("{}: expected {} bytes, found fewer on the second read",
                                         path.string(), length),
                             "the file changed while it was read: start again");
        }
        for (std::size_t j = 0; j < format.label_limits.size(); ++j) {
            if (record[j] >= format.label_limits[j]) {
                throw data_error(
                    fmt::format("{}: expected {} labels from 0 to {}, found {} at example {}",
                                path.string(), format.title, format.label_limits[j] - 1, record[j],
                                i),
                    "the file belongs to another data set or is damaged: fetch it again");
            }
        }
        examples.labels.push_back(record[format.label_limits.size() - 1]);
        examples.pixels.insert(examples.pixels.end(), record.end() - pixel_bytes, record.end());
    }
}

Dataset load(const std::filesystem::path& directory, const Format& format,
             const std::vector<std::string>& train_names, const std::string& test_name) {
    Dataset dataset;
    dataset.name = format.name;
    dataset.classes = format.label_limits.back();
    dataset.example_shape = {3, 32, 32};
    // All names are looked up before the first is read, so that a missing one is told at once.
    std::vector<std::filesystem::path> train_paths;
    std::transform(
        train_names.begin(), train_names.end(), std::back_inserter(train_paths),
        [&directory](const std::string& name) { return find_raw_or_gzip(directory, name); });
    const auto test_path = find_raw_or_gzip(directory, test_name);
    for (const auto& path : train_paths) {
        append_file(path, format, dataset.train);
    }
    append_file(test_path, format, dataset.test);
    return dataset;
}

}  // namespace

DatasetKind cifar_10() {
    DatasetKind kind;
    kind.name = "cifar-10";
    kind.meaning = "photographs, 3 x 32 x 32 pixels, 10 classes";
    kind.in_files = true;
    kind.load = [](const DataSettings& settings) {
        return load(settings.directory, cifar_10_format(),
                    {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
                     "data_batch_5.bin"},
                    "test_batch.bin");
    };
    return kind;
}

DatasetKind cifar_100() {
    DatasetKind kind;
    kind.name = "cifar-100";
    kind.meaning = "photographs, 3 x 32 x 32 pixels, 100 classes";
    kind.in_files = true;
    kind.load = [](const DataSettings& settings) {
        return load(settings.directory, cifar_100_format(), {"train.bin"}, "test.bin");
    };
    return kind;
}

}  // namespace batchscope
