#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace batchscope {

/// One value of a configuration key, or std::monostate where an optional key has none.
using Value =
    std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<std::int64_t>,
                 std::vector<double>, std::vector<std::string>>;

/// Values of keys of components, by path below the section of their family: "trace.products" of
/// sharpness. A key without an entry has its default.
using KeyValues = std::map<std::string, Value>;

/// The whole text as a finite number: 1e-4, 1.e-4, .0001, +3, independent of the locale. Throws
/// std::invalid_argument with the reason ("is not a number") otherwise; "inf" and "nan" are no
/// numbers.
[[nodiscard]] double parse_number(std::string_view text);

/// The whole text as an integer. A number without fraction counts (1e3 is 1000). Throws
/// std::invalid_argument with the reason otherwise; nothing is ever cut off.
[[nodiscard]] std::int64_t parse_integer(std::string_view text);

/// "true" or "false" only. Throws std::invalid_argument with the reason otherwise.
[[nodiscard]] bool parse_boolean(std::string_view text);

/// Shortest text that reads back as the same number: 2e-05, 0.1, 10.
[[nodiscard]] std::string format_number(double value);

/// The text of a value in names, tables and messages: 64, 2e-05, true, [512,512]; "auto" for none.
[[nodiscard]] std::string format_value(const Value& value);

/// The value as YAML that any reader takes for the same type: text is quoted where it could be read
/// as something else, and 2e-05 is written 2.0e-05, because YAML 1.1 readers take the former for
/// text. Written here and not by a library since hashes are taken of it: it must never change.
[[nodiscard]] std::string yaml_value(const Value& value);

}  // namespace batchscope
