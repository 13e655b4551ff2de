#include "analysis/report/report.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <sstream>

#include "analysis/report/html.hpp"
#include "html_check.hpp"
#include "tests/analysis/calibration.hpp"
#include "tests/analysis/charts/chart_checks.hpp"
#include "tests/analysis/report/report_studies.hpp"

namespace batchscope::tests_of_report {
namespace {

struct Rendered {
    Document document{};
    std::string html{};
    std::vector<NamedChart> charts{};
    std::string terminal{};
};

/// The report in all its forms: the page is well-formed, no number is "nan", and names of charts
/// are those of files and differ.
Rendered rendered(const std::vector<StudyAnswers>& studies,
                  const std::vector<SkippedFile>& skipped = {},
                  Language language = Language::english) {
    const Phrases phrases(language);
    Rendered report{.document = report_document(studies, skipped, phrases)};
    HtmlPage page = render_html(report.document, phrases);
    report.html = std::move(page.html);
    report.charts = std::move(page.charts);
    report.terminal = render_terminal(report.document, phrases);
    EXPECT_EQ(html_problem(report.html), "");
    EXPECT_FALSE(contains(report.html, "nan")) << "a number that is none";
    EXPECT_FALSE(contains(report.terminal, "nan")) << "a number that is none";
    std::set<std::string> names;
    for (const NamedChart& chart : report.charts) {
        EXPECT_TRUE(names.insert(chart.name).second) << chart.name;
        EXPECT_LE(chart.name.size(), 130U);
        EXPECT_EQ(chart.name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV"
                                               "WXYZ0123456789-_"),
                  std::string::npos)
            << chart.name;
    }
    return report;
}

TEST(Report, ShowsAnswersVerdictsAndDataHealthFirst) {
    MadeUpStudy study = varied_study();
    const std::string html = rendered({answer_all(study.summary(), {})}).html;
    const std::string first = html.substr(0, html.find("<nav aria-label=\"Sections\">"));
    EXPECT_LT(first.size(), html.size());
    EXPECT_TRUE(contains(first, "▼ train accuracy: worse "));
    EXPECT_TRUE(contains(first, "<th scope=\"row\">16 (reference)</th>"));
    EXPECT_TRUE(contains(first, "12 files, 12 runs counted"));
    EXPECT_TRUE(contains(first, "0 unreadable, 0 duplicate"));
    EXPECT_TRUE(contains(first, "<svg"));
    EXPECT_TRUE(contains(first, "default-src 'none'"));
}

TEST(Report, HasTheSectionsInOrderAndLinksThem) {
    MadeUpStudy study = varied_study();
    const std::string html = rendered({answer_all(study.summary(), {})}).html;
    std::size_t at = 0;
    for (const char* id : {"recommendation", "budget", "claims", "gap", "trend", "targets",
                           "curves", "speed", "means", "coverage", "data"}) {
        const std::size_t next = html.find(std::string("<section id=\"study1-") + id + "\">");
        ASSERT_NE(next, std::string::npos) << id;
        EXPECT_GT(next, at) << id;
        EXPECT_TRUE(contains(html, std::string("<a href=\"#study1-") + id + "\">")) << id;
        at = next;
    }
    EXPECT_FALSE(contains(html, "study1-sharpness")) << "nothing was measured";
    EXPECT_FALSE(contains(html, "study1-whatif")) << "no batch size in use was given";
    EXPECT_TRUE(contains(html, "<section id=\"reading\">"));
}

/// Two rules, one of which loses all runs at batch 4096, every measure of sharpness, some of which
/// does not count, and several targets: every section has something to say.
MadeUpStudy rich_study() {
    MadeUpStudy study;
    for (const std::string rule : {"linear", "none"}) {
        for (std::uint64_t seed = 1; seed <= 4; ++seed) {
            for (const std::int64_t batch_size : {16, 64, 256, 4096}) {
                AnalyzedRun& run =
                    study.add(batch_size, seed, {{"training.learning_rate_scaling", rule}});
                vary(run);
                run.learning_rate_scaling = rule;
                for (const SharpnessMetric& metric : metrics_of_every_table()) {
                    run.sharpness.values[metric.name] = {
                        10 + static_cast<double>(seed * 8 + batch_size), 0.5, seed != 3};
                }
                run.sharpness.epsilon = 1e-3;
                run.batch_gradients = {{10, 100, 8, 50, 500, 0.4}, {10, 100, 32, 50, 500, 0.1}};
                if (rule == "linear" && batch_size == 4096) {
                    run.status = RunStatus::diverged;
                }
            }
        }
    }
    return study;
}

TEST(Report, HasEverySectionInBothLanguagesWithWholeTablesThatFitTheTerminal) {
    MadeUpStudy study = rich_study();
    AnswerOptions options;
    options.current_batch_size = 64;
    const StudyAnswers answers = answer_all(study.summary(), options);
    for (const Language language : {Language::english, Language::korean}) {
        const Rendered report = rendered({answers}, {}, language);
        const std::vector<Section>& sections = report.document.studies.at(0).sections;
        EXPECT_GE(sections.size(), 14U) << "a section of so rich a study is empty";
        for (const Section& section : sections) {
            EXPECT_FALSE(section.heading.empty()) << section.id;
            for (const Block& block : section.blocks) {
                const auto* table = std::get_if<Table>(&block);
                for (std::size_t row = 0; table != nullptr && row < table->rows.size(); ++row) {
                    EXPECT_EQ(table->rows[row].size(), table->header.size()) << section.id;
                }
            }
        }
        for (const NamedChart& chart : report.charts) {
            SCOPED_TRACE(chart.name);
            expect_readable(draw_chart(chart.chart, true, true));
        }
        std::istringstream lines(report.terminal);
        for (std::string line; std::getline(lines, line);) {
            EXPECT_LE(display_width(line), 80U) << line;
            EXPECT_FALSE(line.ends_with(' ')) << line;
        }
        EXPECT_EQ(contains(report.html, "larger batch"), language == Language::english);
        EXPECT_EQ(contains(report.terminal, "seed "), language == Language::english);
    }
}

TEST(Report, KeepsHostileNamesText) {
    const std::string hostile =
        "</script><b onclick=\"x\">'&{{name}}{{{style}}}&lt;\xff\x01 배치 " + std::string(200, 'x');
    MadeUpStudy study = varied_study(hostile);
    for (std::uint64_t seed = 5; seed <= 6; ++seed) {
        AnalyzedRun& run = study.add(16, seed, {{"training.learning_rate_scaling", hostile}});
        run.status = RunStatus::failed;
        run.reason = hostile;
        run.file = hostile;
        run.devices = hostile;
    }
    StudySummary& summary = study.summary();
    summary.name = hostile;
    const std::string html = rendered({answer_all(summary, {})}, {{hostile, hostile}}).html;
    EXPECT_FALSE(contains(html, "<b onclick"));
    EXPECT_TRUE(contains(html, "{{name}}{{{style}}}"));
    EXPECT_TRUE(contains(html, "배치"));
}

TEST(Report, SaysWhatToTrainWithOnTheFirstScreen) {
    MadeUpStudy study = varied_study();
    AnswerOptions options;
    options.current_batch_size = 64;
    const std::string html = rendered({answer_all(study.summary(), options)}).html;
    const std::string first = html.substr(0, html.find("<nav aria-label"));
    EXPECT_TRUE(contains(first, "<p class=\"advice\">Recommended: batch 64, the fastest")) << first;
    EXPECT_TRUE(contains(first, "<p class=\"advice\">Batch 64 in use now: "));
    EXPECT_TRUE(contains(html, "study1-whatif"));
}

TEST(Report, StandsWithoutNumbers) {
    MadeUpStudy study = varied_study();
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        AnalyzedRun& run = study.add(512, seed, {{"training.learning_rate_scaling", "linear"}});
        each_column(run.history,
                    [](std::vector<double>& column) { column.assign(column.size(), unknown); });
        run.history.train_loss = {infinity, 1e300};
        run.history.test_accuracy = {-infinity, infinity};
    }
    rendered({answer_all(study.summary(), {})});
}

