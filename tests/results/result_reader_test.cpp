#include "results/result_reader.hpp"

#include <gtest/gtest.h>
#include <hdf5.h>

#include "example_run.hpp"
#include "results/result_file.hpp"
#include "run_comparison.hpp"

// What comes back from a result file, and what of a damaged, foreign or older one.
namespace batchscope::tests_of_result_reader {
namespace {

namespace fs = std::filesystem;

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

TEST(ResultFile, LeavesOutTheColumnsNamed) {
    const TemporaryFolder folder;
    const RunRecord whole = example_run();
    write_result(folder / "run.h5", whole);
    const RunRecord run = read_result(
        folder / "run.h5",
        {.without = {"steps/seconds", "steps/step", "epochs/epoch", "predictions/test_loss",
                     "environment/threads", "environment/text"}});
    EXPECT_TRUE(run.steps.seconds.empty() && run.steps.step.empty() && run.epochs.epoch.empty() &&
                run.predictions.test_loss.empty() && run.environment.threads.empty() &&
                run.environment.text.empty());
    EXPECT_EQ(run.steps.train_loss, whole.steps.train_loss);
    EXPECT_EQ(run.epochs.train_loss, whole.epochs.train_loss);
    EXPECT_EQ(run.predictions.test_class, whole.predictions.test_class);
    EXPECT_EQ(run.environment.hosts, whole.environment.hosts);
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
    H5Ldelete(file, "/predictions/validation_target", H5P_DEFAULT);
    H5Ldelete(file, "/predictions/test_target", H5P_DEFAULT);
    H5Fclose(file);
    const std::vector<double> unknown(run.steps.step.size(),
                                      std::numeric_limits<double>::quiet_NaN());
    run.steps.gradient_covariance_trace = unknown;
    run.steps.gradient_square = unknown;
    run.steps.shares_coupled = false;
    run.predictions.validation_target = {};
    run.predictions.test_target = {};
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

}  // namespace
}  // namespace batchscope::tests_of_result_reader
