#include "results/hdf5_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace batchscope {

namespace {

hid_t memory_type(double /*value*/) {
    return H5T_NATIVE_DOUBLE;
}
hid_t memory_type(float /*value*/) {
    return H5T_NATIVE_FLOAT;
}
hid_t memory_type(std::int64_t /*value*/) {
    return H5T_NATIVE_INT64;
}
hid_t memory_type(std::uint64_t /*value*/) {
    return H5T_NATIVE_UINT64;
}

/// Our text is variable-length; a foreign fixed-length text would be read as a pointer.
void require_variable_text(hid_t type, const std::string& name) {
    if (H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) <= 0) {
        throw damaged(fmt::format("{} is not variable-length text", name));
    }
}

void require_number(hid_t type, const std::string& name) {
    const H5T_class_t kind = H5Tget_class(type);
    if (kind != H5T_INTEGER && kind != H5T_FLOAT) {
        throw damaged(fmt::format("{} is not a number", name));
    }
}

struct TextDeleter {
    void operator()(char* text) const { H5free_memory(text); }
};

Hdf5Handle open_attribute(hid_t object, const std::string& name) {
    hid_t opened = H5Aopen(object, name.c_str(), H5P_DEFAULT);
    if (opened < 0) {
        if (H5Aexists(object, name.c_str()) <= 0) {
            throw damaged(fmt::format("it has no attribute '{}'", name));
        }
        opened = H5Aopen(object, name.c_str(), H5P_DEFAULT);  // again, for what HDF5 says of it
    }
    Hdf5Handle attribute(opened, H5Aclose, "open attribute " + name);
    const Hdf5Handle space(H5Aget_space(attribute), H5Sclose, "open attribute " + name);
    if (H5Sget_simple_extent_npoints(space) != 1) {
        throw damaged(fmt::format("the attribute '{}' is not a single value", name));
    }
    return attribute;
}

Hdf5Handle attribute_type(hid_t attribute) {
    return {H5Aget_type(attribute), H5Tclose, "read the type of an attribute"};
}

std::string read_text(hid_t attribute, const std::string& name) {
    require_variable_text(attribute_type(attribute), "the attribute '" + name + "'");
    char* text = nullptr;
    hdf5_check(H5Aread(attribute, utf8_text_type(), &text), "read attribute " + name);
    const std::unique_ptr<char, TextDeleter> owner(text);
    return text == nullptr ? "" : text;
}

template <class Number>
Number read_number(hid_t attribute, const std::string& name) {
    require_number(attribute_type(attribute), "the attribute '" + name + "'");
    Number value{};
    hdf5_check(H5Aread(attribute, memory_type(value), &value), "read attribute " + name);
    return value;
}

/// HDF5 clears a buffer for the conversion of texts at each read, of 1 MiB by default; a file holds
/// a few texts.
Hdf5Handle few_texts_at_once() {
    constexpr std::size_t bytes = 4096;
    Hdf5Handle transfer(H5Pcreate(H5P_DATASET_XFER), H5Pclose, "read texts");
    hdf5_check(H5Pset_buffer(transfer, bytes, nullptr, nullptr), "read texts");
    return transfer;
}

/// The callback must not let an exception pass through HDF5, which is C; push_back of a name may
/// only throw for want of memory.
herr_t collect_attribute(hid_t /*object*/, const char* name, const H5A_info_t* /*information*/,
                         void* names) noexcept {
    static_cast<std::vector<std::string>*>(names)->emplace_back(name);
    return 0;
}

herr_t collect_link(hid_t /*group*/, const char* name, const H5L_info_t* /*information*/,
                    void* names) noexcept {
    static_cast<std::vector<std::string>*>(names)->emplace_back(name);
    return 0;
}

/// The number of elements, checked against what the file holds: a damaged header must not make us
/// ask for terabytes.
std::size_t elements_in(hid_t dataset, hid_t type, const std::string& path,
                        const std::vector<std::int64_t>& shape) {
    const hsize_t held = H5Dget_storage_size(dataset) / std::max<std::size_t>(H5Tget_size(type), 1);
    hsize_t elements = 1;
    for (const std::int64_t extent : shape) {
        if (extent == 0) {
            return 0;
        }
    }
    for (const std::int64_t extent : shape) {
        if (extent < 0 || static_cast<hsize_t>(extent) > held / elements) {
            throw damaged(fmt::format("the data set {} claims more than the {} elements it holds",
                                      path, held));
        }
        elements *= static_cast<hsize_t>(extent);
    }
    return elements;
}

