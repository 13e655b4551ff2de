#include "analysis/report/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <utility>
#include <vector>

namespace batchscope {

namespace {

constexpr std::size_t most_columns = 80;

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

/// A column as text: the lines of its heading, its cells, and the width of the widest.
struct TextColumn {
    std::vector<std::string> heading{};
    std::vector<std::string> cells{};
    std::size_t width = 0;
};

TextColumn text_column(const std::string& heading, std::vector<std::string> cells) {
    constexpr std::size_t least_heading_width = 10;
    TextColumn column{.cells = std::move(cells)};
    for (const std::string& cell : column.cells) {
        column.width = std::max(column.width, display_width(cell));
    }
    column.heading = broken_heading(heading, std::max(column.width, least_heading_width));
    for (const std::string& line : column.heading) {
        column.width = std::max(column.width, display_width(line));
    }
    return column;
}

/// Of a column of the table its texts, its verdicts, or both beside each other.
std::vector<TextColumn> text_columns(const Table& table, std::size_t index,
                                     const Phrases& phrases) {
    std::vector<std::string> texts;
    std::vector<std::string> verdicts;
    for (const std::vector<Cell>& row : table.rows) {
        texts.push_back(row[index].text);
        verdicts.push_back(row[index].verdict);
    }
    const auto any = [](const std::vector<std::string>& cells) {
        return std::any_of(cells.begin(), cells.end(),
                           [](const std::string& cell) { return !cell.empty(); });
    };
    if (!any(verdicts)) {
        return {text_column(table.header[index], std::move(texts))};
    }
    if (!any(texts)) {
        return {text_column(table.header[index], std::move(verdicts))};
    }
    return {text_column(table.header[index], std::move(texts)),
            text_column(phrases("verdict"), std::move(verdicts))};
}

std::string padded_line(const std::vector<TextColumn>& columns,
                        const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        line.append(i == 0 ? 0 : 2, ' ');
        line.append(columns[i].width - display_width(cells[i]), ' ');
        line += cells[i];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line + '\n';
}

std::string lines_of(const std::vector<TextColumn>& columns, std::size_t rows) {
    std::size_t heading_lines = 0;
    for (const TextColumn& column : columns) {
        heading_lines = std::max(heading_lines, column.heading.size());
    }
    std::string text;
    std::vector<std::string> cells(columns.size());
    for (std::size_t line = 0; line < heading_lines; ++line) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const std::vector<std::string>& heading = columns[i].heading;
            const std::size_t above = heading_lines - heading.size();
            cells[i] = line < above ? std::string{} : heading[line - above];
        }
        text += padded_line(columns, cells);
    }
    for (std::size_t row = 0; row < rows; ++row) {
        std::transform(columns.begin(), columns.end(), cells.begin(),
                       [row](const TextColumn& column) { return column.cells[row]; });
        text += padded_line(columns, cells);
    }
    return text;
}

std::size_t width_of(const std::vector<TextColumn>& columns) {
    std::size_t width = 0;
    for (const TextColumn& column : columns) {
        width += (width == 0 ? 0 : 2) + column.width;
    }
    return width;
}

void append(std::vector<TextColumn>& columns, std::vector<TextColumn> more) {
    std::move(more.begin(), more.end(), std::back_inserter(columns));
}

std::string aligned_table(const Table& table, const Phrases& phrases) {
    std::vector<TextColumn> names;
    for (std::size_t i = 0; i < table.name_columns; ++i) {
        append(names, text_columns(table, i, phrases));
    }
    std::string text;
    std::vector<TextColumn> part = names;
    for (std::size_t i = table.name_columns; i < table.header.size(); ++i) {
        std::vector<TextColumn> next = text_columns(table, i, phrases);
        if (part.size() > names.size() && width_of(part) + 2 + width_of(next) > most_columns) {
            text += lines_of(part, table.rows.size()) + '\n';
            part = names;
        }
        append(part, std::move(next));
    }
    return text + lines_of(part, table.rows.size());
}

/// A row of a table to be read: its verdict, what it is of, then the rest.
std::string read_row(const std::vector<Cell>& row) {
    std::string verdict;
    std::string rest;
    for (std::size_t i = 1; i < row.size(); ++i) {
        verdict += row[i].verdict;
        if (!row[i].text.empty() && row[i].text != "–") {
            rest += (rest.empty() ? ": " : ", ") + row[i].text;
        }
    }
    return wrapped(verdict + (verdict.empty() ? "" : " — ") + row.front().text + rest, 5);
}

std::string block_text(const Paragraph& paragraph, const Phrases& /*phrases*/) {
    return wrapped(paragraph.text, 2);
}

std::string block_text(const Table& table, const Phrases& phrases) {
    return render_terminal(table, phrases);
}

/// What stands under a heading is names of files, which nobody wants broken.
std::string block_text(const List& list, const Phrases& /*phrases*/) {
    std::string text = list.heading.empty() ? "" : list.heading + ":\n";
    for (const std::string& item : list.items) {
        text += list.heading.empty() ? wrapped(item, 2) : "  " + item + '\n';
    }
    return text;
}

std::string block_text(const Definitions& /*definitions*/, const Phrases& /*phrases*/) {
    return {};
}

std::string block_text(const Charts& /*charts*/, const Phrases& /*phrases*/) {
    return {};
}

std::string study_text(const StudyDocument& study, const Phrases& phrases) {
    std::string text = fmt::format("==== {} ====\n{}{}\n", study.name, wrapped(study.summary, 2),
                                   wrapped(study.health, 2));
    text += study.warning.empty() ? "" : wrapped("! " + study.warning, 2) + '\n';
    text += render_terminal(study.overview, phrases) + '\n';
    for (const RecipeVerdicts& answer : study.answers) {
        text += wrapped(answer.heading, 0);
        for (const Sentence& sentence : answer.sentences) {
            text += wrapped(sentence.text, 2);
        }
        text += '\n' + render_terminal(answer.table, phrases) + '\n';
    }
    for (const Section& section : study.sections) {
        text += render_terminal(section, phrases);
    }
    return text;
}

}  // namespace

std::string render_terminal(const Document& document, const Phrases& phrases) {
    std::string text;
    if (document.studies.size() != 1) {
        text = wrapped(document.title, 0) + wrapped(document.health, 2) + '\n';
    }
    for (const StudyDocument& study : document.studies) {
        text += study_text(study, phrases);
    }
    for (const Section& section : document.closing) {
        text += render_terminal(section, phrases);
    }
    return text;
}

std::string render_terminal(const Section& section, const Phrases& phrases) {
    std::string text;
    bool after_paragraph = false;
    for (const Block& block : section.blocks) {
        const std::string lines =
            std::visit([&phrases](const auto& b) { return block_text(b, phrases); }, block);
        const bool is_paragraph = std::holds_alternative<Paragraph>(block);
        if (!lines.empty()) {
            text += (text.empty() || (after_paragraph && is_paragraph) ? "" : "\n") + lines;
            after_paragraph = is_paragraph;
        }
    }
    return text.empty() ? text : fmt::format("---- {} ----\n\n{}\n", section.heading, text);
}

std::string render_terminal(const Table& table, const Phrases& phrases) {
    std::string text = wrapped(table.caption, 0);
    if (!table.is_text) {
        return text + aligned_table(table, phrases);
    }
    for (const std::vector<Cell>& row : table.rows) {
        text += read_row(row);
    }
    return text;
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
