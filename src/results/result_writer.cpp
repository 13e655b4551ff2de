#include "results/result_writer.hpp"

#include <fmt/format.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <string>

#include "core/error.hpp"
#include "results/hdf5_handles.hpp"
#include "results/result_schema.hpp"

namespace batchscope {

namespace {

hid_t stored_type(const std::vector<double>& /*values*/) {
    return H5T_IEEE_F64LE;
}
hid_t stored_type(const std::vector<float>& /*values*/) {
    return H5T_IEEE_F32LE;
}
hid_t stored_type(const std::vector<std::int64_t>& /*values*/) {
    return H5T_STD_I64LE;
}
hid_t memory_type(const std::vector<double>& /*values*/) {
    return H5T_NATIVE_DOUBLE;
}
hid_t memory_type(const std::vector<float>& /*values*/) {
    return H5T_NATIVE_FLOAT;
}
hid_t memory_type(const std::vector<std::int64_t>& /*values*/) {
    return H5T_NATIVE_INT64;
}

template <class Value>
void write_attribute(hid_t object, const std::string& name, hid_t stored, hid_t memory,
                     const Value* value) {
    const std::string action = "write attribute " + name;
    const Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose, action);
    const Hdf5Handle attribute(
        H5Acreate2(object, name.c_str(), stored, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
        action);
    hdf5_check(H5Awrite(attribute, memory, value), action);
}

void write_attribute(hid_t object, const std::string& name, std::int64_t value) {
    write_attribute(object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, &value);
}
void write_attribute(hid_t object, const std::string& name, std::uint64_t value) {
    write_attribute(object, name, H5T_STD_U64LE, H5T_NATIVE_UINT64, &value);
}
void write_attribute(hid_t object, const std::string& name, double value) {
    write_attribute(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value);
}
void write_attribute(hid_t object, const std::string& name, const std::string& value) {
    const Hdf5Handle type = utf8_text_type();
    const char* text = value.c_str();
    write_attribute(object, name, type, type, &text);
}

/// Properties of a new object: without time stamps, so that equal runs give equal bytes, and for
/// groups with the order of their members.
Hdf5Handle creation_properties(hid_t kind, const std::string& action) {
    Hdf5Handle properties(H5Pcreate(kind), H5Pclose, action);
    hdf5_check(H5Pset_obj_track_times(properties, false), action);
    if (kind != H5P_DATASET_CREATE) {
        hdf5_check(
            H5Pset_link_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED),
            action);
    }
    return properties;
}

Hdf5Handle create_group(hid_t file, const std::string& name) {
    const std::string action = "create group " + name;
    const Hdf5Handle properties = creation_properties(H5P_GROUP_CREATE, action);
    return {H5Gcreate2(file, name.c_str(), H5P_DEFAULT, properties, H5P_DEFAULT), H5Gclose, action};
}

/// A data set of any rank; rank 0 is a scalar. An empty one is chunked and extendible: readers of
/// the netCDF family cannot open a contiguous one of length 0.
Hdf5Handle create_dataset(hid_t group, const DatasetDescription& description, hid_t type,
                          const std::vector<hsize_t>& shape) {
    const std::string action = fmt::format("create {}/{}", description.group, description.name);
    const Hdf5Handle properties = creation_properties(H5P_DATASET_CREATE, action);
    std::vector<hsize_t> most = shape;
    std::vector<hsize_t> chunk = shape;
    if (std::find(shape.begin(), shape.end(), hsize_t{0}) != shape.end()) {
        std::replace(most.begin(), most.end(), hsize_t{0}, H5S_UNLIMITED);
        std::replace(chunk.begin(), chunk.end(), hsize_t{0}, hsize_t{1024});
        hdf5_check(H5Pset_chunk(properties, static_cast<int>(chunk.size()), chunk.data()), action);
    }
    const Hdf5Handle space(
        shape.empty() ? H5Screate(H5S_SCALAR)
                      : H5Screate_simple(static_cast<int>(shape.size()), shape.data(), most.data()),
        H5Sclose, action);
    Hdf5Handle dataset(H5Dcreate2(group, description.name.c_str(), type, space, H5P_DEFAULT,
                                  properties, H5P_DEFAULT),
                       H5Dclose, action);
    write_attribute(dataset, "units", description.units);
    write_attribute(dataset, "long_name", description.long_name);
    if (description.is_volatile) {
        write_attribute(dataset, "volatile", std::int64_t{1});
    }
    return dataset;
}

template <class Value>
Hdf5Handle write_dataset(hid_t group, const DatasetDescription& description,
                         const std::vector<Value>& values, const std::vector<hsize_t>& shape) {
    Hdf5Handle dataset = create_dataset(group, description, stored_type(values), shape);
    if (!values.empty()) {
        hdf5_check(
            H5Dwrite(dataset, memory_type(values), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
            fmt::format("write {}/{}", description.group, description.name));
    }
    return dataset;
}

Hdf5Handle write_dataset(hid_t group, const DatasetDescription& description,
                         const std::vector<std::string>& values,
                         const std::vector<hsize_t>& shape) {
    const Hdf5Handle type = utf8_text_type();
    Hdf5Handle dataset = create_dataset(group, description, type, shape);
    std::vector<const char*> pointers;
    for (const std::string& value : values) {
        pointers.push_back(value.c_str());
    }
    if (!pointers.empty()) {
        hdf5_check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()),
                   fmt::format("write {}/{}", description.group, description.name));
    }
    return dataset;
}

template <class Value>
Hdf5Handle write_column(hid_t group, const DatasetDescription& description,
                        const std::vector<Value>& values) {
    return write_dataset(group, description, values, {values.size()});
}

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

void write_sharpness(hid_t file) {
    const Hdf5Handle group = create_group(file, "sharpness");
    const Hdf5Handle epoch =
        write_column(group, sharpness_epoch_description(), std::vector<double>{});
    hdf5_check(H5DSset_scale(epoch, "epoch"), "set a dimension scale");
    const Hdf5Handle k =
        write_column(group, sharpness_k_description(), std::vector<std::int64_t>{});
    hdf5_check(H5DSset_scale(k, "k"), "set a dimension scale");
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
    write_table(create_group(file, "steps"), record.steps);
    write_table(create_group(file, "epochs"), record.epochs);
    write_columns(create_group(file, "predictions"), record.predictions);
    write_sharpness(file);
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
