#include "data/idx.hpp"

#include <sys/resource.h>

#include <algorithm>

#include "data_files.hpp"

namespace batchscope::tests_of_idx {
namespace {

constexpr const char* debian_folder = "/usr/share/datasets/fashion-mnist";

// 30 training and 20 test images of 4 x 5 pixels.
struct SmallFiles {
    TemporaryFolder folder;
    std::filesystem::path train_images = folder.path() / "train-images-idx3-ubyte";
    std::filesystem::path train_labels = folder.path() / "train-labels-idx1-ubyte";
    std::filesystem::path test_images = folder.path() / "t10k-images-idx3-ubyte";
    std::filesystem::path test_labels = folder.path() / "t10k-labels-idx1-ubyte";
    SmallFiles() {
        write_raw(train_images, idx_bytes({30, 4, 5}, 600, 256));
        write_raw(train_labels, idx_bytes({30}, 30, 10));
        write_raw(test_images, idx_bytes({20, 4, 5}, 400, 256, 7));
        write_raw(test_labels, idx_bytes({20}, 20, 10, 3));
    }
    [[nodiscard]] Dataset load() const { return mnist().load(in_folder(folder.path())); }
};

void expect_data_error(const std::filesystem::path& path, std::vector<std::string> parts,
                       const SmallFiles& files) {
    parts.push_back(path.string());
    expect_error(ExitCode::data, parts, [&] { (void)files.load(); });
}

TEST(Idx, ReadsImagesAndLabelsInTheOrderOfTheFile) {
    const SmallFiles files;
    const Dataset dataset = files.load();
    EXPECT_EQ(dataset.name, "mnist");
    EXPECT_EQ(dataset.task, Task::classification);
    EXPECT_EQ(dataset.classes, 10);
    EXPECT_EQ(dataset.example_shape, (std::vector<std::int64_t>{1, 4, 5}));
    ASSERT_EQ(dataset.train.size(), 30);
    ASSERT_EQ(dataset.test.size(), 20);
    ASSERT_EQ(dataset.train.pixels.size(), 600U);
    EXPECT_EQ(dataset.train.pixels[257], 1);
    EXPECT_EQ(dataset.train.labels[17], 7);
    EXPECT_EQ(dataset.test.pixels[0], 7);
    EXPECT_EQ(dataset.test.labels[0], 3);
}

TEST(Idx, ReadsGzipAndRawAlike) {
    const SmallFiles files;
    const std::string raw = files.load().hash();
    for (const auto& path :
         {files.train_images, files.train_labels, files.test_images, files.test_labels}) {
        write_gzip(path.string() + ".gz", read_bytes(path));
        std::filesystem::remove(path);
    }
    EXPECT_EQ(files.load().hash(), raw);
}

TEST(Idx, ReadsGzipUnderTheRawName) {
    const SmallFiles files;
    const std::string raw = files.load().hash();
    write_gzip(files.train_images, read_bytes(files.train_images));
    EXPECT_EQ(files.load().hash(), raw);
}

TEST(Idx, RefusesEveryTruncation) {
    const SmallFiles files;
    for (const auto& path : {files.train_images, files.test_labels}) {
        const Bytes whole = read_bytes(path);
        for (std::size_t length = 0; length < whole.size(); ++length) {
            write_raw(path, Bytes(whole.begin(), whole.begin() + length));
            expect_data_error(path, {"expected", "found " + std::to_string(length)}, files);
        }
        write_raw(path, whole);
    }
}

TEST(Idx, RefusesExtraBytesAndCountsThem) {
    const SmallFiles files;
    Bytes bytes = read_bytes(files.train_images);
    bytes.insert(bytes.end(), 5, 0);
    write_raw(files.train_images, bytes);
    expect_data_error(files.train_images, {"expected 616 bytes", "found 621"}, files);
    write_gzip(files.train_images, bytes);
    expect_data_error(files.train_images, {"expected 616 bytes", "found 621"}, files);
}

TEST(Idx, TellsSwappedImagesAndLabels) {
    const SmallFiles files;
    const Bytes images = read_bytes(files.train_images);
    write_raw(files.train_images, read_bytes(files.train_labels));
    expect_data_error(files.train_images, {"2051 (images)", "2049 (labels)"}, files);
    write_raw(files.train_labels, images);
    expect_data_error(files.train_labels, {"2049 (labels)", "2051 (images)"}, files);
}

TEST(Idx, RefusesOtherKindsOfFile) {
    const SmallFiles files;
    const std::string page = "<!DOCTYPE html><html>not found</html>";
    write_raw(files.train_images, Bytes(page.begin(), page.end()));
    expect_data_error(files.train_images, {"magic", "2051", "0x3c21444f"}, files);
    Bytes floats = idx_bytes({30, 4, 5}, 600, 256);
    floats[2] = 0x0D;
    write_raw(files.train_images, floats);
    expect_data_error(files.train_images, {"magic", "3331"}, files);
    // A gzip file compressed twice shows the magic number of gzip where IDX begins.
    write_gzip(files.train_images, read_bytes(write_gzip(files.folder.path() / "x", floats)));
    expect_data_error(files.train_images, {"magic", "0x1f8b"}, files);
}

TEST(Idx, RefusesImagesAndLabelsOfDifferentCount) {
    const SmallFiles files;
    write_raw(files.train_labels, idx_bytes({29}, 29, 10));
    expect_data_error(files.train_labels, {"expected 30 labels", "found 29"}, files);
}

TEST(Idx, RefusesLabelsOutOfRange) {
    const SmallFiles files;
    Bytes labels = read_bytes(files.test_labels);
    labels[8 + 13] = 10;
    write_raw(files.test_labels, labels);
    expect_data_error(files.test_labels, {"0 to 9", "found 10", "example 13"}, files);
}

TEST(Idx, RefusesTestImagesOfAnotherSize) {
    const SmallFiles files;
    write_raw(files.test_images, idx_bytes({20, 5, 4}, 400, 256));
    expect_data_error(files.folder.path(), {"4 x 5", "5 x 4"}, files);
}

TEST(Idx, RefusesFilesWithoutExamples) {
    const SmallFiles files;
    write_raw(files.train_labels, idx_bytes({0}, 0, 10));
    expect_data_error(files.train_labels, {"at least one example"}, files);
    write_raw(files.train_labels, idx_bytes({30}, 30, 10));
    write_raw(files.train_images, idx_bytes({30, 0, 5}, 0, 10));
    expect_data_error(files.train_images, {"at least one example", "30 x 0 x 5"}, files);
}

TEST(Idx, ClaimedSizesCostNoMemory) {
    const SmallFiles files;
    rusage before{};
    getrusage(RUSAGE_SELF, &before);
    for (const Bytes& bytes :
         {idx_bytes({0x80000000U, 28, 28}, 1000, 256), idx_bytes({100'000'000, 28, 28}, 1000, 256),
          idx_bytes({0xFFFFFFFFU, 0xFFFFFFFFU, 0xFFFFFFFFU}, 1000, 256)}) {
        write_raw(files.train_images, bytes);
        expect_data_error(files.train_images, {"expected", "found 1016"}, files);
        write_gzip(files.train_images, bytes);
        expect_data_error(files.train_images, {"expected", "found 1016"}, files);
    }
    rusage after{};
    getrusage(RUSAGE_SELF, &after);
    EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 64 * 1024);  // KiB
}

TEST(Idx, NamesBothFilesItLookedFor) {
    const SmallFiles files;
    std::filesystem::remove(files.test_labels);
    expect_data_error(files.test_labels, {files.test_labels.string() + ".gz"}, files);
}

// Counts and first labels as published with the data set.
TEST(Idx, ReadsTheRealFashionMnist) {
    if (!std::filesystem::exists(debian_folder)) {
        GTEST_SKIP() << "Debian's package dataset-fashion-mnist is not installed";
    }
    const Dataset dataset = fashion_mnist().load(in_folder(debian_folder));
    EXPECT_EQ(dataset.example_shape, (std::vector<std::int64_t>{1, 28, 28}));
    ASSERT_EQ(dataset.train.size(), 60000);
    ASSERT_EQ(dataset.test.size(), 10000);
    EXPECT_EQ(dataset.train.pixels.size(), 60000U * 784U);
    EXPECT_EQ(dataset.test.pixels.size(), 10000U * 784U);
    for (std::int64_t label = 0; label < 10; ++label) {
        EXPECT_EQ(std::count(dataset.train.labels.begin(), dataset.train.labels.end(), label),
                  6000);
        EXPECT_EQ(std::count(dataset.test.labels.begin(), dataset.test.labels.end(), label), 1000);
    }
    EXPECT_EQ(dataset.train.labels[0], 9);  // ankle boot
    EXPECT_EQ(dataset.train.labels[1], 0);  // T-shirt
    EXPECT_EQ(dataset.test.labels[0], 9);
    // The well-known numbers of this data set.
    std::vector<std::int64_t> all(60000);
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i] = static_cast<std::int64_t>(i);
    }
    const Normalisation normalisation = measure_normalisation(dataset, all);
    EXPECT_NEAR(normalisation.mean.at(0), 0.2860, 5e-5);
    EXPECT_NEAR(normalisation.standard_deviation.at(0), 0.3530, 5e-5);
}

TEST(Idx, RefusesTheRealFilesCutInHalf) {
    const auto source = std::filesystem::path(debian_folder) / "t10k-labels-idx1-ubyte.gz";
    if (!std::filesystem::exists(source)) {
        GTEST_SKIP() << "Debian's package dataset-fashion-mnist is not installed";
    }
    const TemporaryFolder folder;
    Bytes bytes = read_bytes(source);
    bytes.resize(bytes.size() / 2);
    const auto path = write_raw(folder.path() / "half.gz", bytes);
    expect_error(ExitCode::data, {path.string(), "gzip"}, [&] { (void)read_idx(path, 1); });
}

}  // namespace
}  // namespace batchscope::tests_of_idx
