#pragma once

#include <string>
#include <string_view>

#include "analysis/language/phrases.hpp"
#include "analysis/report/document.hpp"

namespace batchscope {

/// The document as plain text in lines of at most 80 columns, but for the names of files: all that
/// it says but the charts and the definitions, which belong to the page.
[[nodiscard]] std::string render_terminal(const Document& document, const Phrases& phrases);

/// A section as it stands in there. Empty where it has nothing but charts or definitions.
[[nodiscard]] std::string render_terminal(const Section& section, const Phrases& phrases);

/// Columns as wide as their widest cell, two spaces between, numbers to the right; verdicts in a
/// column of their own. One that is wider than 80 columns is broken into several, each with the
/// first column.
[[nodiscard]] std::string render_terminal(const Table& table, const Phrases& phrases);

/// Columns that UTF-8 text takes on a terminal; Hangul and other wide characters take two.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// The text in lines of at most 80 columns, broken at spaces, those after the first indented; with
/// a newline at the end. Nothing for an empty text.
[[nodiscard]] std::string wrapped(const std::string& text, std::size_t indent);

}  // namespace batchscope
