#include "results/hdf5_writing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

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
void write_scalar(hid_t object, const std::string& name, hid_t stored, hid_t memory,
                  const Value* value) {
    const std::string action = "write attribute " + name;
    const Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose, action);
    const Hdf5Handle attribute(
        H5Acreate2(object, name.c_str(), stored, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
        action);
    hdf5_check(H5Awrite(attribute, memory, value), action);
}

/// An empty data set is chunked and extendible: readers of the netCDF family cannot open a
/// contiguous one of length 0.
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
Hdf5Handle write_numbers(hid_t group, const DatasetDescription& description,
                         const std::vector<Value>& values, const std::vector<hsize_t>& shape) {
    Hdf5Handle dataset = create_dataset(group, description, stored_type(values), shape);
    if (!values.empty()) {
        hdf5_check(
            H5Dwrite(dataset, memory_type(values), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
            fmt::format("write {}/{}", description.group, description.name));
    }
    return dataset;
}

}  // namespace

void write_attribute(hid_t object, const std::string& name, std::int64_t value) {
    write_scalar(object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, &value);
}
void write_attribute(hid_t object, const std::string& name, std::uint64_t value) {
    write_scalar(object, name, H5T_STD_U64LE, H5T_NATIVE_UINT64, &value);
}
void write_attribute(hid_t object, const std::string& name, double value) {
    write_scalar(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value);
}
void write_attribute(hid_t object, const std::string& name, const std::string& value) {
    const Hdf5Handle type = utf8_text_type();
    const char* text = value.c_str();
    write_scalar(object, name, type, type, &text);
}

void write_attribute(hid_t object, const std::string& name, const AttributeValue& value) {
    std::visit([&](const auto& plain) { write_attribute(object, name, plain); }, value);
}

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

Hdf5Handle write_dataset(hid_t group, const DatasetDescription& description,
                         const std::vector<double>& values, const std::vector<hsize_t>& shape) {
    return write_numbers(group, description, values, shape);
}
Hdf5Handle write_dataset(hid_t group, const DatasetDescription& description,
                         const std::vector<float>& values, const std::vector<hsize_t>& shape) {
    return write_numbers(group, description, values, shape);
}
Hdf5Handle write_dataset(hid_t group, const DatasetDescription& description,
                         const std::vector<std::int64_t>& values,
                         const std::vector<hsize_t>& shape) {
    return write_numbers(group, description, values, shape);
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

}  // namespace batchscope
