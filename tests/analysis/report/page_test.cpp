#include "analysis/report/page.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "html_check.hpp"
#include "tests/analysis/calibration.hpp"
#include "tests/analysis/questions/made_up_study.hpp"

namespace batchscope {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// Sets the final figures of a run to something that varies with seed and batch size.
void vary(AnalyzedRun& run) {
    const auto size = static_cast<std::uint64_t>(run.batch_size);
    const double noise = 0.0004 * static_cast<double>((run.seed * 7 + size / 16) % 5);
    const double loss = 0.004 * std::log2(static_cast<double>(run.batch_size));
    run.history.train_loss.back() = 0.3 + loss + noise;
    run.history.validation_loss.back() = 0.4 + loss + 2 * noise;
    run.history.test_loss.back() = 0.42 + loss + noise;
    run.history.train_accuracy.back() = 0.95 - loss - noise;
    run.history.validation_accuracy.back() = 0.9 - loss - noise / 2;
    run.history.test_accuracy.back() = 0.89 - loss - noise;
}

MadeUpStudy example(const std::string& rule = "linear") {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        for (const std::int64_t batch_size : {16, 64, 256}) {
            vary(study.add(batch_size, seed, {{"training.learning_rate_scaling", rule}}));
        }
    }
    return study;
}

ReportPage page_of(MadeUpStudy& study, Language language = Language::english,
                   const std::vector<SkippedFile>& skipped = {}) {
    return report_page({answer_all(study.summary(), {})}, skipped, Phrases(language));
}

/// The page is well-formed and none of its figures, of whatever language, is wrong XML either.
void expect_valid(const ReportPage& page) {
    EXPECT_EQ(html_problem(page.html), "");
    EXPECT_FALSE(contains(page.html, "nan")) << "a number that is none";
    std::set<std::string> names;
    for (const ReportFigure& figure : page.figures) {
        EXPECT_TRUE(names.insert(figure.name).second) << figure.name;
        EXPECT_EQ(figure.name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV"
                                                "WXYZ0123456789-_"),
                  std::string::npos)
            << figure.name;
    }
}

TEST(ReportPage, ShowsAnswersVerdictsAndDataHealthFirst) {
    MadeUpStudy study = example();
    const ReportPage page = page_of(study);
    expect_valid(page);
    const std::size_t sections = page.html.find("<nav aria-label=\"Sections\">");
    ASSERT_NE(sections, std::string::npos);
    const std::string first = page.html.substr(0, sections);
    EXPECT_TRUE(contains(first, "▼ train accuracy: a larger batch is worse"));
    EXPECT_TRUE(contains(first, "<th scope=\"row\">16 (reference)</th>"));
    EXPECT_TRUE(contains(first, "12 files, 12 runs counted"));
    EXPECT_TRUE(contains(first, "0 unreadable, 0 duplicate"));
    EXPECT_TRUE(contains(first, "<svg"));
    EXPECT_TRUE(contains(first, "default-src 'none'"));
}

