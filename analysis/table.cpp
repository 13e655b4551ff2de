#include "analysis/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace batchscope {

TextTable::TextTable(std::vector<std::string> header) {
    rows_.push_back(std::move(header));
}

void TextTable::add_row(std::vector<std::string> cells) {
    rows_.push_back(std::move(cells));
}

std::string TextTable::text() const {
    std::vector<std::size_t> widths(rows_.front().size());
    for (const auto& row : rows_) {
        for (std::size_t column = 0; column < widths.size(); ++column) {
            widths[column] = std::max(widths[column], display_width(row[column]));
        }
    }
    std::string text;
    for (const auto& row : rows_) {
        std::string line;
        for (std::size_t column = 0; column < widths.size(); ++column) {
            line.append(column == 0 ? 0 : 2, ' ');
            line.append(widths[column] - display_width(row[column]), ' ');
            line += row[column];
        }
        text += line + '\n';
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

std::size_t display_width(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    }));
}

}  // namespace batchscope
