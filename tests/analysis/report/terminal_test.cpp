#include "analysis/report/terminal.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/report/report_studies.hpp"

namespace batchscope::tests_of_terminal {
namespace {

std::string text_of(const Table& table) {
    return render_terminal(table, english);
}

TEST(TerminalTable, AlignsUtf8AndBreaksLongHeadings) {
    EXPECT_EQ(
        text_of({.header = {"batch", "learning_rate_scaling", "loss"},
                 .rows = {{{"64"}, {"none"}, {"0.5±0.1"}}, {{"4096"}, {"linear"}, {"0.25±n/a"}}}}),
        "       learning_\n"
        "           rate_\n"
        "batch    scaling      loss\n"
        "   64       none   0.5±0.1\n"
        " 4096     linear  0.25±n/a\n");
}

TEST(TerminalTable, HasVerdictsInAColumnOfTheirOwn) {
    EXPECT_EQ(text_of({.caption = "From batch 16",
                       .header = {"batch", "accuracy", "state"},
                       .rows = {{{"16"}, {"0.9"}, {.verdict = "converged"}},
                                {{"64"}, {"-0.1", "▼ worse", "worse"}, {.verdict = "failing"}}}}),
              "From batch 16\n"
              "batch  accuracy  verdict      state\n"
              "   16       0.9           converged\n"
              "   64      -0.1  ▼ worse    failing\n");
}

TEST(TerminalTable, WiderThan80ColumnsIsBrokenAndNamesItsRowsAgain) {
    const Cell wide{std::string(40, 'x')};
    const Table table{.header = {"batch", "n", "a", "b", "c"},
                      .rows = {{{"16"}, {"5"}, wide, {"1"}, wide}},
                      .name_columns = 2};
    EXPECT_EQ(text_of(table), "batch  n" + std::string(41, ' ') + "a  b\n   16  5  " + wide.text +
                                  "  1\n\nbatch  n" + std::string(41, ' ') + "c\n   16  5  " +
                                  wide.text + "\n");
}

TEST(TerminalTable, OfTextIsASentenceForEachRow) {
    EXPECT_EQ(
        text_of({.header = {"claim", "outcome", "why", "number"},
                 .rows = {{{"C1 Small is better"}, {.verdict = "● supported"}, {"it is"}, {"–"}}},
                 .is_text = true}),
        "● supported — C1 Small is better: it is\n");
}

TEST(Terminal, ShowsNoChartsAndNoSectionOfChartsAlone) {
    Section section{.id = "speed", .heading = "Speed"};
    section.add(Charts{{{"speed", {}}}});
    EXPECT_EQ(render_terminal(section, english), "");
    section.add("One.");
    section.add("Two.");
    section.add(List{.heading = "Files", .items = {"a.h5"}});
    EXPECT_EQ(render_terminal(section, english),
              "---- Speed ----\n\nOne.\nTwo.\n\nFiles:\n  a.h5\n\n");
}

TEST(DisplayWidth, CountsHangulTwice) {
    EXPECT_EQ(display_width("배치 64"), 7U);
    EXPECT_EQ(display_width("±▲▼="), 4U);
}

TEST(Wrapped, BreaksAtSpacesAndIndentsWhatFollows) {
    EXPECT_EQ(wrapped("", 2), "");
    EXPECT_EQ(wrapped("short", 2), "short\n");
    const std::string word(30, 'x');
    EXPECT_EQ(wrapped(word + " " + word + " " + word, 2), word + " " + word + "\n  " + word + "\n");
    EXPECT_EQ(wrapped(std::string(100, 'x'), 2), std::string(100, 'x') + "\n");
}

}  // namespace
}  // namespace batchscope::tests_of_terminal
