#include "results/sharpness_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "core/error.hpp"
#include "results/hdf5_reading.hpp"
#include "results/hdf5_writing.hpp"
#include "results/result_schema.hpp"
#include "results/sharpness_columns.hpp"

namespace batchscope {

namespace {

using Scales = std::map<std::string, std::vector<double>>;

Error fault(const std::string& problem) {
    return run_time_error("/sharpness: " + problem,
                          "this is a fault of the program: report it with the command and "
                          "configuration");
}

std::size_t elements_of(const std::vector<std::int64_t>& shape) {
    return static_cast<std::size_t>(
        std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>{}));
}

void check_names_and_sizes(const SharpnessRecord& sharpness) {
    for (const auto& [name, values] : sharpness.scales) {
        const auto& known = sharpness_dimensions();
        const auto dimension =
            std::find_if(known.begin(), known.end(),
                         [&, &wanted = name](const auto& d) { return d.name == wanted; });
        if (dimension == known.end()) {
            throw fault(fmt::format("there is no dimension '{}'", name));
        }
        if (dimension->is_integer && std::any_of(values.begin(), values.end(), [](double value) {
                return value != std::trunc(value);
            })) {
            throw fault(fmt::format("the scale '{}' holds a number that is no integer", name));
        }
    }
    for (const SharpnessRow& row : sharpness.rows) {
        for (const auto& [name, values] : row.values) {
            const SharpnessColumn* column = find_sharpness_column(name);
            if (column == nullptr) {
                throw fault(fmt::format("there is no column '{}'", name));
            }
            const std::size_t size = elements_of(sharpness_shape(*column, sharpness.scales));
            if (values.size() != size) {
                throw fault(fmt::format(
                    "the column '{}' has {} values at epoch {}, its dimensions "
                    "[{}] hold {}",
                    name, values.size(), row.epoch, fmt::join(column->dimensions, ", "), size));
            }
        }
    }
}

/// Whether some row has values of the column; of an empty dimension none has.
bool has_values(const SharpnessRecord& sharpness, const SharpnessColumn& column) {
    return std::any_of(sharpness.rows.begin(), sharpness.rows.end(), [&](const SharpnessRow& row) {
        const auto found = row.values.find(column.name);
        return found != row.values.end() && !found->second.empty();
    });
}

/// The column over all rows, NaN where a row has no entry.
std::vector<double> values_over_rows(const SharpnessRecord& sharpness,
                                     const SharpnessColumn& column, std::size_t per_row) {
    std::vector<double> all;
    for (const SharpnessRow& row : sharpness.rows) {
        const auto found = row.values.find(column.name);
        if (found == row.values.end()) {
            all.insert(all.end(), per_row, std::numeric_limits<double>::quiet_NaN());
        } else {
            all.insert(all.end(), found->second.begin(), found->second.end());
        }
    }
    return all;
}

Hdf5Handle made_scale(Hdf5Handle dataset, const std::string& name) {
    hdf5_check(H5DSset_scale(dataset, name.c_str()), "set a dimension scale");
    return dataset;
}

std::map<std::string, Hdf5Handle> write_scales(hid_t group, const Scales& scales) {
    std::map<std::string, Hdf5Handle> written;
    for (const SharpnessDimension& dimension : sharpness_dimensions()) {
        const auto found = scales.find(dimension.name);
        const std::vector<double> values =
            found == scales.end() ? std::vector<double>{} : found->second;
        if (values.empty() && dimension.name != "k") {
            continue;
        }
        const DatasetDescription description = description_of(dimension);
        Hdf5Handle dataset =
            dimension.is_integer
                ? write_column(group, description,
                               std::vector<std::int64_t>(values.begin(), values.end()))
                : write_column(group, description, values);
        written.emplace(dimension.name, made_scale(std::move(dataset), dimension.name));
    }
    return written;
}

/// Values of a data set whose shape must be this one.
template <class Value>
std::vector<Value> read_shaped(hid_t group, const std::string& name,
                               const std::vector<std::int64_t>& shape) {
    const std::string path = "/sharpness/" + name;
    const Hdf5Handle dataset = open_dataset(group, path, name);
    const std::vector<std::int64_t> found = shape_of(dataset, path);
    if (found != shape) {
        throw damaged(
            fmt::format("the data set {} has the shape [{}], its dimension scales say "
                        "[{}]",
                        path, fmt::join(found, ", "), fmt::join(shape, ", ")));
    }
    std::vector<Value> values;
    read_values(dataset, path, shape, values);
    return values;
}

std::vector<double> read_scale(hid_t group, const std::string& name) {
    const std::string path = "/sharpness/" + name;
    const Hdf5Handle dataset = open_dataset(group, path, name);
    const std::vector<std::int64_t> shape = shape_of(dataset, path);
    if (shape.size() != 1) {
        throw damaged(fmt::format("the data set {} is not a dimension scale", path));
    }
    std::vector<double> values;
    read_values(dataset, path, shape, values);
    return values;
}

void read_column(hid_t group, const SharpnessColumn& column, SharpnessRecord& sharpness) {
    std::vector<std::int64_t> shape = sharpness_shape(column, sharpness.scales);
    const std::size_t per_row = elements_of(shape);
    shape.insert(shape.begin(), static_cast<std::int64_t>(sharpness.rows.size()));
    const auto values = read_shaped<double>(group, column.name, shape);
    for (std::size_t row = 0; row < sharpness.rows.size(); ++row) {
        const auto first = values.begin() + static_cast<std::ptrdiff_t>(row * per_row);
        sharpness.rows[row].values[column.name] = {first,
                                                   first + static_cast<std::ptrdiff_t>(per_row)};
    }
}

}  // namespace

