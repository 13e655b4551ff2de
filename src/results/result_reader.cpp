#include "results/result_reader.hpp"

#include <fmt/format.h>

#include <functional>
#include <limits>
#include <numeric>
#include <set>
#include <type_traits>

#include "core/error.hpp"
#include "results/hdf5_reading.hpp"
#include "results/result_schema.hpp"
#include "results/sharpness_table.hpp"

namespace batchscope {

namespace {

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

/// The file is from before the column was.
bool is_missing_in_old_files(hid_t group, const DatasetDescription& description) {
    return was_added_later(description) &&
           H5Lexists(group, description.name.c_str(), H5P_DEFAULT) == 0;
}

/// Unknown in all rows of a file from before the column was.
template <class Value>
bool is_unknown(hid_t group, const DatasetDescription& description, std::size_t rows,
                std::vector<Value>& values) {
    if constexpr (std::is_same_v<Value, double>) {
        if (is_missing_in_old_files(group, description)) {
            values.assign(rows, std::numeric_limits<double>::quiet_NaN());
            return true;
        }
    }
    return false;
}

/// Names as "steps/seconds".
using ColumnNames = std::set<std::string>;

bool is_left_out(const DatasetDescription& description, const ColumnNames& without) {
    return without.contains(description.group + '/' + description.name);
}

template <class Columns>
void read_columns(hid_t group, const ColumnNames& without, Columns& columns) {
    visit_columns(columns, [&](const DatasetDescription& description, auto& values) {
        if (!is_left_out(description, without) && !is_missing_in_old_files(group, description)) {
            read_column(group, description, values);
        }
    });
}

template <class Columns>
void read_table(hid_t file, const std::string& name, const ColumnNames& without, Columns& columns) {
    const Hdf5Handle group = open_group(file, name);
    std::size_t rows = 0;
    bool first = true;
    visit_columns(columns, [&](const DatasetDescription& description, auto& values) {
        if (is_left_out(description, without)) {
            return;
        }
        if (!is_unknown(group, description, rows, values)) {
            read_column(group, description, values);
        }
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

void read_environment(hid_t file, const ReadParts& parts, EnvironmentRecord& environment) {
    const Hdf5Handle group = open_group(file, "environment");
    read_columns(group, parts.without, environment);
    const bool all = !parts.without.contains("environment/text");
    for (const std::string& name : other_names(group, environment)) {
        if (all || parts.environment_texts.contains(name)) {
            environment.text[name] = read_text_dataset(group, "/environment/" + name, name);
        }
    }
}

void read_data(hid_t file, const ColumnNames& without, DataRecord& data) {
    const Hdf5Handle group = open_group(file, "data");
    read_columns(group, without, data);
    for (const std::string& name : other_names(group, data)) {
        data.synthetic.push_back(read_array(group, "/data/" + name, name));
    }
}

/// How many indices of a split the file holds; 0 where it has none.
std::int64_t size_of_split(hid_t group, const std::string& name) {
    if (H5Lexists(group, name.c_str(), H5P_DEFAULT) <= 0) {
        return 0;
    }
    const std::string path = "/data/" + name;
    const std::vector<std::int64_t> shape = shape_of(open_dataset(group, path, name), path);
    return shape.size() == 1 ? shape.front() : 0;
}

SplitSizes read_split_sizes(hid_t file) {
    const Hdf5Handle group = open_group(file, "data");
    return {size_of_split(group, "train_indices"), size_of_split(group, "validation_indices"),
            size_of_split(group, "test_indices")};
}

std::int64_t count_parameters(hid_t file) {
    const Hdf5Handle group = open_group(file, "weights");
    std::int64_t parameters = 0;
    for (const std::string& name : links_in_order(group)) {
        if (name.ends_with(".running_mean") || name.ends_with(".running_var")) {
            continue;
        }
        const std::string path = "/weights/" + name;
        const std::vector<std::int64_t> shape = shape_of(open_dataset(group, path, name), path);
        parameters +=
            std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>{});
    }
    return parameters;
}

/// Earlier versions did not say.
void read_shares_coupled(hid_t file, StepColumns& steps) {
    const Hdf5Handle group = open_group(file, "steps");
    if (H5Aexists(group, shares_coupled_name) > 0) {
        std::int64_t coupled = 0;
        read_attribute(group, shares_coupled_name, coupled);
        steps.shares_coupled = coupled != 0;
    }
}

}  // namespace

Hdf5Handle open_for_reading(const std::filesystem::path& file) {
    silence_hdf5();
    const std::string action = "open it";
    const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, action);
    hdf5_check(H5Pset_file_locking(access, false, true), action);
    // Every data set is read whole, once: no chunk of it is met again. HDF5 clears the table of the
    // cache for each data set, which with its default size is a tenth of the time of a small file.
    hdf5_check(H5Pset_cache(access, 0, 1, std::size_t{1} << 20, 1.0), action);
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
    for (const std::string& name : attribute_names(file)) {
        if (!is_schema_attribute(name)) {
            record.axes[name] = read_attribute_value(file, name);
        }
    }
    return record;
}

void read_arrays(hid_t file, const ReadParts& parts, RunRecord& record) {
    if (parts.configuration) {
        record.configuration = read_text_dataset(file, "/config", "config");
    }
    if (parts.data) {
        read_data(file, parts.without, record.data);
    }
    record.data.sizes = read_split_sizes(file);
    record.parameters = count_parameters(file);
    if (parts.environment) {
        read_environment(file, parts, record.environment);
    }
    if (parts.steps) {
        read_table(file, "steps", parts.without, record.steps);
        read_shares_coupled(file, record.steps);
    }
    read_table(file, "epochs", parts.without, record.epochs);
    if (parts.predictions) {
        read_columns(open_group(file, "predictions"), parts.without, record.predictions);
    }
    if (parts.sharpness) {
        record.sharpness = read_sharpness(file);
    }
    if (parts.weights) {
        const Hdf5Handle group = open_group(file, "weights");
        for (const std::string& name : links_in_order(group)) {
            record.weights.push_back(read_array(group, "/weights/" + name, name));
        }
    }
}

}  // namespace batchscope