template <class Number>
void read_numbers(hid_t dataset, const std::string& path, const std::vector<std::int64_t>& shape,
                  std::vector<Number>& values) {
    const Hdf5Handle type(H5Dget_type(dataset), H5Tclose, "open data set " + path);
    require_number(type, "the data set " + path);
    values.resize(elements_in(dataset, type, path, shape));
    if (!values.empty()) {
        hdf5_check(
            H5Dread(dataset, memory_type(Number{}), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
            "read data set " + path);
    }
}

}  // namespace

Error damaged(const std::string& problem) {
    return data_error(problem, "remove the file and run its grid point again");
}

void read_attribute(hid_t object, const std::string& name, std::string& value) {
    value = read_text(open_attribute(object, name), name);
}
void read_attribute(hid_t object, const std::string& name, std::int64_t& value) {
    value = read_number<std::int64_t>(open_attribute(object, name), name);
}
void read_attribute(hid_t object, const std::string& name, std::uint64_t& value) {
    value = read_number<std::uint64_t>(open_attribute(object, name), name);
}
void read_attribute(hid_t object, const std::string& name, double& value) {
    value = read_number<double>(open_attribute(object, name), name);
}

AttributeValue read_attribute_value(hid_t object, const std::string& name) {
    const Hdf5Handle attribute = open_attribute(object, name);
    switch (H5Tget_class(attribute_type(attribute))) {
        case H5T_INTEGER:
            return read_number<std::int64_t>(attribute, name);
        case H5T_FLOAT:
            return read_number<double>(attribute, name);
        default:
            return read_text(attribute, name);
    }
}

std::vector<std::string> attribute_names(hid_t object) {
    std::vector<std::string> names;
    hdf5_check(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect_attribute, &names),
               "list the attributes");
    return names;
}

std::vector<std::string> links_in_order(hid_t group) {
    std::vector<std::string> names;
    hdf5_check(H5Literate(group, H5_INDEX_CRT_ORDER, H5_ITER_INC, nullptr, collect_link, &names),
               "list a group");
    return names;
}

Hdf5Handle open_group(hid_t file, const std::string& name) {
    if (H5Lexists(file, name.c_str(), H5P_DEFAULT) <= 0) {
        throw damaged(fmt::format("it has no group /{}", name));
    }
    return {H5Gopen2(file, name.c_str(), H5P_DEFAULT), H5Gclose, "open group " + name};
}

Hdf5Handle open_dataset(hid_t group, const std::string& path, const std::string& name) {
    hid_t dataset = H5Dopen2(group, name.c_str(), H5P_DEFAULT);
    if (dataset < 0) {
        if (H5Lexists(group, name.c_str(), H5P_DEFAULT) <= 0) {
            throw damaged(fmt::format("it has no data set {}", path));
        }
        dataset = H5Dopen2(group, name.c_str(), H5P_DEFAULT);  // again, for what HDF5 says of it
    }
    return {dataset, H5Dclose, "open data set " + path};
}

std::vector<std::int64_t> shape_of(hid_t dataset, const std::string& path) {
    const Hdf5Handle space(H5Dget_space(dataset), H5Sclose, "open data set " + path);
    const int rank = H5Sget_simple_extent_ndims(space);
    hdf5_check(rank, "read the shape of " + path);
    std::vector<hsize_t> shape(static_cast<std::size_t>(rank));
    if (rank > 0) {
        hdf5_check(H5Sget_simple_extent_dims(space, shape.data(), nullptr),
                   "read the shape of " + path);
    }
    return {shape.begin(), shape.end()};
}

void read_values(hid_t dataset, const std::string& path, const std::vector<std::int64_t>& shape,
                 std::vector<double>& values) {
    read_numbers(dataset, path, shape, values);
}
void read_values(hid_t dataset, const std::string& path, const std::vector<std::int64_t>& shape,
                 std::vector<float>& values) {
    read_numbers(dataset, path, shape, values);
}
void read_values(hid_t dataset, const std::string& path, const std::vector<std::int64_t>& shape,
                 std::vector<std::int64_t>& values) {
    read_numbers(dataset, path, shape, values);
}

void read_values(hid_t dataset, const std::string& path, const std::vector<std::int64_t>& shape,
                 std::vector<std::string>& values) {
    const Hdf5Handle type(H5Dget_type(dataset), H5Tclose, "open data set " + path);
    require_variable_text(type, "the data set " + path);
    std::vector<char*> pointers(elements_in(dataset, type, path, shape));
    values.clear();
    if (pointers.empty()) {
        return;
    }
    hdf5_check(
        H5Dread(dataset, utf8_text_type(), H5S_ALL, H5S_ALL, few_texts_at_once(), pointers.data()),
        "read data set " + path);
    std::vector<std::unique_ptr<char, TextDeleter>> owners(pointers.begin(), pointers.end());
    for (const char* text : pointers) {
        values.emplace_back(text == nullptr ? "" : text);
    }
}

}  // namespace batchscope
