#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/statistics/interval.hpp"

namespace batchscope {

/// A plain text table: columns as wide as their widest cell, two spaces between, numbers to the
/// right.
class TextTable {
  public:
    explicit TextTable(std::vector<std::string> header);
    /// Adds a row with as many cells as the header.
    void add_row(std::vector<std::string> cells);
    /// The lines, each with its newline and without trailing spaces.
    [[nodiscard]] std::string text() const;

  private:
    std::vector<std::string> header_;
    std::vector<std::vector<std::string>> rows_;
};

/// "0.3456±0.0123"; "0.3456±n/a" for one value, "n/a" for none. At least `decimals` decimals, more
/// where the mean would show fewer than four significant digits. `runs` is the n of the row: an
/// estimate with another n names its own.
[[nodiscard]] std::string format_estimate(const Estimate& estimate, int decimals,
                                          std::int64_t runs);

/// Columns that UTF-8 text takes on a terminal; Hangul and other wide characters take two.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// The text in lines of at most 80 columns, broken at spaces, those after the first indented; with
/// a newline at the end. Nothing for an empty text.
[[nodiscard]] std::string wrapped(const std::string& text, std::size_t indent);

}  // namespace batchscope
