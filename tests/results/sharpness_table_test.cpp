#include "results/sharpness_table.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <hdf5.h>

#include <cmath>
#include <functional>
#include <limits>

#include "core/error.hpp"
#include "example_run.hpp"
#include "results/checkpoint_file.hpp"
#include "results/result_file.hpp"
#include "results/result_schema.hpp"
#include "results/result_writer.hpp"
#include "results/sharpness_columns.hpp"

namespace batchscope::tests_of_sharpness_table {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

RunRecord run_with(SharpnessRecord sharpness) {
    RunRecord run;
    run.study = "s";
    run.sharpness = std::move(sharpness);
    return run;
}

/// Every column of the table in two rows, each value another number.
SharpnessRecord everything() {
    SharpnessRecord sharpness;
    describe_examples(sharpness);
    double extent = 2;
    for (const SharpnessDimension& dimension : sharpness.dimensions) {
        for (double i = 1; i <= extent; ++i) {
            sharpness.scales[dimension.name].push_back(dimension.is_integer ? i : i / 8);
        }
        ++extent;
    }
    double next = 0;
    for (const double epoch : {1.0, 2.0}) {
        SharpnessRow row;
        row.epoch = epoch;
        row.step = static_cast<std::int64_t>(100 * epoch);
        for (const SharpnessColumn& column : sharpness.columns) {
            std::int64_t size = 1;
            for (const std::int64_t count : sharpness_shape(column, sharpness.scales)) {
                size *= count;
            }
            for (std::int64_t i = 0; i < size; ++i) {
                row.values[column.name].push_back(next++);
            }
        }
        sharpness.rows.push_back(row);
    }
    return sharpness;
}

void expect_fault(const SharpnessRecord& sharpness, const std::string& part) {
    try {
        (void)result_file_image(run_with(sharpness));
        ADD_FAILURE() << "written, expected: " << part;
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::run_time);
        EXPECT_NE(error.problem().find(part), std::string::npos) << error.problem();
    }
}

/// What the reader says of a file after `change` of it.
void expect_damage(const std::function<void(hid_t)>& change, const std::string& part) {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    write_result(path, run_with(example_sharpness()));
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    change(file);
    H5Fclose(file);
    try {
        (void)read_result(path);
        ADD_FAILURE() << "read, expected: " << part;
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::data);
        EXPECT_NE(error.problem().find(part), std::string::npos) << error.problem();
    }
}

void replace(hid_t file, const std::string& name, const std::vector<hsize_t>& shape) {
    H5Ldelete(file, name.c_str(), H5P_DEFAULT);
    const hid_t space =
        H5Screate_simple(static_cast<int>(shape.size()), shape.data(), shape.data());
    H5Dclose(H5Dcreate2(file, name.c_str(), H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT,
                        H5P_DEFAULT));
    H5Sclose(space);
}

TEST(SharpnessTable, GivesBackEveryColumn) {
    const TemporaryFolder folder;
    const SharpnessRecord written = everything();
    write_result(folder / "run.h5", run_with(written));
    const SharpnessRecord found = read_result(folder / "run.h5").sharpness;
    EXPECT_EQ(found.dimensions, written.dimensions);
    EXPECT_EQ(found.columns, written.columns);
    EXPECT_EQ(found.scales, written.scales);
    ASSERT_EQ(found.rows.size(), 2U);
    for (std::size_t row = 0; row < 2; ++row) {
        EXPECT_EQ(found.rows[row].epoch, written.rows[row].epoch);
        EXPECT_EQ(found.rows[row].step, written.rows[row].step);
        EXPECT_EQ(found.rows[row].values, written.rows[row].values);
    }
}

TEST(SharpnessTable, IsTheSameFileWhenWrittenAgainAsRead) {
    const TemporaryFolder folder;
    for (const SharpnessRecord& sharpness :
         {SharpnessRecord{}, example_sharpness(), everything()}) {
        write_result(folder / "run.h5", run_with(sharpness));
        const RunRecord found = read_result(folder / "run.h5");
        EXPECT_EQ(result_file_image(found), result_file_image(run_with(sharpness)));
    }
}

TEST(SharpnessTable, IsInCheckpoints) {
    Checkpoint checkpoint;
    checkpoint.record = run_with(example_sharpness());
    const SharpnessRecord found = parse_checkpoint(checkpoint_image(checkpoint)).record.sharpness;
    EXPECT_EQ(found.settings, example_sharpness().settings);
    ASSERT_EQ(found.rows.size(), 2U);
    EXPECT_EQ(found.rows[1].values.at("keskar_full"), (std::vector<double>{12.5, 3.5}));
}

TEST(SharpnessTable, HoldsNothingOfAnEmptyDimension) {
    SharpnessRecord sharpness;
    describe_examples(sharpness);
    sharpness.scales = {{"smallest_k", {}}};
    sharpness.rows = {{1.0, 5, {{"smallest_eigenvalue", {}}, {"loss", {0.5}}}}};
    const TemporaryFolder folder;
    write_result(folder / "run.h5", run_with(sharpness));
    const SharpnessRecord found = read_result(folder / "run.h5").sharpness;
    EXPECT_TRUE(found.scales.empty());
    EXPECT_FALSE(found.rows.at(0).values.contains("smallest_eigenvalue"));
    EXPECT_EQ(found.rows.at(0).values.at("loss"), std::vector<double>{0.5});
}

