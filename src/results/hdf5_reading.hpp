#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "results/hdf5_handles.hpp"
#include "results/run_record.hpp"

/// How groups, data sets and attributes of a result file are read. All throw Hdf5Failure when HDF5
/// cannot, and Error (data) for what is not as our writer writes it.
namespace batchscope {

/// The error for a file that is not as our writer writes it.
[[nodiscard]] Error damaged(const std::string& problem);

void read_attribute(hid_t object, const std::string& name, std::string& value);
void read_attribute(hid_t object, const std::string& name, std::int64_t& value);
void read_attribute(hid_t object, const std::string& name, std::uint64_t& value);
void read_attribute(hid_t object, const std::string& name, double& value);
/// An attribute of the type that the file says.
[[nodiscard]] AttributeValue read_attribute_value(hid_t object, const std::string& name);
[[nodiscard]] std::vector<std::string> attribute_names(hid_t object);

/// Names of the members of a group, in the order in which they were made.
[[nodiscard]] std::vector<std::string> links_in_order(hid_t group);
/// A group right under the root.
[[nodiscard]] Hdf5Handle open_group(hid_t file, const std::string& name);
/// `path` stands for the data set in messages.
[[nodiscard]] Hdf5Handle open_dataset(hid_t group, const std::string& path,
                                      const std::string& name);
[[nodiscard]] std::vector<std::int64_t> shape_of(hid_t dataset, const std::string& path);

/// All elements of a data set of this shape, in row-major order.
void read_values(hid_t dataset, const std::string& path, const std::vector<std::int64_t>& shape,
                 std::vector<double>& values);
void read_values(hid_t dataset, const std::string& path, const std::vector<std::int64_t>& shape,
                 std::vector<float>& values);
void read_values(hid_t dataset, const std::string& path, const std::vector<std::int64_t>& shape,
                 std::vector<std::int64_t>& values);
void read_values(hid_t dataset, const std::string& path, const std::vector<std::int64_t>& shape,
                 std::vector<std::string>& values);

}  // namespace batchscope
