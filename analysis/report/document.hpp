#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "analysis/charts/chart.hpp"

/// The report as plain data. Each question says its sentences, tables and charts once; the
/// terminal (terminal.hpp), the page (html.hpp) and CSV files (csv.hpp) are renderers of them. All
/// texts are plain text in the reader's language.
namespace batchscope {

struct Cell {
    std::string text{};
    /// A glyph and a word that stand out, "▼ worse".
    std::string verdict{};
    /// better, worse, equivalent or undecided: its colour, which the word repeats; or empty.
    std::string kind{};
};

struct Table {
    std::string name{};  ///< of its CSV file, without ending; empty if it has none
    std::string caption{};
    std::vector<std::string> header{};
    std::vector<std::vector<Cell>> rows{};  ///< as many cells as the header has
    std::size_t name_columns = 1;           ///< the first of them, which name a row
    bool is_text = false;                   ///< cells are read, not compared
};

void erase_column(Table& table, std::ptrdiff_t column);

struct Paragraph {
    std::string text;
};

struct List {
    std::string heading{};
    std::vector<std::string> items{};
};

/// Terms with their meanings.
struct Definitions {
    struct Definition {
        std::string term;
        std::string meaning;
    };
    std::vector<Definition> definitions{};
};

/// A chart of the report, drawn into the page and into files of its own.
struct NamedChart {
    std::string name;  ///< of its files: html.hpp makes one of it that is unique
    Chart chart;
};

/// Charts side by side where there is room.
struct Charts {
    std::vector<NamedChart> charts{};

    /// Adds a chart, if there is one; where there are several recipes, `recipe` stands in its
    /// title.
    void add(const std::string& name, std::optional<Chart> chart, const std::string& recipe = {});
};

using Block = std::variant<Paragraph, Table, List, Definitions, Charts>;

/// What the report says of one question. Without blocks it is left out.
struct Section {
    std::string id{};  ///< of links to it: letters
    std::string heading{};
    std::vector<Block> blocks{};

    /// Each adds a block unless it is empty: has no text, row, item or chart.
    void add(const std::string& paragraph);
    void add(Table table);
    void add(List list);
    void add(Charts charts);
};

struct Sentence {
    std::string text;
    std::string kind;  ///< as Cell::kind
};

/// The answer of a recipe, as it stands on the first screen.
struct RecipeVerdicts {
    std::string heading{};  ///< empty for the only recipe
    std::vector<Sentence> sentences{};
    Table table{};
    std::optional<NamedChart> forest{};
};

struct StudyDocument {
    std::string name{};
    std::string summary{};              ///< batch sizes, seeds, splits: one line
    std::string health{};               ///< of the data: one line
    std::string warning{};              ///< before anything else; mostly empty
    Table overview{};                   ///< every batch size at a glance
    std::vector<std::string> advice{};  ///< what to train with: a sentence each
    std::vector<RecipeVerdicts> answers{};
    std::vector<Section> sections{};
};

struct Document {
    std::string title{};
    std::string health{};  ///< of the data of all studies; shown where there are several
    std::vector<StudyDocument> studies{};
    std::vector<Section> closing{};  ///< for all studies
    std::string made_by{};
};

}  // namespace batchscope
