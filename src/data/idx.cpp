#include "data/idx.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <utility>

#include "core/error.hpp"
#include "data/compressed_file.hpp"

namespace batchscope {

namespace {

constexpr std::int64_t mnist_classes = 10;

std::uint32_t magic_of(int dimensions) {
    constexpr std::uint32_t unsigned_bytes = 0x08U << 8U;
    return unsigned_bytes | static_cast<std::uint32_t>(dimensions);
}

const char* kind_of(std::uint32_t magic) {
    if (magic == magic_of(1)) {
        return " (labels)";
    }
    return magic == magic_of(3) ? " (images)" : "";
}

Error incomplete(const CompressedFile& file, std::uint64_t expected, std::uint64_t found) {
    return data_error(fmt::format("{}: expected {} bytes of content, found {}",
                                  file.path().string(), expected, found),
                      found < expected ? "the file is cut off: download or copy it again"
                                       : "the file has been changed: download or copy it again");
}

std::uint32_t read_big_endian_word(CompressedFile& file, std::uint64_t header_bytes,
                                   std::uint64_t already) {
    std::array<std::uint8_t, 4> word{};
    const std::size_t got = file.read(word);
    if (got < word.size()) {
        throw data_error(fmt::format("{}: expected a header of {} bytes, found {} bytes in all",
                                     file.path().string(), header_bytes, already + got),
                         "the file is cut off: download or copy it again");
    }
    return (std::uint32_t{word[0]} << 24U) | (std::uint32_t{word[1]} << 16U) |
           (std::uint32_t{word[2]} << 8U) | std::uint32_t{word[3]};
}

// Product of the sizes, or the largest number there is when it does not fit: no file has that
// length.
std::uint64_t product(const std::vector<std::int64_t>& sizes) {
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t result = 1;
    for (const std::int64_t size : sizes) {
        const auto factor = static_cast<std::uint64_t>(size);
        if (factor != 0 && result > most / factor) {
            return most;
        }
        result *= factor;
    }
    return result;
}

std::vector<std::uint8_t> read_body(CompressedFile& file, std::uint64_t header_bytes,
                                    std::uint64_t body_bytes) {
    constexpr std::uint64_t first_block = std::uint64_t{4} << 20U;
    std::vector<std::uint8_t> bytes;
    while (bytes.size() < body_bytes) {
        const std::uint64_t begin = bytes.size();
        // Doubling what has really arrived bounds the memory at twice the true content.
        const std::uint64_t block =
            std::min(body_bytes - begin, std::max<std::uint64_t>(begin, first_block));
        bytes.resize(begin + block);
        const std::size_t got = file.read(std::span(bytes).subspan(begin));
        if (got < block) {
            throw incomplete(file, header_bytes + body_bytes, header_bytes + begin + got);
        }
    }
    // Reading past the end also verifies the checksum of a compressed stream.
    const std::uint64_t extra = file.skip_to_end();
    if (extra > 0) {
        throw incomplete(file, header_bytes + body_bytes, header_bytes + body_bytes + extra);
    }
    return bytes;
}

struct LabelledImages {
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    Examples examples;
};

LabelledImages read_pair(const std::filesystem::path& directory, const std::string& prefix) {
    const auto images_path = find_raw_or_gzip(directory, prefix + "-images-idx3-ubyte");
    const auto labels_path = find_raw_or_gzip(directory, prefix + "-labels-idx1-ubyte");
    IdxArray labels = read_idx(labels_path, 1);
    IdxArray images = read_idx(images_path, 3);
    if (images.sizes[0] != labels.sizes[0]) {
        throw data_error(fmt::format("{}: expected {} labels, one for each image of {}, found {}",
                                     labels_path.string(), images.sizes[0], images_path.string(),
                                     labels.sizes[0]),
                         "the two files do not belong together: fetch both again");
    }
    const auto wrong = std::find_if(labels.bytes.begin(), labels.bytes.end(),
                                    [](std::uint8_t label) { return label >= mnist_classes; });
    if (wrong != labels.bytes.end()) {
        throw data_error(fmt::format("{}: expected labels from 0 to {}, found {} at example {}",
                                     labels_path.string(), mnist_classes - 1, *wrong,
                                     wrong - labels.bytes.begin()),
                         "the file belongs to another data set or is damaged: fetch it again");
    }
    LabelledImages result;
    result.rows = images.sizes[1];
    result.columns = images.sizes[2];
    result.examples.pixels = std::move(images.bytes);
    result.examples.labels.assign(labels.bytes.begin(), labels.bytes.end());
    return result;
}

Dataset load_mnist_like(const std::string& name, const std::filesystem::path& directory) {
    LabelledImages train = read_pair(directory, "train");
    LabelledImages test = read_pair(directory, "t10k");
    if (train.rows != test.rows || train.columns != test.columns) {
        throw data_error(
            fmt::format("{}: expected test images of {} x {} pixels, like the training images, "
                        "found {} x {}",
                        directory.string(), train.rows, train.columns, test.rows, test.columns),
            "training and test files do not belong together: fetch both again");
    }
    Dataset dataset;
    dataset.name = name;
    dataset.classes = mnist_classes;
    dataset.example_shape = {1, train.rows, train.columns};
    dataset.train = std::move(train.examples);
    dataset.test = std::move(test.examples);
    return dataset;
}

DatasetKind mnist_like(const std::string& name, const std::string& meaning) {
    DatasetKind kind;
    kind.name = name;
    kind.meaning = meaning;
    kind.in_files = true;
    kind.load = [name](const DataSettings& settings) {
        return load_mnist_like(name, settings.directory);
    };
    return kind;
}

}  // namespace

IdxArray read_idx(const std::filesystem::path& path, int dimensions) {
    CompressedFile file(path);
    const std::uint64_t header_bytes = 4 + 4 * static_cast<std::uint64_t>(dimensions);
    const std::uint32_t expected = magic_of(dimensions);
    const std::uint32_t found = read_big_endian_word(file, header_bytes, 0);
    if (found != expected) {
        throw data_error(
            fmt::format("{}: expected IDX magic number {}{}, found {}{} (0x{:08x})", path.string(),
                        expected, kind_of(expected), found, kind_of(found), found),
            *kind_of(found) != '\0' ? "files for images and labels are swapped: rename them"
                                    : "this is no IDX file of unsigned bytes: fetch it again");
    }
    IdxArray array;
    for (int i = 0; i < dimensions; ++i) {
        const std::uint64_t already = 4 + 4 * static_cast<std::uint64_t>(i);
        array.sizes.push_back(read_big_endian_word(file, header_bytes, already));
    }
    if (product(array.sizes) == 0) {
        throw data_error(fmt::format("{}: expected at least one example, found sizes {}",
                                     path.string(), fmt::join(array.sizes, " x ")),
                         "the file is empty: fetch it again");
    }
    array.bytes = read_body(file, header_bytes, product(array.sizes));
    return array;
}

DatasetKind fashion_mnist() {
    DatasetKind kind = mnist_like("fashion-mnist", "clothing, 28 x 28 pixels, 10 classes");
    kind.directory = "/usr/share/datasets/fashion-mnist";
    kind.remedy_without_files =
        "install Debian's package dataset-fashion-mnist and set data.directory to "
        "/usr/share/datasets/fashion-mnist, or name your own folder";
    return kind;
}

DatasetKind mnist() {
    return mnist_like("mnist", "handwritten digits, 28 x 28 pixels, 10 classes");
}

}  // namespace batchscope
