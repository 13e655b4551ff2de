#include "results/result_file.hpp"

#include <gtest/gtest.h>
#include <hdf5.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <fstream>
#include <functional>
#include <random>

#include "core/error.hpp"
#include "example_run.hpp"
#include "results/result_schema.hpp"

namespace batchscope {
namespace {

namespace fs = std::filesystem;

std::vector<char> bytes_of(const fs::path& file) {
    std::ifstream input(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(input), {}};
}

void put_bytes(const fs::path& file, const std::vector<char>& bytes) {
    std::ofstream(file, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::vector<std::string> names_in(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
        names.push_back(entry.path().filename().string());
    }
    return names;
}

void expect_same_bits(const std::vector<double>& a, const std::vector<double>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(std::bit_cast<std::uint64_t>(a[i]), std::bit_cast<std::uint64_t>(b[i]));
    }
}

template <class Value>
void expect_same_bits(const std::vector<Value>& a, const std::vector<Value>& b) {
    EXPECT_EQ(a, b);
}

/// A column that a row has no entry of is NaN in it.
void expect_same_sharpness(const SharpnessRecord& wanted, const SharpnessRecord& found) {
    EXPECT_EQ(wanted.scales, found.scales);
    EXPECT_EQ(wanted.settings, found.settings);
    ASSERT_EQ(wanted.rows.size(), found.rows.size());
    for (std::size_t i = 0; i < wanted.rows.size(); ++i) {
        const SharpnessRow& left = wanted.rows[i];
        const SharpnessRow& right = found.rows[i];
        EXPECT_EQ(left.epoch, right.epoch);
        EXPECT_EQ(left.step, right.step);
        for (const auto& [name, values] : left.values) {
            SCOPED_TRACE(name);
            ASSERT_TRUE(right.values.contains(name));
            expect_same_bits(values, right.values.at(name));
        }
        for (const auto& [name, values] : right.values) {
            SCOPED_TRACE(name);
            EXPECT_TRUE(left.values.contains(name) ||
                        std::all_of(values.begin(), values.end(),
                                    [](double value) { return std::isnan(value); }));
        }
    }
}

/// Compares column by column; NaN equals NaN.
template <class Columns>
void expect_same_columns(const Columns& a, const Columns& b) {
    visit_columns(a, [&](const DatasetDescription& wanted, const auto& left) {
        visit_columns(b, [&](const DatasetDescription& found, const auto& right) {
            if constexpr (std::is_same_v<decltype(left), decltype(right)>) {
                if (wanted.name == found.name) {
                    SCOPED_TRACE(wanted.group + "/" + wanted.name);
                    expect_same_bits(left, right);
                }
            }
        });
    });
}

void expect_same_arrays(const std::vector<NamedArray>& a, const std::vector<NamedArray>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a[i].name, b[i].name);
        EXPECT_EQ(a[i].long_name, b[i].long_name);
        EXPECT_EQ(a[i].shape, b[i].shape);
        EXPECT_EQ(a[i].values, b[i].values);
    }
}

void expect_same(const RunRecord& a, const RunRecord& b) {
    EXPECT_EQ(a.status, b.status);
    EXPECT_EQ(a.reason, b.reason);
    EXPECT_EQ(a.study, b.study);
    EXPECT_EQ(a.program_version, b.program_version);
    EXPECT_EQ(a.batch_size, b.batch_size);
    EXPECT_EQ(a.seed, b.seed);
    EXPECT_EQ(a.learning_rate, b.learning_rate);
    EXPECT_EQ(a.learning_rate_scaling, b.learning_rate_scaling);
    EXPECT_EQ(a.collapsed, b.collapsed);
    EXPECT_EQ(a.alias_of, b.alias_of);
    EXPECT_EQ(a.configuration_hash, b.configuration_hash);
    EXPECT_EQ(a.data_hash, b.data_hash);
    EXPECT_EQ(a.axes, b.axes);
    EXPECT_EQ(a.configuration, b.configuration);
    expect_same_columns(a.data, b.data);
    expect_same_columns(a.environment, b.environment);
    EXPECT_EQ(a.environment.text, b.environment.text);
    expect_same_columns(a.steps, b.steps);
    EXPECT_EQ(a.steps.shares_coupled, b.steps.shares_coupled);
    expect_same_columns(a.epochs, b.epochs);
    expect_same_sharpness(a.sharpness, b.sharpness);
    expect_same_columns(a.predictions, b.predictions);
    expect_same_arrays(a.data.synthetic, b.data.synthetic);
    expect_same_arrays(a.weights, b.weights);
}

