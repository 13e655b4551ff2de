#include "results/result_writer.hpp"

#include <fmt/format.h>
#include <hdf5_hl.h>

#include <functional>
#include <numeric>
#include <string>

#include "core/error.hpp"
#include "results/hdf5_writing.hpp"
#include "results/result_schema.hpp"
#include "results/sharpness_table.hpp"

namespace batchscope {

namespace {

void write_text(hid_t group, const DatasetDescription& description, const std::string& text) {
    write_dataset(group, description, std::vector<std::string>{text}, {});
}

/// Writes a table whose first column is the dimension scale of all others.
template <class Columns>
void write_table(hid_t group, const Columns& columns) {
    std::vector<Hdf5Handle> scale;
    std::size_t rows = 0;
    visit_columns(columns, [&](const DatasetDescription& description, const auto& values) {
        Hdf5Handle dataset = write_column(group, description, values);
        if (scale.empty()) {
            rows = values.size();
            hdf5_check(H5DSset_scale(dataset, description.name.c_str()), "set a dimension scale");
            scale.push_back(std::move(dataset));
            return;
        }
        if (values.size() != rows) {
            throw run_time_error(
                fmt::format("the column {} of /{} has {} rows, its dimension scale {}",
                            description.name, description.group, values.size(), rows),
                "this is a fault of the program: report it with the command and configuration");
        }
        hdf5_check(H5DSattach_scale(dataset, scale.front(), 0), "attach a dimension scale");
    });
}

template <class Columns>
void write_columns(hid_t group, const Columns& columns) {
    visit_columns(columns, [&](const DatasetDescription& description, const auto& values) {
        write_column(group, description, values);
    });
}

void write_array(hid_t group, const std::string& group_name, const NamedArray& array) {
    const DatasetDescription description{group_name, array.name, "1", array.long_name, false};
    const std::vector<hsize_t> shape(array.shape.begin(), array.shape.end());
    const auto elements =
        std::accumulate(shape.begin(), shape.end(), hsize_t{1}, std::multiplies<>{});
    std::visit(
        [&](const auto& values) {
            if (values.size() != elements) {
                throw run_time_error(
                    fmt::format("the array {} holds {} values, its shape asks for {}", array.name,
                                values.size(), elements),
                    "this is a fault of the program: report it with the command and configuration");
            }
            write_dataset(group, description, values, shape);
        },
        array.values);
}

void write_root_attributes(hid_t file, const RunRecord& record) {
    write_attribute(file, "schema", std::string(schema_name));
    write_attribute(file, "schema_version", schema_version);
    write_attribute(file, "status", to_string(record.status));
    write_attribute(file, "reason", record.reason);
    write_attribute(file, "study", record.study);
    write_attribute(file, "program_version", record.program_version);
    write_attribute(file, "batch_size", record.batch_size);
    write_attribute(file, "seed", record.seed);
    write_attribute(file, "learning_rate", record.learning_rate);
    write_attribute(file, "learning_rate_scaling", record.learning_rate_scaling);
    // Booleans are 0 or 1: the one form that every HDF5 reader knows.
    write_attribute(file, "collapsed", std::int64_t{record.collapsed ? 1 : 0});
    write_attribute(file, "alias_of", record.alias_of);
    write_attribute(file, "configuration_hash", record.configuration_hash);
    write_attribute(file, "data_hash", record.data_hash);
    for (const auto& [key, value] : record.axes) {
        std::visit([&, &name = key](const auto& plain) { write_attribute(file, name, plain); },
                   value);
    }
}

void write_environment(hid_t file, const EnvironmentRecord& environment) {
    const Hdf5Handle group = create_group(file, "environment");
    write_attribute(group, "volatile", std::int64_t{1});
    write_columns(group, environment);
    for (const auto& [name, text] : environment.text) {
        write_text(group, environment_text_description(name), text);
    }
}

void write_record(hid_t file, const RunRecord& record) {
    write_root_attributes(file, record);
    write_text(file, configuration_description(), record.configuration);
    {
        const Hdf5Handle data = create_group(file, "data");
        write_columns(data, record.data);
        for (const NamedArray& array : record.data.synthetic) {
            write_array(data, "data", array);
        }
    }
    write_environment(file, record.environment);
    {
        const Hdf5Handle steps = create_group(file, "steps");
        write_attribute(steps, shares_coupled_name,
                        std::int64_t{record.steps.shares_coupled ? 1 : 0});
        write_table(steps, record.steps);
    }
    write_table(create_group(file, "epochs"), record.epochs);
    write_columns(create_group(file, "predictions"), record.predictions);
    write_sharpness(file, record.sharpness);
    const Hdf5Handle weights = create_group(file, "weights");
    for (const NamedArray& array : record.weights) {
        write_array(weights, "weights", array);
    }
}

Hdf5Handle create_file_in_memory() {
    const std::string action = "create the file in memory";
    constexpr std::size_t growth = std::size_t{1} << 20U;
    const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, action);
    hdf5_check(H5Pset_fapl_core(access, growth, false), action);
    hdf5_check(H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18), action);
    const Hdf5Handle creation = creation_properties(H5P_FILE_CREATE, action);
    return {H5Fcreate("result", H5F_ACC_TRUNC, creation, access), H5Fclose, action};
}

}  // namespace

std::vector<std::byte> result_file_image(const RunRecord& record) {
    const auto alone = hdf5_for_this_thread();
    silence_hdf5();
    const Hdf5Handle file = create_file_in_memory();
    write_record(file, record);
    hdf5_check(H5Fflush(file, H5F_SCOPE_GLOBAL), "complete the file");
    const ssize_t size = H5Fget_file_image(file, nullptr, 0);
    hdf5_check(size < 0 ? -1 : 0, "complete the file");
    std::vector<std::byte> image(static_cast<std::size_t>(size));
    hdf5_check(H5Fget_file_image(file, image.data(), image.size()) < 0 ? -1 : 0,
               "complete the file");
    return image;
}

}  // namespace batchscope
