#include "results/checkpoint_file.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "core/error.hpp"
#include "core/file_io.hpp"
#include "example_run.hpp"

namespace batchscope::tests_of_checkpoint_file {
namespace {

namespace fs = std::filesystem;

Checkpoint example(std::int64_t steps = 6) {
    return {RunPhase::evaluation, 0.125, example_run(steps)};
}

std::string problem_of(const std::vector<std::byte>& bytes) {
    try {
        (void)parse_checkpoint(bytes);
        return "none";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::data);
        return error.problem();
    }
}

class CheckpointFiles : public ::testing::Test {
  protected:
    [[nodiscard]] std::int64_t found_step() const {
        const FoundCheckpoint found = find_checkpoint(result_);
        return found.bytes.empty() ? -1 : parse_checkpoint(found.bytes).step();
    }
    void truncate(const fs::path& file, double fraction) const {
        const auto size = static_cast<double>(fs::file_size(file));
        fs::resize_file(file, static_cast<std::uintmax_t>(size * fraction));
    }

    TemporaryFolder folder_;
    fs::path result_ = folder_ / "batch_size-64_seed-1.h5";
    fs::path newest_ = folder_ / ".batch_size-64_seed-1.checkpoint";
    fs::path previous_ = folder_ / ".batch_size-64_seed-1.checkpoint.previous";
    fs::path temporary_ = folder_ / ".batch_size-64_seed-1.checkpoint.tmp";
};

TEST(CheckpointImage, HoldsEverythingBitForBit) {
    Checkpoint written = example();
    written.record.steps.train_loss.back() = std::nextafter(0.1, 1.0);
    written.record.weights.push_back(
        {"momentum", "state", {3}, std::vector<float>{-0.0F, 1e-45F, 0.1F}});
    const Checkpoint read = parse_checkpoint(checkpoint_image(written));
    EXPECT_EQ(read.phase, RunPhase::evaluation);
    EXPECT_EQ(read.communication_seconds, 0.125);
    EXPECT_EQ(read.step(), 6);
    EXPECT_EQ(read.record.steps.train_loss, written.record.steps.train_loss);
    EXPECT_EQ(read.record.configuration, written.record.configuration);
    EXPECT_EQ(read.record.environment.text, written.record.environment.text);
    const auto& values = std::get<std::vector<float>>(read.record.weights.back().values);
    EXPECT_TRUE(std::signbit(values[0]));
    EXPECT_EQ(values[1], 1e-45F);
}

TEST(CheckpointImage, KeepsUnknownCommunicationTimeUnknown) {
    Checkpoint written = example();
    written.communication_seconds = std::numeric_limits<double>::quiet_NaN();
    EXPECT_TRUE(std::isnan(parse_checkpoint(checkpoint_image(written)).communication_seconds));
}

TEST(CheckpointImage, BeforeTheFirstStepIsAtStepZero) {
    EXPECT_EQ(parse_checkpoint(checkpoint_image(example(0))).step(), 0);
}

TEST(CheckpointImage, EveryFlippedBitThatMattersIsSeen) {
    const std::vector<std::byte> image = checkpoint_image(example());
    const std::size_t header_end =
        std::string_view(reinterpret_cast<const char*>(image.data()), 512).find("\n\n");
    for (std::size_t i = 0; i < image.size(); i += i < header_end ? 1 : 97) {
        if (i >= header_end && i < 512) {
            continue;  // padding
        }
        for (const unsigned bit : {0U, 6U}) {
            std::vector<std::byte> damaged = image;
            damaged[i] ^= std::byte{1} << bit;
            EXPECT_NE(problem_of(damaged), "none") << "byte " << i << " bit " << bit;
        }
    }
}

TEST(CheckpointImage, EveryLengthButItsOwnIsRefused) {
    const std::vector<std::byte> image = checkpoint_image(example());
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{511},
                                   std::size_t{512}, image.size() / 2, image.size() - 1}) {
        EXPECT_NE(problem_of({image.begin(), image.begin() + static_cast<std::ptrdiff_t>(size)}),
                  "none")
            << size;
    }
    std::vector<std::byte> longer = image;
    longer.push_back(std::byte{0});
    EXPECT_NE(problem_of(longer).find("cut off"), std::string::npos);
}

TEST_F(CheckpointFiles, AreNoneAtFirst) {
    EXPECT_TRUE(find_checkpoint(result_).bytes.empty());
    EXPECT_TRUE(find_checkpoint(result_).warnings.empty());
    EXPECT_FALSE(saved_step(result_));
    remove_checkpoints(result_);
}

