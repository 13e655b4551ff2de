#include <gtest/gtest.h>

#include <cmath>

#include "analysis/charts/svg.hpp"
#include "analysis/report/coverage.hpp"
#include "analysis/report/forest.hpp"
#include "analysis/report/gap.hpp"
#include "analysis/report/metrics.hpp"
#include "analysis/report/training.hpp"
#include "analysis/report/verdicts.hpp"
#include "tests/analysis/report/report_studies.hpp"

namespace batchscope::tests_of_charts {
namespace {

TEST(ForestChart, HasARowForEachLargerBatchSizeWithItsVerdict) {
    MadeUpStudy study = falling(0.02);
    const StudyAnswers answers = answer_all(study.summary(), {});
    const auto chart = forest_chart(answers.recipes[0], margins, english);
    ASSERT_TRUE(chart);
    ASSERT_EQ(chart->panels.size(), 2U);
    const Panel& validation = chart->panels[1];
    EXPECT_EQ(validation.title, "validation accuracy");
    EXPECT_EQ(validation.y.categories, (std::vector<std::string>{"64", "128"}));
    EXPECT_TRUE(validation.y.row_notes[0].starts_with("▼ −1.9")) << validation.y.row_notes[0];
    for (const IntervalLayer& layer : layers_of<IntervalLayer>(validation)) {
        EXPECT_EQ(layer.name, "worse");
        EXPECT_FALSE(layer.intervals[0].hover.empty());
    }
}

TEST(ForestChart, KeepsTheMarginInSightBesideADifferenceThatIsFarAway) {
    MadeUpStudy study = falling(0.02);
    const StudyAnswers answers = answer_all(study.summary(), {});
    const auto chart = forest_chart(answers.recipes[0], margins, english);
    for (const Panel& panel : chart->panels) {
        EXPECT_LT(panel.x.low, -0.02);
        EXPECT_GT(panel.x.low, -0.05) << "0.2 is an arrow";
        EXPECT_GE(panel.x.high, margins.accuracy);
        const auto span = layers_of<SpanLayer>(panel);
        ASSERT_EQ(span.size(), 1U);
        EXPECT_EQ(span[0].high, margins.accuracy);
    }
}

TEST(ForestChart, ShowsALowerLossAtTheLeftAndSaysSo) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        for (const std::int64_t batch_size : {16, 64}) {
            AnalyzedRun& run = study.add(batch_size, seed);
            run.history.train_accuracy = run.history.validation_accuracy =
                run.history.test_accuracy = {unknown, unknown};
            run.history.validation_loss.back() =
                (batch_size == 16 ? 0.6 : 0.5) + scatter(batch_size, seed);
        }
    }
    const StudyAnswers answers = answer_all(study.summary(), {});
    const auto chart = forest_chart(answers.recipes[0], margins, english);
    const auto intervals = layers_of<IntervalLayer>(chart->panels[1]);
    EXPECT_NEAR(intervals[0].intervals[0].estimate, -0.1, 0.01);
    EXPECT_TRUE(chart->caption.find("left of 0 is better") != std::string::npos);
    EXPECT_EQ(intervals[0].name, "better");
}

TEST(ForestChart, IsNothingForOneBatchSize) {
    MadeUpStudy study;
    study.add(16, 1);
    const StudyAnswers answers = answer_all(study.summary(), {});
    EXPECT_FALSE(forest_chart(answers.recipes[0], margins, english));
}

TEST(Charts, OfManySeedsDrawFiftyOneByOneAndSaySo) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        for (const std::int64_t batch_size : {16, 64}) {
            study.add(batch_size, seed).history.validation_accuracy.back() = seed <= 50 ? 0.8 : 0.2;
        }
    }
    const StudySummary summary = study.summary();
    const StudyAnswers answers = answer_all(summary, {});
    const std::string note = "Drawn one by one: the runs of the first 50 of 60 seeds.";

    const auto accuracy = accuracy_chart(answers.recipes[0], margins, english);
    EXPECT_EQ(layers_of<PointLayer>(accuracy->panels[1]).size(), 50U);
    const auto means = layers_of<IntervalLayer>(accuracy->panels[1]);
    EXPECT_NEAR(means[0].intervals[0].estimate, 0.7, 1e-12) << "of all seeds";
    EXPECT_TRUE(accuracy->caption.ends_with(note)) << accuracy->caption;

    const auto curves = curves_chart(answers.recipes[0], summary, english);
    EXPECT_EQ(layers_of<LineLayer>(curves->panels[0]).size(), 100U) << "train and validation";
    EXPECT_NE(curves->caption.find(note), std::string::npos) << curves->caption;

    const auto gap = gap_chart(answers.recipes[0], "validation", margins, english);
    EXPECT_EQ(layers_of<PointLayer>(gap->panels[0]).size(), 50U);
    EXPECT_TRUE(gap->caption.ends_with(note)) << gap->caption;
}

TEST(AccuracyChart, JoinsSeedsAndShowsNoIntervalOfOneSeed) {
    MadeUpStudy study;
    study.add(16, 1);
    study.add(64, 1);
    study.add(64, 2).history.validation_accuracy.back() = unknown;
    const StudyAnswers answers = answer_all(study.summary(), {});
    const auto chart = accuracy_chart(answers.recipes[0], margins, english);
    const Panel& validation = chart->panels[1];
    const auto seeds = layers_of<PointLayer>(validation);
    ASSERT_EQ(seeds.size(), 2U);
    EXPECT_EQ(seeds[0].points.size(), 2U);
    EXPECT_TRUE(seeds[1].points.empty()) << "unknown is no point";
    const auto means = layers_of<IntervalLayer>(validation);
    for (const IntervalMark& mark : means.at(0).intervals) {
        EXPECT_TRUE(std::isnan(mark.low));
        EXPECT_EQ(mark.estimate, 0.85);
    }
    EXPECT_TRUE(chart->caption.find("n = 1 seeds") != std::string::npos) << chart->caption;
}

