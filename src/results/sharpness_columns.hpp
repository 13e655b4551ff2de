#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace batchscope {

/// A dimension of /sharpness beside `epoch`; its scale is a data set of the same name.
struct SharpnessDimension {
    std::string name;
    std::string long_name;
    bool is_integer = true;  ///< how the scale is stored
    bool operator==(const SharpnessDimension&) const = default;
};

/// What a report shows of a column: its first value at the end of a run.
struct ColumnHeadline {
    std::string name{};     ///< in CSV and JSON: "top_eigenvalue"; empty: nothing is shown of it
    std::string heading{};  ///< of a column of a table; empty: it has none of its own
    int position = 1000;    ///< place among those of other columns, ascending
    std::string title{};    ///< of a chart: "Top eigenvalue of the Hessian"
    std::string table{};    ///< caption of the table that it stands in
    bool operator==(const ColumnHeadline&) const = default;
};

/// A column of /sharpness: for each row one number, or an array over its dimensions in this order.
/// What a reader needs stands beside it as attributes, so that no reader keeps a list of measures.
struct SharpnessColumn {
    std::string name{};
    std::string units = "1";
    std::string long_name{};
    std::vector<std::string> dimensions{};  ///< beside `epoch`
    bool is_volatile = false;
    ColumnHeadline headline{};
    std::string error_of{};  ///< the column whose error bar this is; its headline names it
    // When a value of the headline counts: where this column is 1, where that is 0, where the value
    // is above this; without any, where the error is finite.
    std::string certified_by{};
    std::string refuted_by{};
    std::optional<double> counts_above{};
    bool operator==(const SharpnessColumn&) const = default;
};

/// How many values of the column each dimension holds, where `scales` are those of the file; a
/// dimension without a scale holds none.
[[nodiscard]] std::vector<std::int64_t> sharpness_shape(
    const SharpnessColumn& column, const std::map<std::string, std::vector<double>>& scales);

}  // namespace batchscope
