#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace batchscope {

/// The width of UTF-8 text in units of `font_size`'s unit: of DejaVu Sans, the widest of the usual
/// sans-serif fonts, and one em for a Korean, Chinese or Japanese character. A reader's font is
/// known to nobody, so it errs to the wide side.
[[nodiscard]] double text_width(std::string_view text, double font_size, bool bold = false);

/// `text` in lines of at most `width`, broken at spaces; a word that is wider alone is broken
/// within. Newlines in the text stay. At least one line; no character is lost but the spaces at the
/// breaks.
[[nodiscard]] std::vector<std::string> wrap_text(std::string_view text, double font_size,
                                                 double width, bool bold = false);

/// Valid UTF-8 that XML may hold: bytes that are no UTF-8 and control characters become U+FFFD;
/// tab and newline stay.
[[nodiscard]] std::string printable_text(std::string_view text);

}  // namespace batchscope
