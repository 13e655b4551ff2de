#include "results/result_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>

#include "core/error.hpp"
#include "results/result_schema.hpp"

namespace batchscope {

namespace {

Error damaged(const std::string& problem) {
    return data_error(problem, "remove the file and run its grid point again");
}

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
    if (H5Aexists(object, name.c_str()) <= 0) {
        throw damaged(fmt::format("it has no attribute '{}'", name));
    }
    Hdf5Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose,
                         "open attribute " + name);
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

void read_attribute(hid_t object, const std::string& name, std::string& value) {
    value = read_text(open_attribute(object, name), name);
}

template <class Number>
void read_attribute(hid_t object, const std::string& name, Number& value) {
    value = read_number<Number>(open_attribute(object, name), name);
}

AttributeValue read_axis(hid_t file, const std::string& name) {
    const Hdf5Handle attribute = open_attribute(file, name);
    switch (H5Tget_class(attribute_type(attribute))) {
        case H5T_INTEGER:
            return read_number<std::int64_t>(attribute, name);
        case H5T_FLOAT:
            return read_number<double>(attribute, name);
        default:
            return read_text(attribute, name);
    }
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
    if (H5Lexists(group, name.c_str(), H5P_DEFAULT) <= 0) {
        throw damaged(fmt::format("it has no data set {}", path));
    }
    return {H5Dopen2(group, name.c_str(), H5P_DEFAULT), H5Dclose, "open data set " + path};
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
void read_values(hid_t dataset, const std::string& path, const std::vector<std::int64_t>& shape,
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

void read_values(hid_t dataset, const std::string& path, const std::vector<std::int64_t>& shape,
                 std::vector<std::string>& values) {
    const Hdf5Handle type(H5Dget_type(dataset), H5Tclose, "open data set " + path);
    require_variable_text(type, "the data set " + path);
    std::vector<char*> pointers(elements_in(dataset, type, path, shape));
    values.clear();
    if (pointers.empty()) {
        return;
    }
    hdf5_check(H5Dread(dataset, utf8_text_type(), H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()),
               "read data set " + path);
    std::vector<std::unique_ptr<char, TextDeleter>> owners(pointers.begin(), pointers.end());
    for (const char* text : pointers) {
        values.emplace_back(text == nullptr ? "" : text);
    }
}

template <class Value>
void read_column(hid_t group, const DatasetDescription& description, std::vector<Value>& values) {
    const std::string path = fmt::format("/{}/{}", description.group, description.name);
    const Hdf5Handle dataset = open_dataset(group, path, description.name);
    const std::vector<std::int64_t> shape = shape_of(dataset, path);
    if (shape.size() != 1) {
        throw damaged(fmt::format("the data set {} is not a column", path));
    }
    read_values(dataset, path, shape, values);
}

template <class Columns>
void read_columns(hid_t group, Columns& columns) {
    visit_columns(columns, [group](const DatasetDescription& description, auto& values) {
        read_column(group, description, values);
    });
}

template <class Columns>
void read_table(hid_t file, const std::string& name, Columns& columns) {
    read_columns(open_group(file, name), columns);
    std::size_t rows = 0;
    bool first = true;
    visit_columns(columns, [&](const DatasetDescription& description, const auto& values) {
        rows = first ? values.size() : rows;
        first = false;
        if (values.size() != rows) {
            throw damaged(fmt::format("the column /{}/{} has {} rows, the first column {}", name,
                                      description.name, values.size(), rows));
        }
    });
}

std::string read_text_dataset(hid_t group, const std::string& path, const std::string& name) {
    const Hdf5Handle dataset = open_dataset(group, path, name);
    std::vector<std::string> text;
    const std::vector<std::int64_t> shape = shape_of(dataset, path);
    if (!shape.empty()) {
        throw damaged(fmt::format("the data set {} is not a single text", path));
    }
    read_values(dataset, path, shape, text);
    return text.front();
}

NamedArray read_array(hid_t group, const std::string& path, const std::string& name) {
    const Hdf5Handle dataset = open_dataset(group, path, name);
    NamedArray array{name, {}, shape_of(dataset, path), {}};
    read_attribute(dataset, "long_name", array.long_name);
    const Hdf5Handle type(H5Dget_type(dataset), H5Tclose, "open data set " + path);
    if (H5Tget_size(type) == sizeof(float)) {
        array.values = std::vector<float>{};
    } else {
        array.values = std::vector<double>{};
    }
    std::visit([&](auto& values) { read_values(dataset, path, array.shape, values); },
               array.values);
    return array;
}

/// The names in `group` that are not columns of `columns`.
template <class Columns>
std::vector<std::string> other_names(hid_t group, Columns& columns) {
    std::vector<std::string> names = links_in_order(group);
    visit_columns(columns, [&names](const DatasetDescription& description, const auto& /*values*/) {
        std::erase(names, description.name);
    });
    return names;
}

void read_environment(hid_t file, EnvironmentRecord& environment) {
    const Hdf5Handle group = open_group(file, "environment");
    read_columns(group, environment);
    for (const std::string& name : other_names(group, environment)) {
        environment.text[name] = read_text_dataset(group, "/environment/" + name, name);
    }
}

void read_data(hid_t file, DataRecord& data) {
    const Hdf5Handle group = open_group(file, "data");
    read_columns(group, data);
    for (const std::string& name : other_names(group, data)) {
        data.synthetic.push_back(read_array(group, "/data/" + name, name));
    }
}

}  // namespace

Hdf5Handle open_for_reading(const std::filesystem::path& file) {
    silence_hdf5();
    const std::string action = "open it";
    const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, action);
    hdf5_check(H5Pset_file_locking(access, false, true), action);
    return {H5Fopen(file.c_str(), H5F_ACC_RDONLY, access), H5Fclose, action};
}

Hdf5Handle open_image(std::span<const std::byte> bytes) {
    silence_hdf5();
    const std::string action = "open it";
    const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, action);
    hdf5_check(H5Pset_fapl_core(access, std::size_t{1} << 20, false), action);
    // HDF5 takes a pointer to what it may change, but copies it here.
    hdf5_check(
        H5Pset_file_image(access, const_cast<std::byte*>(bytes.data()), bytes.size()),  // NOLINT
        action);
    return {H5Fopen("image.h5", H5F_ACC_RDONLY, access), H5Fclose, action};
}

