#include "analysis/charts/text_measure.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace batchscope {

namespace {

/// Thousandths of an em of DejaVu Sans, from the space to '~'.
constexpr std::array<std::uint16_t, 95> ascii_widths{
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361,  318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635,  611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352,  635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592,  525, 636, 337, 636, 838};

/// The bold face is that much wider, on the average over letters.
constexpr double bold_factor = 1.15;

struct Character {
    char32_t code;
    std::size_t bytes;
};

/// The character at the begin of `text`; a byte that begins none is U+FFFD, alone.
Character first_character(std::string_view text) {
    const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) {
        return {lead, 1};
    }
    const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) {
        return {0xFFFD, 1};
    }
    char32_t code = lead & (0xFFU >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) {
            return {0xFFFD, 1};
        }
        code = (code << 6U) | (byte(i) & 0x3FU);
    }
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < smallest[bytes] || code > 0x10FFFF || surrogate) {
        return {0xFFFD, 1};
    }
    return {code, bytes};
}

/// In ems.
double character_width(char32_t code) {
    if (code >= 0x20 && code < 0x7F) {
        return ascii_widths[code - 0x20] / 1000.0;
    }
    if (code == 0xA0) {
        return 0.318;
    }
    const bool superscript = (code >= 0x2070 && code <= 0x2079) || (code >= 0xB2 && code <= 0xB9);
    if (superscript || code == 0x2013) {
        return 0.5;
    }
    if (code < 0x0400) {  // Latin with accents, Greek
        return code == 0xD7 || code == 0xB1 ? 0.838 : 0.7;
    }
    return code >= 0x1100 ? (code >= 0x2000 && code < 0x2E00 ? 0.88 : 1.0) : 0.8;
}

/// Appends `word` to the lines, broken where it is wider than a line alone.
void append_broken_word(std::vector<std::string>& lines, std::string_view word, double font_size,
                        double width, bool bold) {
    while (!word.empty()) {
        const std::size_t bytes = first_character(word).bytes;
        const std::string_view character = word.substr(0, bytes);
        if (!lines.back().empty() &&
            text_width(lines.back() + std::string(character), font_size, bold) > width) {
            lines.emplace_back();
        }
        lines.back() += character;
        word.remove_prefix(bytes);
    }
}

void append_wrapped_line(std::vector<std::string>& lines, std::string_view text, double font_size,
                         double width, bool bold) {
    lines.emplace_back();
    bool first = true;
    while (!text.empty() || first) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::string longer = (first ? "" : lines.back() + " ") + std::string(word);
        if (text_width(longer, font_size, bold) <= width) {
            lines.back() = longer;
        } else {
            if (!lines.back().empty()) {
                lines.emplace_back();
            }
            append_broken_word(lines, word, font_size, width, bold);
        }
        first = false;
    }
}

}  // namespace

double text_width(std::string_view text, double font_size, bool bold) {
    double ems = 0;
    while (!text.empty()) {
        const Character character = first_character(text);
        ems += character_width(character.code);
        text.remove_prefix(character.bytes);
    }
    return ems * font_size * (bold ? bold_factor : 1);
}

std::vector<std::string> wrap_text(std::string_view text, double font_size, double width,
                                   bool bold) {
    std::vector<std::string> lines;
    while (true) {
        const std::size_t newline = std::min(text.find('\n'), text.size());
        append_wrapped_line(lines, text.substr(0, newline), font_size, width, bold);
        if (newline == text.size()) {
            return lines;
        }
        text.remove_prefix(newline + 1);
    }
}

std::string printable_text(std::string_view text) {
    std::string printable;
    while (!text.empty()) {
        const Character character = first_character(text);
        const char32_t code = character.code;
        const bool allowed = code == '\t' || code == '\n' ||
                             (code >= 0x20 && code != 0x7F && !(code >= 0x80 && code < 0xA0) &&
                              code != 0xFFFD && code != 0xFFFE && code != 0xFFFF);
        printable += allowed ? text.substr(0, character.bytes) : std::string_view("\uFFFD");
        text.remove_prefix(character.bytes);
    }
    return printable;
}

}  // namespace batchscope