/// Runs `action` and returns the Error it throws; fails if it throws none or something else.
Error error_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    } catch (const std::exception& error) {
        ADD_FAILURE() << "not an Error: " << error.what();
        return run_time_error("", "");
    }
    ADD_FAILURE() << "no error";
    return run_time_error("", "");
}

void expect_data_error(const fs::path& file, const std::string& reason) {
    for (const auto& action : std::vector<std::function<void()>>{
             [&] { (void)read_result(file); }, [&] { (void)read_result_state(file); }}) {
        const Error error = error_of(action);
        EXPECT_EQ(error.code(), ExitCode::data);
        EXPECT_NE(error.problem().find(file.string()), std::string::npos) << error.what();
        EXPECT_NE(error.problem().find(reason), std::string::npos) << error.what();
    }
}

TEST(ResultFile, GivesBackEveryFieldOfARun) {
    const TemporaryFolder folder;
    RunRecord run = example_run();
    run.reason = "a reason";
    run.collapsed = true;
    run.alias_of = "other.h5";
    run.data.synthetic = {
        {"inputs", "generated inputs", {3, 2}, std::vector<double>{1, 2, 3, 4, 5, 6}},
        {"targets", "generated targets", {3}, std::vector<double>{1, 2, 3}}};
    write_result(folder / "run.h5", run);
    expect_same(run, read_result(folder / "run.h5"));
}

TEST(ResultFile, GivesBackARunThatHasNotStarted) {
    const TemporaryFolder folder;
    RunRecord run;
    run.study = "s";
    write_result(folder / "run.h5", run);
    expect_same(run, read_result(folder / "run.h5"));
}

TEST(ResultFile, ReadsOnlyThePartsAskedFor) {
    const TemporaryFolder folder;
    write_result(folder / "run.h5", example_run());
    const RunRecord run = read_result(folder / "run.h5", {.steps = false,
                                                          .predictions = false,
                                                          .weights = false,
                                                          .data = false,
                                                          .environment = false,
                                                          .configuration = false});
    EXPECT_EQ(run.epochs.epoch.size(), 3U);
    EXPECT_EQ(run.study, example_run().study);
    EXPECT_TRUE(run.steps.step.empty() && run.predictions.test_class.empty() &&
                run.weights.empty() && run.data.mean.empty() && run.environment.hosts.empty() &&
                run.configuration.empty());
    EXPECT_FALSE(run.sharpness.rows.empty());
    EXPECT_TRUE(read_result(folder / "run.h5", {.sharpness = false}).sharpness.rows.empty());
}

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

TEST(ResultFile, StaysUnderThreeTimesTheRawBytesAt100000Steps) {
    const TemporaryFolder folder;
    const RunRecord run = example_run(100000, 100);
    write_result(folder / "run.h5", run);
    std::uintmax_t raw = 0;
    visit_columns(run.steps, [&raw](const DatasetDescription&, const auto& values) {
        raw += values.size() * sizeof(values.front());
    });
    EXPECT_GE(fs::file_size(folder / "run.h5"), raw);
    EXPECT_LE(fs::file_size(folder / "run.h5"), 3 * raw);
}

TEST(ResultFile, IsOfTheOldFormatThatEveryHdf5Reads) {
    const TemporaryFolder folder;
    write_result(folder / "run.h5", example_run());
    const std::vector<char> bytes = bytes_of(folder / "run.h5");
    EXPECT_LE(bytes.at(8), 2) << "superblock versions above 2 need HDF5 1.10";
}