TEST(Report, StandsWithOneRunAndWithOneSeed) {
    MadeUpStudy one;
    vary(one.add(64, 1));
    EXPECT_TRUE(contains(rendered({answer_all(one.summary(), {})}).html, "not tested"));
    MadeUpStudy seed;
    vary(seed.add(64, 1));
    vary(seed.add(256, 1));
    const std::string html = rendered({answer_all(seed.summary(), {})}).html;
    EXPECT_TRUE(contains(html, "? too few seeds"));
    EXPECT_FALSE(contains(html.substr(0, html.find("<nav")), "n/a")) << "an interval of one seed";
}

TEST(Report, ComparesLossesWhereThereAreNoAccuracies) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        for (const std::int64_t batch_size : {16, 64}) {
            AnalyzedRun& run = study.add(batch_size, seed);
            vary(run);
            run.history.train_accuracy = {unknown, unknown};
            run.history.validation_accuracy = {unknown, unknown};
            run.history.test_accuracy = {unknown, unknown};
        }
    }
    const std::string html = rendered({answer_all(study.summary(), {})}).html;
    EXPECT_TRUE(contains(html, "validation loss"));
    EXPECT_TRUE(contains(html, "difference from batch 16"));
    EXPECT_FALSE(contains(html, "validation accuracy"));
}

