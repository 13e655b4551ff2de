#include "runs/current_run.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <thread>

#include "core/error.hpp"
#include "results/example_run.hpp"
#include "results/result_file.hpp"
#include "results/writer_lock.hpp"

namespace batchscope::tests_of_current_run {
namespace {

/// A run in progress with its file on disk.
class RunInProgress : public ::testing::Test {
  protected:
    RunInProgress() { write(RunStatus::running); }

    void write(RunStatus status) const {
        RunRecord record = example_run();
        record.status = status;
        write_result(file_, record);
    }
    [[nodiscard]] RunStatus status() const { return read_result_state(file_).status; }

    /// The lock file as a killed writer leaves it: its text is there, and nobody holds the lock.
    void leave_lock_behind() const {
        const auto copy = folder_ / "copy";
        {
            const WriterLock lock(file_);
            std::filesystem::copy_file(lock_file_of(file_), copy);
        }
        std::filesystem::rename(copy, lock_file_of(file_));
    }

    TemporaryFolder folder_;
    std::filesystem::path file_ = folder_ / "run.h5";
    CurrentRun run_;
};

TEST_F(RunInProgress, IsMarkedByWhoeverNoticesAFailure) {
    run_.begin(file_, /*writes=*/false);
    run_.fail("out of memory");
    EXPECT_EQ(status(), RunStatus::failed);
    EXPECT_EQ(read_result_state(file_).reason, "out of memory");
    EXPECT_EQ(read_result(file_).epochs.epoch, example_run().epochs.epoch);
}

TEST_F(RunInProgress, IsOverOnceItsLastStateIsWritten) {
    for (const bool writes : {true, false}) {
        run_.begin(file_, writes);
        run_.write(/*last=*/false, [&] { write(RunStatus::running); });
        run_.write(/*last=*/true, [&] { write(RunStatus::stopped); });
        run_.fail("a rank hangs");
        run_.fail_without_writer("a rank was lost");
        EXPECT_EQ(status(), RunStatus::stopped);
    }
}

TEST_F(RunInProgress, GoesOnAfterALastStateThatCouldNotBeWritten) {
    run_.begin(file_, /*writes=*/true);
    EXPECT_THROW(run_.write(/*last=*/true, [] { throw run_time_error("disk full", "free some"); }),
                 Error);
    run_.fail("disk full");
    EXPECT_EQ(status(), RunStatus::failed);
}

TEST_F(RunInProgress, IsNotMarkedWhileItsWriterIsAlive) {
    run_.begin(file_, /*writes=*/false);
    run_.fail_without_writer("a rank was lost");  // nobody has taken the lock yet
    EXPECT_EQ(status(), RunStatus::running);
    const WriterLock lock(file_);
    run_.fail_without_writer("a rank was lost");
    EXPECT_EQ(status(), RunStatus::running);
}

TEST_F(RunInProgress, IsMarkedByOthersWhereItsWriterWasKilled) {
    leave_lock_behind();
    run_.begin(file_, /*writes=*/false);
    run_.fail_without_writer("a rank was lost");
    EXPECT_EQ(status(), RunStatus::failed);
    EXPECT_EQ(read_result_state(file_).reason, "a rank was lost");
}

TEST_F(RunInProgress, StaysStoppedWhereItsWriterWasKilledAfterwards) {
    leave_lock_behind();
    write(RunStatus::stopped);
    run_.begin(file_, /*writes=*/false);
    run_.fail_without_writer("a rank was lost");
    EXPECT_EQ(status(), RunStatus::stopped);
}

TEST_F(RunInProgress, IsMarkedByItsWriterThatWaitsForALostRank) {
    const WriterLock lock(file_);
    run_.begin(file_, /*writes=*/true);
    run_.fail_without_writer("a rank was lost");
    EXPECT_EQ(status(), RunStatus::failed);
}

TEST_F(RunInProgress, AMarkNeverReplacesTheLastStateThatIsBeingWritten) {
    run_.begin(file_, /*writes=*/true);
    std::optional<std::jthread> other;
    run_.write(/*last=*/true, [&] {
        other.emplace([this] { run_.fail_without_writer("a rank was lost"); });
        std::this_thread::sleep_for(std::chrono::milliseconds(100));  // for it to get in between
        write(RunStatus::stopped);
    });
    other.reset();
    EXPECT_EQ(status(), RunStatus::stopped);
}

}  // namespace
}  // namespace batchscope::tests_of_current_run
