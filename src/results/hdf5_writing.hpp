#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "results/hdf5_handles.hpp"
#include "results/result_schema.hpp"

/// How groups, data sets and attributes of a result file are made. All throw Hdf5Failure.
namespace batchscope {

void write_attribute(hid_t object, const std::string& name, std::int64_t value);
void write_attribute(hid_t object, const std::string& name, std::uint64_t value);
void write_attribute(hid_t object, const std::string& name, double value);
void write_attribute(hid_t object, const std::string& name, const std::string& value);
void write_attribute(hid_t object, const std::string& name, const AttributeValue& value);

/// Properties of a new object: without time stamps, so that equal runs give equal bytes, and for
/// groups with the order of their members.
[[nodiscard]] Hdf5Handle creation_properties(hid_t kind, const std::string& action);

/// A group right under the root.
[[nodiscard]] Hdf5Handle create_group(hid_t file, const std::string& name);

/// A data set of any rank; rank 0 is a scalar. `values` are in row-major order, as many as the
/// shape asks for.
Hdf5Handle write_dataset(hid_t group, const DatasetDescription& description,
                         const std::vector<double>& values, const std::vector<hsize_t>& shape);
Hdf5Handle write_dataset(hid_t group, const DatasetDescription& description,
                         const std::vector<float>& values, const std::vector<hsize_t>& shape);
Hdf5Handle write_dataset(hid_t group, const DatasetDescription& description,
                         const std::vector<std::int64_t>& values,
                         const std::vector<hsize_t>& shape);
Hdf5Handle write_dataset(hid_t group, const DatasetDescription& description,
                         const std::vector<std::string>& values, const std::vector<hsize_t>& shape);

/// A data set of one dimension.
template <class Value>
Hdf5Handle write_column(hid_t group, const DatasetDescription& description,
                        const std::vector<Value>& values) {
    return write_dataset(group, description, values, {values.size()});
}

}  // namespace batchscope
