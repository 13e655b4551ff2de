#include "results/result_writer.hpp"

#include <gtest/gtest.h>
#include <hdf5.h>
#include <unistd.h>

#include "example_run.hpp"
#include "results/result_file.hpp"
#include "run_comparison.hpp"

// What the bytes of a result file are.
namespace batchscope::tests_of_result_writer {
namespace {

namespace fs = std::filesystem;

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

TEST(ResultFile, HoldsTheSameBytesForTheSameRunAtAnotherTime) {
    const TemporaryFolder folder;
    write_result(folder / "a.h5", example_run());
    ::sleep(1);  // HDF5 counts time stamps in seconds
    write_result(folder / "b.h5", example_run());
    EXPECT_EQ(bytes_of(folder / "a.h5"), bytes_of(folder / "b.h5"));
}

}  // namespace
}  // namespace batchscope::tests_of_result_writer