TEST(GapChart, ShowsTheGapAtTheEndAndTheMatchedOne) {
    MadeUpStudy study = falling(0.01);
    const StudyAnswers answers = answer_all(study.summary(), {});
    const auto chart = gap_chart(answers.recipes[0], "test", margins, english);
    ASSERT_EQ(chart->panels.size(), 2U);
    EXPECT_EQ(chart->panels[0].y.title, "test − train loss");
    EXPECT_EQ(chart->panels[1].title, "matched gap, at train loss 0.5");
}

TEST(CurvesChart, IsOnALogarithmThatARunWhichExplodesDoesNotStretch) {
    MadeUpStudy study;
    study.add(16, 1);
    AnalyzedRun& run = study.add(16, 2);
    run.status = RunStatus::diverged;
    run.history.train_loss = {2.3, 1e30};
    const StudyAnswers answers = answer_all(study.summary(), {});
    const auto chart = curves_chart(answers.recipes[0], *answers.study, english);
    const Panel& panel = chart->panels.at(0);
    EXPECT_EQ(panel.y.scale, AxisScale::log10);
    EXPECT_LT(panel.y.high, 3);
    std::vector<std::string> names;
    for (const LineLayer& line : layers_of<LineLayer>(panel)) {
        names.push_back(line.name);
    }
    EXPECT_EQ(names, (std::vector<std::string>{"train, does not count", "train", "validation"}));
}

TEST(CurvesChart, ShowsALossOfZeroAndNoRowWithoutOne) {
    MadeUpStudy study;
    AnalyzedRun& run = study.add(16, 1);
    run.history.train_loss = {2.3, 0};
    run.history.validation_loss = {unknown, 0.6};
    const StudyAnswers answers = answer_all(study.summary(), {});
    const auto chart = curves_chart(answers.recipes[0], *answers.study, english);
    const Panel& panel = chart->panels.at(0);
    EXPECT_EQ(panel.y.scale, AxisScale::linear);
    EXPECT_EQ(layers_of<LineLayer>(panel)[1].x, std::vector<double>{10});
}

TEST(SpeedChart, IsNothingWithoutTimes) {
    MadeUpStudy study;
    study.add(16, 1).history.seconds = {unknown, unknown};
    const StudyAnswers answers = answer_all(study.summary(), {});
    EXPECT_FALSE(speed_chart(answers, english));
}

TEST(SpeedChart, NamesTheMachines) {
    MadeUpStudy study;
    study.add(16, 1);
    study.add(64, 1).devices = "Tesla V100";
    const StudyAnswers answers = answer_all(study.summary(), {});
    const auto chart = speed_chart(answers, english);
    EXPECT_TRUE(chart->caption.ends_with("Measured with 2 ranks on CPU; 2 ranks on Tesla V100."))
        << chart->caption;
}

std::map<std::string, std::size_t> cells_by_name(const Chart& chart) {
    std::map<std::string, std::size_t> cells;
    for (const CellLayer& layer : layers_of<CellLayer>(chart.panels.at(0))) {
        cells[layer.name] += layer.cells.size();
        for (const CellMark& cell : layer.cells) {
            EXPECT_FALSE(cell.hover.empty());
        }
    }
    return cells;
}

TEST(CoverageChart, HasACellForEveryGridPoint) {
    MadeUpStudy study;
    study.add(16, 1);
    study.add(16, 2);
    study.add(64, 1).status = RunStatus::diverged;
    study.add(256, 2).status = RunStatus::running;
    const auto chart = coverage_chart(study.summary(), english);
    ASSERT_TRUE(chart);
    EXPECT_EQ(cells_by_name(*chart),
              (std::map<std::string, std::size_t>{
                  {"counted", 2}, {"diverged", 1}, {"not finished", 1}, {"no file", 2}}));
    EXPECT_EQ(chart->panels[0].y.categories, (std::vector<std::string>{"seed 1", "seed 2"}));
    EXPECT_TRUE(chart->caption.starts_with("6 grid points: 2 counted, 1 diverged,"))
        << chart->caption;
}

TEST(CoverageChart, CountsSeedsWhereTheyWouldBeTooManyRows) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        study.add(16, seed);
        AnalyzedRun& run = study.add(64, seed);
        run.status = seed == 7 ? RunStatus::diverged : RunStatus::complete;
    }
    const auto chart = coverage_chart(study.summary(), english);
    const auto cells = layers_of<CellLayer>(chart->panels.at(0));
    ASSERT_EQ(cells.size(), 2U);
    EXPECT_EQ(cells[0].cells[0].text, "100/100");
    EXPECT_EQ(cells[1].name, "diverged");
    EXPECT_EQ(cells[1].cells[0].text, "99/100");
}

TEST(CoverageChart, CutsLongValuesBetweenCharacters) {
    MadeUpStudy study;
    std::string value;
    for (int i = 0; i < 100; ++i) {
        value += "배";
    }
    study.add(16, 1, {{"model.name", value}});
    const auto chart = coverage_chart(study.summary(), english);
    const std::string& label = chart->panels.at(0).y.categories.at(0);
    EXPECT_EQ(label, value.substr(0, 24 * std::string("배").size()) + "…, 1");
}

}  // namespace
}  // namespace batchscope::tests_of_charts