TEST_F(CheckpointFiles, KeepTheTwoNewest) {
    for (const std::int64_t steps : {1, 2, 3}) {
        write_checkpoint(result_, example(steps));
        EXPECT_EQ(found_step(), steps);
        EXPECT_EQ(saved_step(result_), steps);
    }
    EXPECT_EQ(parse_checkpoint(read_bytes(previous_)).step(), 2);
    EXPECT_FALSE(fs::exists(temporary_));
    remove_checkpoints(result_);
    EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(CheckpointFiles, ATruncatedNewestFallsBackToTheOneBeforeAndSaysSo) {
    write_checkpoint(result_, example(1));
    write_checkpoint(result_, example(2));
    truncate(newest_, 0.6);
    const FoundCheckpoint found = find_checkpoint(result_);
    EXPECT_EQ(found.file, previous_);
    EXPECT_EQ(parse_checkpoint(found.bytes).step(), 1);
    ASSERT_EQ(found.warnings.size(), 1);
    EXPECT_NE(found.warnings[0].find(newest_.string()), std::string::npos);
    EXPECT_NE(found.warnings[0].find("cut off"), std::string::npos);
    EXPECT_EQ(saved_step(result_), 1);
}

// The whole one of the two must survive every moment of the next write.
TEST_F(CheckpointFiles, ADamagedNewestIsReplacedWithoutLosingTheOneBefore) {
    write_checkpoint(result_, example(1));
    write_checkpoint(result_, example(2));
    truncate(newest_, 0);
    write_checkpoint(result_, example(3));
    EXPECT_EQ(found_step(), 3);
}

TEST_F(CheckpointFiles, BothDamagedAreNamedAndNoneIsFound) {
    write_checkpoint(result_, example(1));
    write_checkpoint(result_, example(2));
    truncate(newest_, 0.5);
    std::ofstream(previous_) << "something else";
    const FoundCheckpoint found = find_checkpoint(result_);
    EXPECT_TRUE(found.bytes.empty());
    EXPECT_EQ(found.warnings.size(), 2);
    EXPECT_FALSE(saved_step(result_));
}

// Killed between its verification and the renames.
TEST_F(CheckpointFiles, OneThatWasWrittenWholeCountsUnderItsTemporaryName) {
    write_checkpoint(result_, example(1));
    write_bytes(temporary_, checkpoint_image(example(2)), temporary_);
    EXPECT_EQ(found_step(), 2);
    EXPECT_EQ(saved_step(result_), 2);
    fs::rename(newest_, previous_);
    EXPECT_EQ(found_step(), 2);
}

TEST_F(CheckpointFiles, AHalfWrittenTemporaryIsPassedOverInSilence) {
    write_checkpoint(result_, example(1));
    write_bytes(temporary_, checkpoint_image(example(2)), temporary_);
    truncate(temporary_, 0.5);
    EXPECT_EQ(found_step(), 1);
    EXPECT_TRUE(find_checkpoint(result_).warnings.empty());
    EXPECT_EQ(saved_step(result_), 1);
}

TEST_F(CheckpointFiles, AFolderInTheWayLeavesTheOldOneAsItWas) {
    write_checkpoint(result_, example(1));
    fs::create_directory(temporary_);
    try {
        write_checkpoint(result_, example(2));
        ADD_FAILURE() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::run_time);
        EXPECT_NE(error.problem().find(newest_.string()), std::string::npos) << error.problem();
        EXPECT_NE(error.problem().find("Is a directory"), std::string::npos) << error.problem();
    }
    EXPECT_EQ(found_step(), 1);
}

TEST_F(CheckpointFiles, AFullDiskIsNamedAndLeavesTheOldOneAsItWas) {
    const fs::path disk = folder_ / "disk";
    const TinyFileSystem tiny(disk);
    if (!tiny.mounted()) {
        GTEST_SKIP() << "needs the right to mount a tmpfs";
    }
    const fs::path result = disk / "run.h5";
    Checkpoint small;
    small.record = {};
    write_checkpoint(result, small);
    try {
        write_checkpoint(result, example(5000));
        ADD_FAILURE() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::run_time);
        EXPECT_NE(error.problem().find("No space left on device"), std::string::npos);
    }
    EXPECT_EQ(saved_step(result), 0);
    EXPECT_FALSE(fs::exists(disk / ".run.checkpoint.tmp"));
}

}  // namespace
}  // namespace batchscope::tests_of_checkpoint_file
