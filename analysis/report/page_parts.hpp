#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "analysis/figures/chart.hpp"
#include "analysis/report/report_figure.hpp"

/// report.html as plain data: who knows the study fills it, page.cpp puts it into the template. All
/// texts are plain text in the reader's language; the template escapes them.
namespace batchscope {

struct PageCell {
    std::string text{};
    /// Stands before the text in bold: a glyph and a word, "▼ worse".
    std::string verdict{};
    /// better, worse, equivalent or undecided: its colour, which the word repeats; or empty.
    std::string kind{};
};

struct PageTable {
    std::string caption{};
    std::vector<std::string> header{};
    std::vector<std::vector<PageCell>> rows{};  ///< as many cells as the header has
    bool is_text = false;                       ///< cells are read, not compared: to the left
};

struct PageText {
    std::string text;
};

struct PageHeading {
    std::string text;
};

struct PageList {
    std::string heading{};
    std::vector<std::string> items{};
};

/// Terms with their meanings.
struct PageDefinitions {
    struct Definition {
        std::string term;
        std::string meaning;
    };
    std::vector<Definition> definitions{};
};

/// Figures side by side where there is room.
struct PageFigures {
    std::vector<ReportFigure> figures{};
};

using PageBlock =
    std::variant<PageHeading, PageText, PageTable, PageList, PageDefinitions, PageFigures>;

/// A section under a heading of its own. Without blocks it is left out of the page.
struct PageSection {
    std::string id;  ///< of links to it: letters
    std::string heading;
    std::vector<PageBlock> blocks{};
};

/// Adds a chart, if there is one; where there are several recipes, `recipe` stands in its title.
void add_figure(PageFigures& figures, const std::string& name, std::optional<Chart> chart,
                const std::string& recipe);
/// Adds the figures as a block of their own, if there are any.
void add_figures(PageSection& section, PageFigures figures);

/// One sentence of an answer.
struct PageSentence {
    std::string text;
    std::string kind;  ///< as PageCell::kind
};

/// What a recipe says, as it stands on the first screen.
struct PageAnswer {
    std::string recipe;  ///< empty for the only one
    std::vector<PageSentence> sentences{};
    PageTable verdicts{};
    std::optional<ReportFigure> forest{};
};

struct PageStudy {
    std::string name;
    std::string summary;                ///< batch sizes, seeds, splits: one line
    std::string health;                 ///< of the data: one line
    std::vector<std::string> advice{};  ///< what to train with: a sentence each
    std::vector<PageAnswer> answers{};
    std::vector<PageSection> sections{};
};

}  // namespace batchscope