TEST(ReportPage, HasTheSectionsInOrderAndLinksThem) {
    MadeUpStudy study = example();
    const std::string html = page_of(study).html;
    std::size_t at = 0;
    for (const char* id : {"recommendation", "budget", "claims", "gap", "trend", "targets",
                           "curves", "speed", "coverage", "data"}) {
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

TEST(ReportPage, IsKoreanInAllItsOwnWords) {
    MadeUpStudy study = example();
    const ReportPage page = page_of(study, Language::korean);
    expect_valid(page);
    EXPECT_TRUE(contains(page.html, "<html lang=\"ko\">"));
    EXPECT_TRUE(contains(page.html, "▼ 훈련 정확도: 배치가 클수록 더 나쁨"));
    EXPECT_FALSE(contains(page.html, "larger batch"));
    EXPECT_FALSE(contains(page.html, "seed"));
}

TEST(ReportPage, KeepsHostileNamesText) {
    const std::string hostile =
        "</script><b onclick=\"x\">'&{{name}}{{{style}}}&lt;\xff\x01 배치 " + std::string(200, 'x');
    MadeUpStudy study = example(hostile);
    for (std::uint64_t seed = 5; seed <= 6; ++seed) {
        AnalyzedRun& run = study.add(16, seed, {{"training.learning_rate_scaling", hostile}});
        run.status = RunStatus::failed;
        run.reason = hostile;
        run.file = hostile;
        run.devices = hostile;
    }
    StudySummary& summary = study.summary();
    summary.name = hostile;
    const ReportPage page =
        report_page({answer_all(summary, {})}, {{hostile, hostile}}, Phrases(Language::english));
    expect_valid(page);
    EXPECT_FALSE(contains(page.html, "<b onclick"));
    EXPECT_TRUE(contains(page.html, "{{name}}{{{style}}}"));
    EXPECT_TRUE(contains(page.html, "배치"));
    for (const ReportFigure& figure : page.figures) {
        EXPECT_LE(figure.name.size(), 130U);
    }
}

TEST(ReportPage, SaysWhatToTrainWithOnTheFirstScreen) {
    MadeUpStudy study = example();
    AnswerOptions options;
    options.current_batch_size = 64;
    const StudyAnswers answers = answer_all(study.summary(), options);
    const ReportPage page = report_page({answers}, {}, Phrases(Language::english));
    expect_valid(page);
    const std::string first = page.html.substr(0, page.html.find("<nav aria-label"));
    EXPECT_TRUE(contains(first, "<p class=\"advice\">Recommended: batch 64, the fastest")) << first;
    EXPECT_TRUE(contains(first, "<p class=\"advice\">Batch 64 in use now: "));
    EXPECT_TRUE(contains(page.html, "study1-whatif"));
}

TEST(ReportPage, NamesEveryRunThatIsInNoMeanAndEverySkippedFile) {
    MadeUpStudy study = example();
    AnalyzedRun& run = study.add(1024, 1, {{"training.learning_rate_scaling", "linear"}});
    run.status = RunStatus::diverged;
    run.reason = "the loss was not finite";
    const ReportPage page =
        page_of(study, Language::english,
                {{"a/cut.h5", "it is cut short"}, {"b/twice.h5", "the same grid point", true}});
    expect_valid(page);
    EXPECT_TRUE(contains(page.html, "✕ batch 1024: no run counts (1 diverged)"));
    EXPECT_TRUE(contains(page.html, "batch_size-1024_seed-1: the loss was not finite"));
    EXPECT_TRUE(contains(page.html, "1 unreadable, 1 duplicate"));
    EXPECT_TRUE(contains(page.html, "<li>a/cut.h5: it is cut short</li>"));
    EXPECT_TRUE(contains(page.html, "3 grid points without a file"));
}

TEST(ReportPage, StandsWithoutNumbers) {
    MadeUpStudy study = example();
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        AnalyzedRun& run = study.add(512, seed, {{"training.learning_rate_scaling", "linear"}});
        each_column(run.history,
                    [](std::vector<double>& column) { column.assign(column.size(), unknown); });
        run.history.train_loss = {infinity, 1e300};
        run.history.test_accuracy = {-infinity, infinity};
    }
    expect_valid(page_of(study));
}

TEST(ReportPage, StandsWithOneRunAndWithOneSeed) {
    MadeUpStudy one;
    vary(one.add(64, 1));
    const ReportPage alone = page_of(one);
    expect_valid(alone);
    EXPECT_TRUE(contains(alone.html, "not tested"));
    MadeUpStudy seed;
    vary(seed.add(64, 1));
    vary(seed.add(256, 1));
    const ReportPage single = page_of(seed);
    expect_valid(single);
    EXPECT_TRUE(contains(single.html, "? too few seeds"));
    EXPECT_FALSE(contains(single.html, "n/a")) << "an interval that nobody has";
}

TEST(ReportPage, StandsWithoutATestSplit) {
    MadeUpStudy study = example();
    StudySummary& summary = study.summary();
    summary.out_of_sample = "validation";
    const ReportPage page = report_page({answer_all(summary, {})}, {}, Phrases(Language::english));
    expect_valid(page);
    EXPECT_TRUE(contains(page.html, "No test split"));
}

TEST(ReportPage, ComparesLossesWhereThereAreNoAccuracies) {
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
    const ReportPage page = page_of(study);
    expect_valid(page);
    EXPECT_TRUE(contains(page.html, "validation loss"));
    EXPECT_TRUE(contains(page.html, "how much lower than at batch 16"));
    EXPECT_FALSE(contains(page.html, "validation accuracy"));
}

TEST(ReportPage, StandsWhereAllRunsDivergedOrNoFileWasRead) {
    MadeUpStudy study;
    study.add(16, 1).status = RunStatus::diverged;
    study.add(64, 1).status = RunStatus::diverged;
    const ReportPage page = page_of(study);
    expect_valid(page);
    EXPECT_TRUE(contains(page.html, "2 diverged"));
    const ReportPage empty = report_page({}, {{"x.h5", "it is empty"}}, Phrases(Language::english));
    expect_valid(empty);
    EXPECT_TRUE(contains(empty.html, "x.h5: it is empty"));
}

TEST(ReportPage, PutsSeveralStudiesUnderOneIndex) {
    MadeUpStudy first = example();
    MadeUpStudy second = example("none");
    const ReportPage page =
        report_page({answer_all(first.summary(), {}), answer_all(second.summary(), {})},
                    {{"x.h5", "it is empty"}}, Phrases(Language::english));
    expect_valid(page);
    EXPECT_TRUE(contains(page.html, "2 studies"));
    EXPECT_TRUE(contains(page.html, "<a href=\"#study2\">"));
    EXPECT_TRUE(contains(page.html, "<section id=\"skipped\">"));
}

TEST(ReportPage, HasTheSameBytesInAnyOrderOfRuns) {
    MadeUpStudy forward;
    MadeUpStudy backward;
    for (std::uint64_t i = 1; i <= 5; ++i) {
        for (const std::int64_t batch_size : {16, 64}) {
            vary(forward.add(batch_size, i));
            vary(backward.add(80 - batch_size, 6 - i));
        }
    }
    EXPECT_EQ(page_of(forward).html, page_of(backward).html);
}

/// 20 batch sizes x 5 rates x 10 seeds, 100 evaluations each.
TEST(ReportPage, IsUnder5MegabytesOfAThousandRuns) {
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
        const ReportPage page = page_of(study);
        expect_valid(page);
        EXPECT_LT(page.html.size(), 5'000'000U) << axis;
        RecordProperty(axis, static_cast<int>(page.html.size()));
    }
}

}  // namespace
}  // namespace batchscope
