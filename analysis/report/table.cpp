#include "analysis/report/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <utility>

namespace batchscope {

namespace {

/// Breaks a heading after '_', '.' or ' ' into lines of at most `width` columns where that is
/// possible.
std::vector<std::string> broken_heading(const std::string& heading, std::size_t width) {
    std::vector<std::string> lines{""};
    for (std::size_t begin = 0; begin < heading.size();) {
        const auto separator = heading.find_first_of("_. ", begin);
        const auto end = separator == std::string::npos ? heading.size() : separator + 1;
        const std::string part = heading.substr(begin, end - begin);
        if (!lines.back().empty() && display_width(lines.back() + part) > width) {
            lines.emplace_back();
        }
        lines.back() += part;
        begin = end;
    }
    return lines;
}

std::string padded_line(const std::vector<std::string>& cells,
                        const std::vector<std::size_t>& widths) {
    std::string line;
    for (std::size_t column = 0; column < widths.size(); ++column) {
        line.append(column == 0 ? 0 : 2, ' ');
        line.append(widths[column] - display_width(cells[column]), ' ');
        line += cells[column];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line + '\n';
}

}  // namespace

TextTable::TextTable(std::vector<std::string> header) : header_(std::move(header)) {}

void TextTable::add_row(std::vector<std::string> cells) {
    rows_.push_back(std::move(cells));
}

std::string TextTable::text() const {
    constexpr std::size_t least_heading_width = 10;
    std::vector<std::size_t> widths;
    std::vector<std::vector<std::string>> headings;
    std::size_t heading_lines = 0;
    for (std::size_t column = 0; column < header_.size(); ++column) {
        std::size_t width = 0;
        for (const auto& row : rows_) {
            width = std::max(width, display_width(row[column]));
        }
        headings.push_back(broken_heading(header_[column], std::max(width, least_heading_width)));
        for (const std::string& line : headings.back()) {
            width = std::max(width, display_width(line));
        }
        heading_lines = std::max(heading_lines, headings.back().size());
        widths.push_back(width);
    }
    std::string text;
    for (std::size_t line = 0; line < heading_lines; ++line) {
        std::vector<std::string> cells;
        for (const auto& heading : headings) {
            const std::size_t above = heading_lines - heading.size();
            cells.push_back(line < above ? std::string{} : heading[line - above]);
        }
        text += padded_line(cells, widths);
    }
    for (const auto& row : rows_) {
        text += padded_line(row, widths);
    }
    return text;
}

std::string format_estimate(const Estimate& estimate, int decimals, std::int64_t runs) {
    if (estimate.n == 0) {
        return "n/a";
    }
    const double size = std::abs(estimate.mean);
    constexpr int most_decimals = 9;
    const int wanted =
        size > 0 ? std::clamp(3 - static_cast<int>(std::floor(std::log10(size))), 0, most_decimals)
                 : 0;
    const int shown = std::max(decimals, wanted);
    std::string text = fmt::format("{:.{}f}", estimate.mean, shown);
    text += estimate.n < 2 ? "±n/a" : fmt::format("±{:.{}f}", estimate.half_width, shown);
    return estimate.n == runs ? text : fmt::format("{} (n={})", text, estimate.n);
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xC0U) == 0x80U) {
            continue;  // inside a character
        }
        // From U+1100 (three bytes, E1 84 ...) to U+D7A3 Hangul, CJK and full-width signs are wide,
        // but for punctuation, arrows and shapes, U+2000 to U+2E7F; so are four-byte pictures.
        const bool is_wide = (byte >= 0xE3U && byte <= 0xEDU) || byte >= 0xF0U;
        width += is_wide ? 2 : 1;
    }
    return width;
}

std::string wrapped(const std::string& text, std::size_t indent) {
    constexpr std::size_t most_columns = 80;
    std::istringstream words(text);
    std::string lines;
    std::string line(std::min(text.find_first_not_of(' '), text.size()), ' ');
    bool line_is_empty = true;
    for (std::string word; words >> word; line_is_empty = false) {
        if (!line_is_empty && display_width(line) + 1 + display_width(word) > most_columns) {
            lines += line + '\n';
            line.assign(indent, ' ');
            line_is_empty = true;
        }
        line += (line_is_empty ? "" : " ") + word;
    }
    return line_is_empty ? std::string{} : lines + line + '\n';
}

}  // namespace batchscope