TEST(ResultFile, StoresTextAsVariableLengthUtf8AndBooleansAsIntegers) {
    const TemporaryFolder folder;
    write_result(folder / "run.h5", example_run());
    const hid_t file = H5Fopen((folder / "run.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    ASSERT_GE(file, 0);
    for (const char* name : {"schema", "status", "reason", "study", "alias_of", "data_hash"}) {
        const hid_t attribute = H5Aopen(file, name, H5P_DEFAULT);
        const hid_t type = H5Aget_type(attribute);
        EXPECT_GT(H5Tis_variable_str(type), 0) << name;
        EXPECT_EQ(H5Tget_cset(type), H5T_CSET_UTF8) << name;
        H5Tclose(type);
        H5Aclose(attribute);
    }
    const hid_t attribute = H5Aopen(file, "collapsed", H5P_DEFAULT);
    const hid_t type = H5Aget_type(attribute);
    EXPECT_EQ(H5Tget_class(type), H5T_INTEGER);
    H5Tclose(type);
    H5Aclose(attribute);
    H5Fclose(file);
}

TEST(ResultFile, SaysInWordsWhatAForeignOrDamagedFileIs) {
    const TemporaryFolder folder;
    expect_data_error(folder / ".", "it is a folder");
    put_bytes(folder / "empty.h5", {});
    expect_data_error(folder / "empty.h5", "it is empty");
    put_bytes(folder / "text.h5", std::vector<char>(5000, 'x'));
    expect_data_error(folder / "text.h5", "it is not an HDF5 file");
    ASSERT_EQ(::mkfifo((folder / "pipe.h5").c_str(), 0600), 0);
    expect_data_error(folder / "pipe.h5", "it is not a plain file");
    H5Fclose(H5Fcreate((folder / "foreign.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    expect_data_error(folder / "foreign.h5", "not one of Batchscope");
    EXPECT_NE(
        error_of([&] { (void)read_result(folder / "none.h5"); }).problem().find("No such file"),
        std::string::npos);
}

TEST(ResultFile, RefusesAnotherSchemaVersion) {
    const TemporaryFolder folder;
    write_result(folder / "run.h5", example_run());
    const hid_t file = H5Fopen((folder / "run.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    const hid_t attribute = H5Aopen(file, "schema_version", H5P_DEFAULT);
    const std::int64_t version = 2;
    H5Awrite(attribute, H5T_NATIVE_INT64, &version);
    H5Aclose(attribute);
    H5Fclose(file);
    expect_data_error(folder / "run.h5", "version 2");
}

TEST(ResultFile, NamesAMissingColumn) {
    const TemporaryFolder folder;
    write_result(folder / "run.h5", example_run());
    const hid_t file = H5Fopen((folder / "run.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    H5Ldelete(file, "/epochs/test_loss", H5P_DEFAULT);
    H5Fclose(file);
    EXPECT_NE(error_of([&] { (void)read_result(folder / "run.h5"); })
                  .problem()
                  .find("no data set /epochs/test_loss"),
              std::string::npos);
}

TEST(ResultFile, OfAnEarlierVersionHasUnknownValuesInColumnsThatItLacks) {
    const TemporaryFolder folder;
    RunRecord run = example_run();
    write_result(folder / "run.h5", run);
    const hid_t file = H5Fopen((folder / "run.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    H5Ldelete(file, "/steps/gradient_covariance_trace", H5P_DEFAULT);
    H5Ldelete(file, "/steps/gradient_square", H5P_DEFAULT);
    H5Adelete_by_name(file, "/steps", "shares_coupled", H5P_DEFAULT);
    H5Fclose(file);
    const std::vector<double> unknown(run.steps.step.size(),
                                      std::numeric_limits<double>::quiet_NaN());
    run.steps.gradient_covariance_trace = unknown;
    run.steps.gradient_square = unknown;
    run.steps.shares_coupled = false;
    expect_same(run, read_result(folder / "run.h5"));
}

TEST(ResultFile, ReportsATruncatedFileAtEveryLength) {
    const TemporaryFolder folder;
    write_result(folder / "run.h5", example_run());
    const std::vector<char> whole = bytes_of(folder / "run.h5");
    for (std::size_t size = 1; size < whole.size(); size += 97) {
        put_bytes(folder / "cut.h5", {whole.begin(), whole.begin() + static_cast<long>(size)});
        EXPECT_EQ(error_of([&] { (void)read_result(folder / "cut.h5"); }).code(), ExitCode::data);
    }
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

TEST(ResultFile, HoldsTheSameBytesForTheSameRunAtAnotherTime) {
    const TemporaryFolder folder;
    write_result(folder / "a.h5", example_run());
    ::sleep(1);  // HDF5 counts time stamps in seconds
    write_result(folder / "b.h5", example_run());
    EXPECT_EQ(bytes_of(folder / "a.h5"), bytes_of(folder / "b.h5"));
}

}  // namespace
}  // namespace batchscope
