#include "results/writer_lock.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "example_run.hpp"

namespace batchscope::tests_of_writer_lock {
namespace {

namespace fs = std::filesystem;

/// Both ways of locking must keep the same promises.
class WriterLockTest : public testing::TestWithParam<WriterLock::Method> {
  protected:
    [[nodiscard]] WriterLock take() const { return WriterLock(result_, GetParam()); }

    [[nodiscard]] std::string refusal(WriterLock::Method method) const {
        try {
            const WriterLock second(result_, method);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ExitCode::environment);
            return error.what();
        }
        return {};
    }

    /// Starts a process that takes the lock and waits; returns once it has it.
    [[nodiscard]] pid_t start_owner() const {
        int ready[2];
        EXPECT_EQ(::pipe(ready), 0);
        const pid_t owner = ::fork();
        if (owner == 0) {
            const WriterLock lock = take();
            EXPECT_EQ(::write(ready[1], "x", 1), 1);
            for (;;) {
                ::pause();
            }
        }
        char byte = 0;
        EXPECT_EQ(::read(ready[0], &byte, 1), 1);
        ::close(ready[0]);
        ::close(ready[1]);
        return owner;
    }

    static void end(pid_t process) {
        ::kill(process, SIGKILL);
        ::waitpid(process, nullptr, 0);
    }

    /// Lets the lock file look as if its owner gave no sign of life for so long.
    void age_lock_file(std::time_t seconds) const {
        const timespec then{::time(nullptr) - seconds, 0};
        const timespec times[2] = {then, then};
        ASSERT_EQ(::utimensat(AT_FDCWD, lock_file_of(result_).c_str(), times, 0), 0);
    }

    [[nodiscard]] std::size_t files() const {
        const auto entries = fs::directory_iterator(folder_.path());
        return static_cast<std::size_t>(std::distance(begin(entries), end_of_folder()));
    }
    static fs::directory_iterator end_of_folder() { return {}; }

    TemporaryFolder folder_;
    fs::path result_ = folder_ / "batch_size-64_learning_rate-0.01.h5";
};

INSTANTIATE_TEST_SUITE_P(Methods, WriterLockTest,
                         testing::Values(WriterLock::Method::automatic,
                                         WriterLock::Method::exclusive_file),
                         [](const auto& method) {
                             return method.param == WriterLock::Method::automatic ? "Kernel"
                                                                                  : "File";
                         });

TEST_P(WriterLockTest, LiesBesideTheResultAndGoesAwayWithItsOwner) {
    {
        const WriterLock lock = take();
        EXPECT_TRUE(fs::exists(folder_ / ".batch_size-64_learning_rate-0.01.lock"));
        EXPECT_EQ(files(), 1U);
    }
    EXPECT_EQ(files(), 0U);
    EXPECT_NO_THROW(static_cast<void>(take()));
}

TEST_P(WriterLockTest, RefusesASecondWriterWithTheOwnersName) {
    ::setenv("SLURM_JOB_ID", "4711", 1);
    const WriterLock lock = take();
    ::unsetenv("SLURM_JOB_ID");
    const std::string message = refusal(GetParam());
    EXPECT_NE(message.find("process " + std::to_string(::getpid())), std::string::npos) << message;
    EXPECT_NE(message.find("Slurm job 4711"), std::string::npos) << message;
    EXPECT_NE(message.find("UTC"), std::string::npos) << message;
    EXPECT_NE(message.find(result_.string()), std::string::npos) << message;
}

TEST_P(WriterLockTest, RefusesAWriterThatLocksTheOtherWay) {
    const WriterLock lock = take();
    EXPECT_NE(
        refusal(GetParam() == WriterLock::Method::automatic ? WriterLock::Method::exclusive_file
                                                            : WriterLock::Method::automatic),
        "");
}

TEST_P(WriterLockTest, LocksOneResultOnly) {
    const WriterLock lock = take();
    EXPECT_NO_THROW(WriterLock(folder_ / "batch_size-64_learning_rate-0.02.h5", GetParam()));
}

TEST_P(WriterLockTest, ARefusedWriterLeavesTheLockInForce) {
    const WriterLock lock = take();
    EXPECT_NE(refusal(GetParam()), "");
    EXPECT_NE(refusal(GetParam()), "");
    EXPECT_EQ(files(), 1U);
}

TEST_P(WriterLockTest, MovesWithItsOwner) {
    std::optional<WriterLock> outer;
    {
        WriterLock inner = take();
        outer = std::move(inner);
    }
    EXPECT_NE(refusal(GetParam()), "");
    outer.reset();
    EXPECT_EQ(refusal(GetParam()), "");
}

TEST_P(WriterLockTest, CreatesTheFolder) {
    const WriterLock lock(folder_ / "a/b/run.h5", GetParam());
    EXPECT_TRUE(fs::exists(folder_ / "a/b/.run.lock"));
}

TEST_P(WriterLockTest, NamesALockFileThatCannotBeWritten) {
    std::ofstream(folder_ / "file") << "x";
    try {
        const WriterLock lock(folder_ / "file" / "run.h5", GetParam());
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::environment);
        EXPECT_NE(error.problem().find(".run.lock"), std::string::npos);
    }
}