void write_sharpness(hid_t file, const SharpnessRecord& sharpness) {
    check_names_and_sizes(sharpness);
    const Hdf5Handle group = create_group(file, "sharpness");
    for (const auto& [name, value] : sharpness.settings) {
        write_attribute(group, name, value);
    }
    std::vector<double> epochs;
    std::vector<std::int64_t> steps;
    for (const SharpnessRow& row : sharpness.rows) {
        epochs.push_back(row.epoch);
        steps.push_back(row.step);
    }
    const Hdf5Handle epoch =
        made_scale(write_column(group, sharpness_epoch_description(), epochs), "epoch");
    const auto scales = write_scales(group, sharpness.scales);
    const auto attach_epoch = [&](const Hdf5Handle& dataset) {
        hdf5_check(H5DSattach_scale(dataset, epoch, 0), "attach a dimension scale");
    };
    if (!steps.empty()) {
        attach_epoch(write_column(group, sharpness_step_description(), steps));
    }
    for (const SharpnessColumn& column : sharpness_columns()) {
        if (!has_values(sharpness, column)) {
            continue;
        }
        const std::vector<std::int64_t> row_shape = sharpness_shape(column, sharpness.scales);
        std::vector<hsize_t> shape(row_shape.begin(), row_shape.end());
        shape.insert(shape.begin(), sharpness.rows.size());
        const Hdf5Handle dataset =
            write_dataset(group, description_of(column),
                          values_over_rows(sharpness, column, elements_of(row_shape)), shape);
        attach_epoch(dataset);
        for (std::size_t i = 0; i < column.dimensions.size(); ++i) {
            hdf5_check(H5DSattach_scale(dataset, scales.at(column.dimensions[i]),
                                        static_cast<unsigned>(i + 1)),
                       "attach a dimension scale");
        }
    }
}

SharpnessRecord read_sharpness(hid_t file) {
    const Hdf5Handle group = open_group(file, "sharpness");
    SharpnessRecord sharpness;
    for (const std::string& name : attribute_names(group)) {
        sharpness.settings[name] = read_attribute_value(group, name);
    }
    std::vector<std::string> names = links_in_order(group);
    const auto take = [&names](const std::string& name) { return std::erase(names, name) > 0; };
    for (const double epoch : read_scale(group, "epoch")) {
        sharpness.rows.push_back({epoch, 0, {}});
    }
    take("epoch");
    for (const SharpnessDimension& dimension : sharpness_dimensions()) {
        if (take(dimension.name)) {
            sharpness.scales[dimension.name] = read_scale(group, dimension.name);
        }
    }
    // Made for readers of the file where there are no eigenvalues: no scale of the record.
    std::erase_if(sharpness.scales, [](const auto& scale) { return scale.second.empty(); });
    if (!sharpness.rows.empty()) {
        const auto steps = read_shaped<std::int64_t>(
            group, "step", {static_cast<std::int64_t>(sharpness.rows.size())});
        for (std::size_t row = 0; row < steps.size(); ++row) {
            sharpness.rows[row].step = steps[row];
        }
        take("step");
    }
    for (const SharpnessColumn& column : sharpness_columns()) {
        if (take(column.name)) {
            read_column(group, column, sharpness);
        }
    }
    if (!names.empty()) {
        throw data_error(fmt::format("/sharpness holds '{}', which this program does not know",
                                     fmt::join(names, "', '")),
                         "read it with the program version that wrote it");
    }
    return sharpness;
}

}  // namespace batchscope
