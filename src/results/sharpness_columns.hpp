#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace batchscope {

/// A dimension of /sharpness beside `epoch`; its scale is a data set of the same name.
struct SharpnessDimension {
    std::string name;
    std::string long_name;
    bool is_integer = true;  ///< how the scale is stored
};

/// A column of /sharpness: for each row one number, or an array over its dimensions in this order.
struct SharpnessColumn {
    std::string name;
    std::string units;
    std::string long_name;
    std::vector<std::string> dimensions;  ///< beside `epoch`
    bool is_volatile = false;
};

/// The one table of what /sharpness may hold: measures name their findings by it, writer, reader
/// and documentation walk it. Dimensions and columns are in the order of the file.
[[nodiscard]] const std::vector<SharpnessDimension>& sharpness_dimensions();
[[nodiscard]] const std::vector<SharpnessColumn>& sharpness_columns();

/// The column of this name, or nullptr. `epoch` and `step` are fields of the row, not columns.
[[nodiscard]] const SharpnessColumn* find_sharpness_column(std::string_view name);

/// How many values of the column each dimension holds, where `scales` are those of the file; a
/// dimension without a scale holds none.
[[nodiscard]] std::vector<std::int64_t> sharpness_shape(
    const SharpnessColumn& column, const std::map<std::string, std::vector<double>>& scales);

}  // namespace batchscope