TEST(SharpnessTable, RefusesToWriteWhatItDoesNotKnow) {
    SharpnessRecord sharpness = example_sharpness();
    sharpness.rows[1].values["hutchinson"] = {1.0};
    expect_fault(sharpness, "there is no column 'hutchinson'");
    sharpness = example_sharpness();
    sharpness.scales["p"] = {1.0};
    expect_fault(sharpness, "there is no dimension 'p'");
    sharpness = example_sharpness();
    sharpness.scales["k"] = {1.0, 1.5};
    expect_fault(sharpness, "'k' holds a number that is no integer");
    sharpness = example_sharpness();
    sharpness.rows[0].values["eigenvalue"] = {1, 2, 3};
    expect_fault(sharpness, "'eigenvalue' has 3 values at epoch 0.5, its dimensions [k] hold 2");
    sharpness = example_sharpness();
    sharpness.rows[0].values["loss"] = {};
    expect_fault(sharpness, "'loss' has 0 values");
    sharpness = example_sharpness();
    sharpness.rows[1].values["keskar_full_by_iteration"].pop_back();
    expect_fault(sharpness, "its dimensions [epsilon, iteration] hold 6");
    sharpness = example_sharpness();
    sharpness.scales.erase("epsilon");
    expect_fault(sharpness, "keskar_full");
}

TEST(SharpnessTable, RefusesToReadOtherShapes) {
    expect_damage(
        [](hid_t file) {
            replace(file, "/sharpness/eigenvalue", {2, 3});
        },
        "dimension 1 of the data set /sharpness/eigenvalue has no scale");
    expect_damage([](hid_t file) { replace(file, "/sharpness/eigenvalue", {2}); },
                  "/sharpness/eigenvalue claims more than the 0 elements it holds");
    expect_damage(
        [](hid_t file) {
            replace(file, "/sharpness/loss", {2, 1});
        },
        "dimension 1 of the data set /sharpness/loss has no scale");
    expect_damage([](hid_t file) { replace(file, "/sharpness/step", {1}); },
                  "/sharpness/step has the shape [1]");
    expect_damage(
        [](hid_t file) {
            replace(file, "/sharpness/epsilon", {2, 1});
        },
        "dimension 1 of the data set /sharpness/epsilon has no scale");
    // The right shape, but of nothing: a data set that was never written to.
    expect_damage([](hid_t file) { replace(file, "/sharpness/loss", {2}); },
                  "claims more than the 0 elements it holds");
    expect_damage([](hid_t file) { H5Ldelete(file, "/sharpness/step", H5P_DEFAULT); },
                  "no data set /sharpness/step");
    expect_damage([](hid_t file) { H5Ldelete(file, "/sharpness", H5P_DEFAULT); },
                  "no group /sharpness");
    expect_damage(
        [](hid_t file) {
            replace(file, "/sharpness/xyz", {2, 3});
        },
        "dimension 1 of the data set /sharpness/xyz has no scale");
}

void write_attribute_of(hid_t file, const char* dataset, const char* name, hid_t type,
                        const void* value) {
    H5Adelete_by_name(file, dataset, name, H5P_DEFAULT);
    const hid_t opened = H5Dopen2(file, dataset, H5P_DEFAULT);
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t attribute = H5Acreate2(opened, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, type, value);
    H5Aclose(attribute);
    H5Sclose(space);
    H5Dclose(opened);
}

void write_text_of(hid_t file, const char* dataset, const char* name, const std::string& text) {
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    const char* value = text.c_str();
    write_attribute_of(file, dataset, name, type, &value);
    H5Tclose(type);
}

TEST(SharpnessTable, RefusesDescriptionsThatAReportCannotTake) {
    expect_damage(
        [](hid_t file) {
            write_text_of(file, "/sharpness/keskar_full", "headline", "top_eigenvalue");
        },
        "two columns of /sharpness have the headline 'top_eigenvalue'");
    expect_damage(
        [](hid_t file) {
            write_text_of(file, "/sharpness/keskar_full", "title", std::string(34000, 'x'));
        },
        "the attribute 'title' of a column has 34000 bytes");
    expect_damage(
        [](hid_t file) {
            const double position = nan;
            write_attribute_of(file, "/sharpness/keskar_full", "headline_position",
                               H5T_NATIVE_DOUBLE, &position);
        },
        "'headline_position' of a column is no position");
}

TEST(SharpnessTable, KeepsUnknownValuesAsNaN) {
    SharpnessRecord sharpness;
    describe_examples(sharpness);
    sharpness.scales = {{"k", {1, 2}}};
    sharpness.rows = {{1.0, 5, {{"eigenvalue", {nan, nan}}}}, {2.0, 9, {{"trace", {nan}}}}};
    const TemporaryFolder folder;
    write_result(folder / "run.h5", run_with(sharpness));
    const SharpnessRecord found = read_result(folder / "run.h5").sharpness;
    for (const SharpnessRow& row : found.rows) {
        ASSERT_EQ(row.values.size(), 2U);
        EXPECT_TRUE(std::isnan(row.values.at("eigenvalue").at(1)));
        EXPECT_TRUE(std::isnan(row.values.at("trace").at(0)));
    }
}

}  // namespace
}  // namespace batchscope::tests_of_sharpness_table