TEST(Report, StandsWhereAllRunsDivergedOrNoFileWasRead) {
    MadeUpStudy study;
    study.add(16, 1).status = RunStatus::diverged;
    study.add(64, 1).status = RunStatus::diverged;
    EXPECT_TRUE(contains(rendered({answer_all(study.summary(), {})}).html, "2 diverged"));
    const Rendered empty = rendered({}, {{"x.h5", "it is empty"}});
    EXPECT_TRUE(contains(empty.html, "x.h5: it is empty"));
    EXPECT_TRUE(contains(empty.terminal, "x.h5: it is empty"));
}

TEST(Report, PutsSeveralStudiesUnderOneIndex) {
    MadeUpStudy first = varied_study();
    MadeUpStudy second = varied_study("none");
    const std::string html =
        rendered({answer_all(first.summary(), {}), answer_all(second.summary(), {})},
                 {{"x.h5", "it is empty"}})
            .html;
    EXPECT_TRUE(contains(html, "2 studies"));
    EXPECT_TRUE(contains(html, "<a href=\"#study2\">"));
    EXPECT_TRUE(contains(html, "<section id=\"skipped\">"));
}

/// 20 batch sizes x 5 rates x 10 seeds, 100 evaluations each.
TEST(Report, IsUnder5MegabytesOfAThousandRuns) {
    constexpr std::uint64_t seeds = repetitions_of(10);
    for (const char* axis : {"training.learning_rate", "training.optimizer.momentum"}) {
        MadeUpStudy study;
        for (std::int64_t batch_size = 8; batch_size <= 160; batch_size += 8) {
            for (const double value : {0.01, 0.02, 0.04, 0.08, 0.16}) {
                for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
                    AnalyzedRun& run = study.add(batch_size, seed, {{axis, value}});
                    vary(run);
                    run.learning_rate = value;
                    each_column(run.history, [&run, value](std::vector<double>& column) {
                        const double begin = column.front();
                        const double end = column.back() * (1 + 0.01 * value);
                        column.clear();
                        for (int row = 0; row < 100; ++row) {
                            const double wave =
                                0.01 * std::sin(row * static_cast<double>(run.seed + 1));
                            column.push_back(begin + (end - begin) * row / 99.0 + wave);
                        }
                    });
                }
            }
        }
        const std::size_t size = rendered({answer_all(study.summary(), {})}).html.size();
        EXPECT_LT(size, 5'000'000U) << axis;
        RecordProperty(axis, static_cast<int>(size));
    }
}

}  // namespace
}  // namespace batchscope::tests_of_report
