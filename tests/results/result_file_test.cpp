#include "results/result_file.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>

#include "example_run.hpp"
#include "run_comparison.hpp"

// Files are replaced whole, whatever happens meanwhile.
namespace batchscope::tests_of_result_file {
namespace {

namespace fs = std::filesystem;

TEST(ResultFile, LeavesOneFileAndNoTemporary) {
    const TemporaryFolder folder;
    put_bytes(folder / ".run.h5.tmp", {'o', 'l', 'd'});  // of a writer killed on the way
    write_result(folder / "run.h5", example_run());
    write_result(folder / "run.h5", example_run(8, 2));
    EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"run.h5"});
    EXPECT_EQ(read_result(folder / "run.h5").steps.step.size(), 8U);
}

TEST(ResultFile, CreatesItsFolder) {
    const TemporaryFolder folder;
    write_result(folder / "a/b/run.h5", example_run());
    EXPECT_TRUE(read_result_state(folder / "a/b/run.h5").exists);
}

TEST(ResultFile, ColumnsOfUnequalLengthAreRefusedAndTheOldFileStays) {
    const TemporaryFolder folder;
    write_result(folder / "run.h5", example_run());
    RunRecord broken = example_run();
    broken.epochs.test_loss.pop_back();
    const Error error = error_of([&] { write_result(folder / "run.h5", broken); });
    EXPECT_EQ(error.code(), ExitCode::run_time);
    EXPECT_NE(error.problem().find("test_loss"), std::string::npos);
    expect_same(example_run(), read_result(folder / "run.h5"));
    EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"run.h5"});
}

TEST(ResultFile, AFileInPlaceOfTheFolderIsNamed) {
    const TemporaryFolder folder;
    put_bytes(folder / "file", {'x'});
    const Error error = error_of([&] { write_result(folder / "file" / "run.h5", example_run()); });
    EXPECT_EQ(error.code(), ExitCode::run_time);
    EXPECT_NE(error.problem().find((folder / "file").string()), std::string::npos);
}

TEST(ResultFile, AFullDiskIsNamedAndLeavesTheOldFile) {
    const TemporaryFolder folder;
    const fs::path disk = folder / "disk";
    const TinyFileSystem tiny(disk);
    if (!tiny.mounted()) {
        GTEST_SKIP() << "needs the right to mount a tmpfs";
    }
    RunRecord small;
    small.study = "small";
    write_result(disk / "run.h5", small);
    const Error error = error_of([&] { write_result(disk / "run.h5", example_run(5000, 2)); });
    EXPECT_EQ(error.code(), ExitCode::run_time);
    EXPECT_NE(error.problem().find("No space left on device"), std::string::npos) << error.what();
    EXPECT_NE(error.problem().find("run.h5"), std::string::npos);
    EXPECT_EQ(names_in(disk), std::vector<std::string>{"run.h5"});
    expect_same(small, read_result(disk / "run.h5"));
}

TEST(ResultFile, AReaderAtAnyTimeSeesACompleteVersion) {
    const TemporaryFolder folder;
    const fs::path file = folder / "run.h5";
    write_result(file, example_run(1, 1));
    const pid_t writer = ::fork();
    ASSERT_GE(writer, 0);
    if (writer == 0) {
        for (std::int64_t steps = 2; steps <= 100; ++steps) {
            write_result(file, example_run(steps, 1));
        }
        ::_exit(0);
    }
    int status = 0;
    std::size_t last = 1;
    while (::waitpid(writer, &status, WNOHANG) == 0) {
        const std::size_t rows = read_result(file).steps.step.size();
        EXPECT_GE(rows, last);
        last = rows;
    }
    EXPECT_EQ(status, 0);
    EXPECT_EQ(read_result(file).steps.step.size(), 100U);
}

TEST(ResultFile, AWriterKilledAtAnyTimeLeavesACompleteVersion) {
    const TemporaryFolder folder;
    const fs::path file = folder / "run.h5";
    write_result(file, example_run(1, 1));
    std::mt19937 delays(1);
    for (int kill = 0; kill < 30; ++kill) {
        const pid_t writer = ::fork();
        ASSERT_GE(writer, 0);
        if (writer == 0) {
            for (std::int64_t steps = 1;; ++steps) {
                write_result(file, example_run(steps % 50 + 1, 1));
            }
        }
        ::usleep(std::uniform_int_distribution<useconds_t>(0, 10000)(delays));
        ::kill(writer, SIGKILL);
        ::waitpid(writer, nullptr, 0);
        EXPECT_EQ(read_result(file).status, RunStatus::complete);
    }
    write_result(file, example_run());
    EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"run.h5"});
}

TEST(ResultState, TellsWhetherThereIsAFileAndWhatItSays) {
    const TemporaryFolder folder;
    EXPECT_FALSE(read_result_state(folder / "run.h5").exists);
    RunRecord run = example_run();
    run.status = RunStatus::diverged;
    run.reason = "loss is not finite at step 3";
    run.alias_of = "a.h5";
    write_result(folder / "run.h5", run);
    const ResultState state = read_result_state(folder / "run.h5");
    EXPECT_TRUE(state.exists);
    EXPECT_EQ(state.status, RunStatus::diverged);
    EXPECT_EQ(state.reason, run.reason);
    EXPECT_EQ(state.alias_of, "a.h5");
    EXPECT_EQ(state.configuration_hash, run.configuration_hash);
    EXPECT_EQ(state.data_hash, run.data_hash);
}

TEST(MarkFailed, MarksARunOnItsWayAndKeepsItsRows) {
    const TemporaryFolder folder;
    for (const RunStatus status : {RunStatus::running, RunStatus::stopped}) {
        RunRecord run = example_run();
        run.status = status;
        write_result(folder / "run.h5", run);
        mark_failed(folder / "run.h5", "out of memory on rank 1");
        run.status = RunStatus::failed;
        run.reason = "out of memory on rank 1";
        expect_same(run, read_result(folder / "run.h5"));
    }
}

TEST(MarkFailed, LeavesARunThatHadEnded) {
    const TemporaryFolder folder;
    for (const RunStatus status : {RunStatus::complete, RunStatus::diverged, RunStatus::failed}) {
        RunRecord run = example_run();
        run.status = status;
        run.reason = "first";
        write_result(folder / "run.h5", run);
        const std::vector<char> before = bytes_of(folder / "run.h5");
        mark_failed(folder / "run.h5", "second");
        EXPECT_EQ(bytes_of(folder / "run.h5"), before);
    }
}

TEST(MarkFailed, DoesNothingWhereThereIsNoReadableFile) {
    const TemporaryFolder folder;
    mark_failed(folder / "none.h5", "x");
    EXPECT_FALSE(fs::exists(folder / "none.h5"));
    put_bytes(folder / "text.h5", {'t', 'e', 'x', 't'});
    mark_failed(folder / "text.h5", "x");
    EXPECT_EQ(bytes_of(folder / "text.h5"), (std::vector<char>{'t', 'e', 'x', 't'}));
}

}  // namespace
}  // namespace batchscope::tests_of_result_file
