#include "data/cifar.hpp"

#include "data_files.hpp"

namespace batchscope::tests_of_cifar {
namespace {

constexpr std::size_t pixel_bytes = 3072;

// Records whose pixels of example i are (first + i + position) modulo 251 and whose labels count
// up.
Bytes records(std::size_t count, std::initializer_list<unsigned> label_limits, unsigned first = 0) {
    Bytes bytes;
    for (std::size_t i = 0; i < count; ++i) {
        for (const unsigned limit : label_limits) {
            bytes.push_back(static_cast<std::uint8_t>((first + i) % limit));
        }
        for (std::size_t k = 0; k < pixel_bytes; ++k) {
            bytes.push_back(static_cast<std::uint8_t>((first + i + k) % 251));
        }
    }
    return bytes;
}

struct SmallCifar10 {
    TemporaryFolder folder;
    SmallCifar10() {
        for (unsigned i = 1; i <= 5; ++i) {
            write_raw(batch(i), records(4, {10}, 10 * i));
        }
        write_raw(folder.path() / "test_batch.bin", records(3, {10}, 2));
    }
    [[nodiscard]] std::filesystem::path batch(unsigned number) const {
        return folder.path() / ("data_batch_" + std::to_string(number) + ".bin");
    }
    [[nodiscard]] Dataset load() const { return cifar_10().load(in_folder(folder.path())); }
};

struct SmallCifar100 {
    TemporaryFolder folder;
    std::filesystem::path train = folder.path() / "train.bin";
    SmallCifar100() {
        write_raw(train, records(25, {20, 100}, 70));
        write_raw(folder.path() / "test.bin", records(3, {20, 100}));
    }
    [[nodiscard]] Dataset load() const { return cifar_100().load(in_folder(folder.path())); }
};

TEST(Cifar10, JoinsTheFiveBatchesInOrder) {
    const SmallCifar10 files;
    const Dataset dataset = files.load();
    EXPECT_EQ(dataset.name, "cifar-10");
    EXPECT_EQ(dataset.classes, 10);
    EXPECT_EQ(dataset.example_shape, (std::vector<std::int64_t>{3, 32, 32}));
    ASSERT_EQ(dataset.train.size(), 20);
    ASSERT_EQ(dataset.test.size(), 3);
    ASSERT_EQ(dataset.train.pixels.size(), 20 * pixel_bytes);
    for (std::size_t i = 0; i < 20; ++i) {
        EXPECT_EQ(dataset.train.labels[i], static_cast<std::int64_t>(i % 4));
        EXPECT_EQ(dataset.train.pixels[i * pixel_bytes + 100], 10 * (i / 4 + 1) + i % 4 + 100);
    }
    EXPECT_EQ(dataset.test.labels, (std::vector<std::int64_t>{2, 3, 4}));
}

TEST(Cifar10, ReadsGzipAlike) {
    const SmallCifar10 files;
    const std::string raw = files.load().hash();
    write_gzip(files.batch(3).string() + ".gz", read_bytes(files.batch(3)));
    std::filesystem::remove(files.batch(3));
    write_gzip(files.batch(4), read_bytes(files.batch(4)));
    EXPECT_EQ(files.load().hash(), raw);
}

TEST(Cifar100, UsesTheFineLabels) {
    const SmallCifar100 files;
    const Dataset dataset = files.load();
    EXPECT_EQ(dataset.name, "cifar-100");
    EXPECT_EQ(dataset.classes, 100);
    ASSERT_EQ(dataset.train.size(), 25);
    EXPECT_EQ(dataset.train.labels[24], 94);
    EXPECT_EQ(dataset.train.pixels[0], 70);
}

TEST(Cifar, RefusesLengthsThatAreNoWholeRecords) {
    const SmallCifar10 files;
    const Bytes whole = records(3, {10});
    for (const std::size_t length :
         {std::size_t{0}, std::size_t{1}, whole.size() / 2, whole.size() - 1}) {
        const Bytes cut(whole.begin(), whole.begin() + length);
        for (const bool compressed : {false, true}) {
            compressed ? write_gzip(files.batch(2), cut) : write_raw(files.batch(2), cut);
            expect_error(
                ExitCode::data,
                {files.batch(2).string(), "3073", "found " + std::to_string(length) + " bytes"},
                [&] { (void)files.load(); });
        }
    }
}

TEST(Cifar, TellsCifar100GivenAsCifar10AndTheReverse) {
    const SmallCifar10 ten;
    write_raw(ten.batch(1), records(4, {20, 100}));
    expect_error(ExitCode::data,
                 {ten.batch(1).string(), "CIFAR-10 records", "records of CIFAR-100"},
                 [&] { (void)ten.load(); });
    const SmallCifar100 hundred;
    write_raw(hundred.train, records(4, {10}));
    expect_error(ExitCode::data,
                 {hundred.train.string(), "CIFAR-100 records", "records of CIFAR-10"},
                 [&] { (void)hundred.load(); });
}

TEST(Cifar, ReadsBothDataSetsOnlyFromTheirOwnFiles) {
    const SmallCifar10 ten;
    const SmallCifar100 hundred;
    expect_error(ExitCode::data, {"data_batch_1.bin", "data_batch_1.bin.gz"},
                 [&] { (void)cifar_10().load(in_folder(hundred.folder.path())); });
    expect_error(ExitCode::data, {"train.bin", "train.bin.gz"},
                 [&] { (void)cifar_100().load(in_folder(ten.folder.path())); });
}

TEST(Cifar, RefusesLabelsOutOfRange) {
    const SmallCifar10 ten;
    Bytes bytes = records(4, {10});
    bytes[2 * (pixel_bytes + 1)] = 10;
    write_raw(ten.batch(5), bytes);
    expect_error(ExitCode::data, {ten.batch(5).string(), "0 to 9", "found 10", "example 2"},
                 [&] { (void)ten.load(); });
    const SmallCifar100 hundred;
    for (const std::size_t label : {std::size_t{0}, std::size_t{1}}) {
        bytes = records(4, {20, 100});
        bytes[3 * (pixel_bytes + 2) + label] = 100;
        write_raw(hundred.train, bytes);
        expect_error(
            ExitCode::data,
            {hundred.train.string(), label == 0 ? "0 to 19" : "0 to 99", "found 100", "example 3"},
            [&] { (void)hundred.load(); });
    }
}

}  // namespace
}  // namespace batchscope::tests_of_cifar
