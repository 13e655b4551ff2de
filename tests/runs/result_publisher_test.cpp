#include "runs/result_publisher.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "core/version.hpp"
#include "results/example_run.hpp"
#include "results/result_file.hpp"

namespace batchscope::tests_of_result_publisher {
namespace {

class Publishing : public ::testing::Test {
  protected:
    Publishing() { record_.program_version = version; }

    /// Epochs that the file on disk holds.
    [[nodiscard]] std::size_t stored_epochs() const {
        return read_result(folder_ / "run.h5").epochs.epoch.size();
    }
    void add_epoch() {
        EpochColumns& rows = record_.epochs;
        rows.epoch.push_back(static_cast<double>(rows.epoch.size()));
        rows.step.push_back(0);
        rows.examples.push_back(0);
        for (auto* column :
             {&rows.train_loss, &rows.train_accuracy, &rows.validation_loss,
              &rows.validation_accuracy, &rows.test_loss, &rows.test_accuracy, &rows.weight_norm,
              &rows.distance_from_start, &rows.training_seconds, &rows.evaluation_seconds,
              &rows.communication_seconds, &rows.examples_per_second}) {
            column->push_back(0);
        }
        rows.peak_memory_bytes.push_back(0);
    }

    TemporaryFolder folder_;
    RunRecord record_;
};

TEST_F(Publishing, WritesAtTheStartAndAtTheEndWhateverItCosts) {
    ResultPublisher publisher(folder_ / "run.h5", true, false);
    add_epoch();
    publisher.publish(record_, false);
    EXPECT_EQ(stored_epochs(), 1);
    add_epoch();
    publisher.publish(record_, true);
    EXPECT_EQ(stored_epochs(), 2);
}

// Epochs of no time at all: were each written, writing would take all of it.
TEST_F(Publishing, SkipsRewritesThatWouldCostMoreThanTheyAreWorth) {
    ResultPublisher publisher(folder_ / "run.h5", true, false);
    std::size_t versions = 0;
    std::size_t last_seen = 0;
    for (int epoch = 0; epoch < 200; ++epoch) {
        add_epoch();
        publisher.publish(record_, false);
        const std::size_t stored = stored_epochs();
        versions += stored != last_seen ? 1 : 0;
        last_seen = stored;
    }
    EXPECT_GE(versions, 1);
    EXPECT_LT(versions, 100);
}

TEST_F(Publishing, IsTheWorkOfOneRank) {
    ResultPublisher publisher(folder_ / "run.h5", false, false);
    publisher.publish(record_, true);
    EXPECT_FALSE(std::filesystem::exists(folder_ / "run.h5"));
}

// A run that was killed goes on from a checkpoint older than its file.
TEST_F(Publishing, KeepsRowsOfTheFileUntilTheRunHasComePastThem) {
    const auto file = folder_ / "run.h5";
    RunRecord before = example_run(5, 2);
    before.status = RunStatus::failed;
    before.reason = "killed";
    write_result(file, before);
    ResultPublisher publisher(file, true, true);

    record_ = example_run(3, 1);
    record_.status = RunStatus::running;
    record_.reason = "";
    publisher.publish(record_, false);
    EXPECT_EQ(read_result(file).steps.step.size(), 5);
    EXPECT_EQ(read_result(file).status, RunStatus::running);
    EXPECT_EQ(read_result(file).reason, "");

    record_.status = RunStatus::stopped;
    record_.reason = "stopped on request after step 3";
    publisher.publish(record_, true);
    EXPECT_EQ(read_result(file).steps.step.size(), 5);
    EXPECT_EQ(read_result(file).status, RunStatus::stopped);

    record_ = example_run(6, 2);
    publisher.publish(record_, true);
    EXPECT_EQ(read_result(file).steps.step.size(), 6);
    EXPECT_EQ(read_result(file).status, RunStatus::complete);
}

// A rank that was stopped for long wakes when its job is ended, after others have marked its run.
TEST_F(Publishing, ARowDoesNotReplaceTheMarkOfAnotherRank) {
    const auto file = folder_ / "run.h5";
    ResultPublisher publisher(file, true, false);
    record_ = example_run(3, 1);
    record_.status = RunStatus::running;
    const auto begin = std::chrono::steady_clock::now();
    publisher.publish(record_, false);
    const auto cost = std::chrono::steady_clock::now() - begin;
    mark_failed(file, "no sign of life from rank 3");
    std::this_thread::sleep_for(120 * cost);  // so long that another row costs little
    publisher.publish(record_, false);
    EXPECT_EQ(read_result(file).status, RunStatus::failed);
    publisher.publish(record_, false);
    EXPECT_EQ(read_result(file).status, RunStatus::failed);
    record_.status = RunStatus::complete;
    publisher.publish(record_, true);
    EXPECT_EQ(read_result(file).status, RunStatus::complete) << "it was not lost";
}

// As before there were marks: whatever stands under the name is replaced.
TEST_F(Publishing, ARowReplacesAFileThatCannotBeRead) {
    const auto file = folder_ / "run.h5";
    RunRecord running = example_run(3, 1);
    running.status = RunStatus::running;
    const auto first = write_result(file, running);
    std::filesystem::remove(file);
    write_text_file(file, "no HDF5 file");
    EXPECT_NE(write_result_unless_marked(file, running, first), first);
    EXPECT_EQ(read_result(file).status, RunStatus::running);
}

TEST_F(Publishing, AnEndInFewerStepsIsTheEnd) {
    const auto file = folder_ / "run.h5";
    write_result(file, example_run(5, 2));
    ResultPublisher publisher(file, true, true);
    record_ = example_run(3, 1);
    record_.status = RunStatus::diverged;
    publisher.publish(record_, true);
    EXPECT_EQ(read_result(file).steps.step.size(), 3);
}

TEST_F(Publishing, ReplacesTheFileOfARunThatIsToBeginAgain) {
    const auto file = folder_ / "run.h5";
    write_result(file, example_run(5, 2));
    ResultPublisher publisher(file, true, false);
    record_ = example_run(1, 0);
    publisher.publish(record_, false);
    EXPECT_EQ(read_result(file).steps.step.size(), 1);
}

}  // namespace
}  // namespace batchscope::tests_of_result_publisher