TEST_P(WriterLockTest, OneOfManyRacersWinsAlsoForAStaleLock) {
    for (int round = 0; round < 10; ++round) {
        if (round % 2 == 1) {  // half of the races are for a dead owner's file
            std::ofstream(lock_file_of(result_)) << "exclusive-file\nhost gone, process 1\n";
            age_lock_file(1000);
        }
        int result[2];
        int go[2];
        ASSERT_EQ(::pipe(result), 0);
        ASSERT_EQ(::pipe(go), 0);
        std::vector<pid_t> racers;
        for (int racer = 0; racer < 20; ++racer) {
            racers.push_back(::fork());
            if (racers.back() == 0) {
                char byte = 0;
                ::close(go[1]);
                (void)!::read(go[0], &byte, 1);  // ends when the starter closes the pipe
                try {
                    const WriterLock lock = take();
                    (void)!::write(result[1], "w", 1);
                    ::pause();
                } catch (const Error&) {
                    (void)!::write(result[1], "l", 1);
                }
                ::_exit(0);
            }
        }
        ::close(go[0]);
        ::close(go[1]);
        std::string outcomes(20, ' ');
        for (char& outcome : outcomes) {
            ASSERT_EQ(::read(result[0], &outcome, 1), 1);
        }
        EXPECT_EQ(std::count(outcomes.begin(), outcomes.end(), 'w'), 1) << outcomes;
        for (const pid_t racer : racers) {
            end(racer);
        }
        ::close(result[0]);
        ::close(result[1]);
        fs::remove(lock_file_of(result_));
    }
}

TEST_P(WriterLockTest, AnOwnerThatWasKilledGivesItBackAtOnceOrAfterFiveMinutes) {
    end(start_owner());
    EXPECT_TRUE(fs::exists(lock_file_of(result_)));
    if (GetParam() == WriterLock::Method::exclusive_file) {
        EXPECT_NE(refusal(GetParam()).find("300 seconds"), std::string::npos);
        age_lock_file(290);
        EXPECT_NE(refusal(GetParam()), "");
        age_lock_file(310);
    }
    EXPECT_EQ(refusal(GetParam()), "");
    EXPECT_EQ(files(), 0U);
}

TEST_P(WriterLockTest, TellsThatTheLastWriterWasKilledWhereTheFileSystemKnows) {
    EXPECT_FALSE(writer_was_killed(result_));  // never written
    const pid_t owner = start_owner();
    EXPECT_FALSE(writer_was_killed(result_));
    end(owner);
    EXPECT_EQ(writer_was_killed(result_), GetParam() == WriterLock::Method::automatic);
    EXPECT_TRUE(fs::exists(lock_file_of(result_)));  // asking changes nothing
    if (GetParam() == WriterLock::Method::automatic) {
        { const WriterLock lock = take(); }
        EXPECT_FALSE(writer_was_killed(result_));  // the next one ended in order
    }
}

TEST_P(WriterLockTest, TakesOverTheStaleFileOfTheOtherWay) {
    const auto other = GetParam() == WriterLock::Method::automatic
                           ? WriterLock::Method::exclusive_file
                           : WriterLock::Method::automatic;
    end(start_owner());
    age_lock_file(310);
    EXPECT_EQ(refusal(other), "");
    EXPECT_EQ(files(), 0U);
}

TEST(WriterLock, TellsWhenTheFileOfAProbablyDeadOwnerEnds) {
    const TemporaryFolder folder;
    const fs::path result = folder / "run.h5";
    EXPECT_FALSE(WriterLock::ends_in(result));
    const auto left_by = [&](const std::string& method, int seconds_ago) {
        std::ofstream(lock_file_of(result)) << method << "\nhost gone, process 1\n";
        const std::time_t then = std::time(nullptr) - seconds_ago;
        const timespec times[2] = {{then, 0}, {then, 0}};
        ASSERT_EQ(::utimensat(AT_FDCWD, lock_file_of(result).c_str(), times, 0), 0);
    };
    left_by("exclusive-file", 50);
    EXPECT_FALSE(WriterLock::ends_in(result));
    left_by("exclusive-file", 280);
    ASSERT_TRUE(WriterLock::ends_in(result));
    EXPECT_NEAR(static_cast<double>(WriterLock::ends_in(result)->count()), 21, 1);
    left_by("exclusive-file", 1000);
    EXPECT_EQ(WriterLock::ends_in(result), std::chrono::seconds(1));
    left_by("kernel-lock", 280);
    EXPECT_FALSE(WriterLock::ends_in(result));
}

}  // namespace
}  // namespace batchscope::tests_of_writer_lock
