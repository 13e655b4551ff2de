#include <fmt/format.h>

#include <charconv>
#include <set>
#include <string_view>
#include <system_error>

#include "config/grid.hpp"
#include "core/error.hpp"

/// What the command line says about a study: --set and --task.
namespace batchscope {

namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

Error task_error(const std::string& text, const std::string& problem, std::int64_t points) {
    return configuration_error(
        fmt::format("--task {}: {}", text, problem),
        fmt::format("give indices from 0 to {}, such as 0,3,7-9 (--list shows them)", points - 1));
}

std::int64_t parse_index(std::string_view part, const std::string& text, std::int64_t points) {
    std::int64_t index = -1;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
    if (error == std::errc::invalid_argument || end != part.data() + part.size() ||
        part.starts_with('-')) {
        throw task_error(text, fmt::format("'{}' is not an index", part), points);
    }
    if (error == std::errc::result_out_of_range || index >= points) {
        throw task_error(text, fmt::format("the grid has {} points, no point {}", points, part),
                         points);
    }
    return index;
}

}  // namespace

Override parse_override(const std::string& text) {
    const auto equals = text.find('=');
    const std::string_view key = trimmed(std::string_view{text}.substr(0, equals));
    if (equals == std::string::npos || key.empty()) {
        throw configuration_error(fmt::format("--set {}: not of the form key=value", text),
                                  "write --set training.batch_size=[64,128], say");
    }
    return {std::string{key}, std::string{trimmed(std::string_view{text}.substr(equals + 1))}};
}

std::vector<std::int64_t> parse_task_list(const std::string& text, std::int64_t points) {
    std::set<std::int64_t> indices;
    std::string_view rest = text;
    while (true) {
        const auto comma = rest.find(',');
        const std::string_view part = rest.substr(0, comma);
        const auto dash = part.find('-', 1);
        if (part.empty() || dash == std::string_view::npos) {
            indices.insert(parse_index(part, text, points));
        } else {
            const std::int64_t first = parse_index(part.substr(0, dash), text, points);
            const std::int64_t last = parse_index(part.substr(dash + 1), text, points);
            if (last < first) {
                throw task_error(text, fmt::format("the range {} runs backwards", part), points);
            }
            for (std::int64_t index = first; index <= last; ++index) {
                indices.insert(index);
            }
        }
        if (comma == std::string_view::npos) {
            return {indices.begin(), indices.end()};
        }
        rest.remove_prefix(comma + 1);
    }
}

}  // namespace batchscope