RunRecord read_attributes(hid_t file) {
    if (H5Aexists(file, "schema") <= 0) {
        throw data_error("it is an HDF5 file, but not one of Batchscope (no attribute 'schema')",
                         "give result files that batchscope-train wrote");
    }
    std::string schema;
    read_attribute(file, "schema", schema);
    std::int64_t version = 0;
    read_attribute(file, "schema_version", version);
    if (schema != schema_name || version != schema_version) {
        throw data_error(
            fmt::format("its schema is '{}' version {}, this program reads '{}' version {}", schema,
                        version, schema_name, schema_version),
            "read it with the program version that wrote it");
    }
    RunRecord record;
    std::string status;
    read_attribute(file, "status", status);
    record.status = parse_run_status(status);
    read_attribute(file, "reason", record.reason);
    read_attribute(file, "study", record.study);
    read_attribute(file, "program_version", record.program_version);
    read_attribute(file, "batch_size", record.batch_size);
    read_attribute(file, "seed", record.seed);
    read_attribute(file, "learning_rate", record.learning_rate);
    read_attribute(file, "learning_rate_scaling", record.learning_rate_scaling);
    std::int64_t collapsed = 0;
    read_attribute(file, "collapsed", collapsed);
    record.collapsed = collapsed != 0;
    read_attribute(file, "alias_of", record.alias_of);
    read_attribute(file, "configuration_hash", record.configuration_hash);
    read_attribute(file, "data_hash", record.data_hash);
    std::vector<std::string> names;
    hdf5_check(H5Aiterate2(file, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect_attribute, &names),
               "list the attributes");
    for (const std::string& name : names) {
        if (!is_schema_attribute(name)) {
            record.axes[name] = read_axis(file, name);
        }
    }
    return record;
}

void read_arrays(hid_t file, const ReadParts& parts, RunRecord& record) {
    if (parts.configuration) {
        record.configuration = read_text_dataset(file, "/config", "config");
    }
    if (parts.data) {
        read_data(file, record.data);
    }
    if (parts.environment) {
        read_environment(file, record.environment);
    }
    if (parts.steps) {
        read_table(file, "steps", record.steps);
    }
    read_table(file, "epochs", record.epochs);
    if (parts.predictions) {
        read_columns(open_group(file, "predictions"), record.predictions);
    }
    if (parts.weights) {
        const Hdf5Handle group = open_group(file, "weights");
        for (const std::string& name : links_in_order(group)) {
            record.weights.push_back(read_array(group, "/weights/" + name, name));
        }
    }
}

}  // namespace batchscope
