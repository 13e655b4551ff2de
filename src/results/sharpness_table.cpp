#include "results/sharpness_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>
#include <numeric>
#include <set>
#include <string_view>
#include <variant>

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
        const auto& known = sharpness.dimensions;
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
            const auto column = std::find_if(
                sharpness.columns.begin(), sharpness.columns.end(),
                [&, &wanted = name](const auto& known) { return known.name == wanted; });
            if (column == sharpness.columns.end()) {
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

/// Of eigenvalues; written also where there are none.
SharpnessDimension eigenvalue_rank() {
    return {"k", "rank of an eigenvalue, 1 is the largest"};
}

std::map<std::string, Hdf5Handle> write_scales(hid_t group, const SharpnessRecord& sharpness) {
    std::vector<SharpnessDimension> dimensions = sharpness.dimensions;
    if (std::find(dimensions.begin(), dimensions.end(), eigenvalue_rank()) == dimensions.end()) {
        dimensions.insert(dimensions.begin(), eigenvalue_rank());
    }
    std::map<std::string, Hdf5Handle> written;
    for (const SharpnessDimension& dimension : dimensions) {
        const auto found = sharpness.scales.find(dimension.name);
        const std::vector<double> values =
            found == sharpness.scales.end() ? std::vector<double>{} : found->second;
        if (values.empty() && dimension != eigenvalue_rank()) {
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

void write_attributes_of(hid_t dataset, const SharpnessColumn& column) {
    const auto write_text = [dataset](const char* name, const std::string& value) {
        if (!value.empty()) {
            write_attribute(dataset, name, value);
        }
    };
    write_text("headline", column.headline.name);
    write_text("heading", column.headline.heading);
    write_text("title", column.headline.title);
    write_text("table", column.headline.table);
    if (!column.headline.name.empty()) {
        write_attribute(dataset, "headline_position",
                        static_cast<std::int64_t>(column.headline.position));
    }
    write_text("error_of", column.error_of);
    write_text("certified_by", column.certified_by);
    write_text("refuted_by", column.refuted_by);
    if (column.counts_above) {
        write_attribute(dataset, "counts_above", *column.counts_above);
    }
}

/// A text of a column for reports: a file that is not ours must not break their layout.
void read_short_text(hid_t dataset, const std::string& name, std::string& text) {
    constexpr std::size_t longest = 200;
    read_attribute(dataset, name, text);
    if (text.size() > longest) {
        throw damaged(fmt::format("the attribute '{}' of a column has {} bytes, not {} at most",
                                  name, text.size(), longest));
    }
}

int read_position(hid_t dataset, const std::string& name) {
    const AttributeValue value = read_attribute_value(dataset, name);
    const auto* position = std::get_if<std::int64_t>(&value);
    if (position == nullptr || std::abs(*position) > std::numeric_limits<int>::max()) {
        throw damaged(fmt::format("the attribute '{}' of a column is no position", name));
    }
    return static_cast<int>(*position);
}

void read_attributes_of(hid_t dataset, SharpnessColumn& column) {
    const std::map<std::string_view, std::string*> texts{{"headline", &column.headline.name},
                                                         {"heading", &column.headline.heading},
                                                         {"title", &column.headline.title},
                                                         {"table", &column.headline.table},
                                                         {"units", &column.units},
                                                         {"error_of", &column.error_of},
                                                         {"certified_by", &column.certified_by},
                                                         {"refuted_by", &column.refuted_by}};
    for (const std::string& name : attribute_names(dataset)) {
        if (const auto text = texts.find(name); text != texts.end()) {
            read_short_text(dataset, name, *text->second);
        } else if (name == "long_name") {
            read_attribute(dataset, name, column.long_name);
        } else if (name == "headline_position") {
            column.headline.position = read_position(dataset, name);
        } else if (name == "counts_above") {
            read_attribute(dataset, name, column.counts_above.emplace());
        } else if (name == "volatile") {
            std::int64_t is_volatile = 0;
            read_attribute(dataset, name, is_volatile);
            column.is_volatile = is_volatile != 0;
        }
    }
}

/// Two columns of one name would be taken for each other.
void check_headlines(const SharpnessRecord& sharpness) {
    std::set<std::string> names;
    for (const SharpnessColumn& column : sharpness.columns) {
        if (!column.headline.name.empty() && !names.insert(column.headline.name).second) {
            throw damaged(fmt::format("two columns of /sharpness have the headline '{}'",
                                      column.headline.name));
        }
    }
}

/// The names of the scales of a data set's dimensions, without the first, `epoch`.
std::vector<std::string> dimensions_of(hid_t dataset, const std::string& path) {
    const auto add_name = [](hid_t /*dataset*/, unsigned /*dimension*/, hid_t scale,
                             void* names) -> herr_t {
        std::string name(
            static_cast<std::size_t>(std::max<ssize_t>(0, H5Iget_name(scale, nullptr, 0))), '\0');
        (void)H5Iget_name(scale, name.data(), name.size() + 1);
        static_cast<std::vector<std::string>*>(names)->push_back(name.substr(name.rfind('/') + 1));
        return 1;  // one scale is enough
    };
    std::vector<std::string> names;
    const std::size_t rank = shape_of(dataset, path).size();
    for (unsigned dimension = 1; dimension < rank; ++dimension) {
        if (H5DSiterate_scales(dataset, dimension, nullptr, add_name, &names) <= 0) {
            throw damaged(
                fmt::format("dimension {} of the data set {} has no scale", dimension, path));
        }
    }
    return names;
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

std::vector<double> read_scale(hid_t dataset, const std::string& path) {
    const std::vector<std::int64_t> shape = shape_of(dataset, path);
    if (shape.size() != 1) {
        throw damaged(fmt::format("the data set {} is not a dimension scale", path));
    }
    std::vector<double> values;
    read_values(dataset, path, shape, values);
    return values;
}

bool is_integer(hid_t dataset) {
    const Hdf5Handle type(H5Dget_type(dataset), H5Tclose, "read the type of a scale");
    return H5Tget_class(type) == H5T_INTEGER;
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

/// Notes what a data set of the group is: a scale with its values, or a column.
void describe(hid_t group, const std::string& name, SharpnessRecord& sharpness) {
    const std::string path = "/sharpness/" + name;
    const Hdf5Handle dataset = open_dataset(group, path, name);
    SharpnessColumn column{.name = name};
    read_attributes_of(dataset, column);
    if (H5DSis_scale(dataset) > 0) {
        // An empty one was made for readers of the file where there are no eigenvalues.
        if (auto values = read_scale(dataset, path); !values.empty()) {
            sharpness.dimensions.push_back({name, column.long_name, is_integer(dataset)});
            sharpness.scales[name] = std::move(values);
        }
        return;
    }
    column.dimensions = dimensions_of(dataset, path);
    sharpness.columns.push_back(std::move(column));
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
    const auto scales = write_scales(group, sharpness);
    const auto attach_epoch = [&](const Hdf5Handle& dataset) {
        hdf5_check(H5DSattach_scale(dataset, epoch, 0), "attach a dimension scale");
    };
    if (!steps.empty()) {
        attach_epoch(write_column(group, sharpness_step_description(), steps));
    }
    for (const SharpnessColumn& column : sharpness.columns) {
        if (!has_values(sharpness, column)) {
            continue;
        }
        const std::vector<std::int64_t> row_shape = sharpness_shape(column, sharpness.scales);
        std::vector<hsize_t> shape(row_shape.begin(), row_shape.end());
        shape.insert(shape.begin(), sharpness.rows.size());
        const Hdf5Handle dataset =
            write_dataset(group, description_of(column),
                          values_over_rows(sharpness, column, elements_of(row_shape)), shape);
        write_attributes_of(dataset, column);
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
    for (const double epoch :
         read_scale(open_dataset(group, "/sharpness/epoch", "epoch"), "/sharpness/epoch")) {
        sharpness.rows.push_back({epoch, 0, {}});
    }
    if (!sharpness.rows.empty()) {
        const auto steps = read_shaped<std::int64_t>(
            group, "step", {static_cast<std::int64_t>(sharpness.rows.size())});
        for (std::size_t row = 0; row < steps.size(); ++row) {
            sharpness.rows[row].step = steps[row];
        }
    }
    for (const std::string& name : links_in_order(group)) {
        if (name != "epoch" && name != "step") {
            describe(group, name, sharpness);
        }
    }
    check_headlines(sharpness);
    for (const SharpnessColumn& column : sharpness.columns) {
        read_column(group, column, sharpness);
    }
    return sharpness;
}

}  // namespace batchscope
