#include <gtest/gtest.h>

#include <cmath>

#include "analysis/figures/svg.hpp"
#include "analysis/report/charts_accuracy.hpp"
#include "analysis/report/charts_coverage.hpp"
#include "analysis/report/charts_curves.hpp"
#include "analysis/report/charts_forest.hpp"
#include "analysis/report/charts_gap.hpp"
#include "analysis/report/charts_rules.hpp"
#include "analysis/report/charts_sensitivity.hpp"
#include "analysis/report/charts_sharpness.hpp"
#include "analysis/report/charts_speed.hpp"
#include "analysis/report/charts_targets.hpp"
#include "analysis/report/charts_trials.hpp"
#include "tests/analysis/questions/made_up_study.hpp"

namespace batchscope {
namespace {

const Phrases english(Language::english);
const Margins margins;

template <class LayerType>
std::vector<LayerType> layers_of(const Panel& panel) {
    std::vector<LayerType> found;
    for (const Layer& layer : panel.layers) {
        if (const auto* of_type = std::get_if<LayerType>(&layer)) {
            found.push_back(*of_type);
        }
    }
    return found;
}

double scatter(std::int64_t batch_size, std::uint64_t seed) {
    return 0.0004 *
           static_cast<double>((seed * 7 + static_cast<std::uint64_t>(batch_size) / 16) % 5);
}

/// Accuracies fall by `drop` at batch 64 and by ten times as much at 128.
MadeUpStudy falling(double drop) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        for (const std::int64_t batch_size : {16, 64, 128}) {
            const double lost = batch_size == 16 ? 0 : batch_size == 64 ? drop : 10 * drop;
            AnalyzedRun& run = study.add(batch_size, seed);
            run.history.train_accuracy.back() = 0.95 - lost - scatter(batch_size, seed);
            run.history.validation_accuracy.back() = 0.9 - lost - scatter(batch_size, seed);
        }
    }
    return study;
}

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

TEST(ForestChart, ShowsALowerLossAtTheRight) {
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
    EXPECT_NEAR(intervals[0].intervals[0].estimate, 0.1, 0.01);
    EXPECT_EQ(intervals[0].name, "better");
}

TEST(ForestChart, IsNothingForOneBatchSize) {
    MadeUpStudy study;
    study.add(16, 1);
    const StudyAnswers answers = answer_all(study.summary(), {});
    EXPECT_FALSE(forest_chart(answers.recipes[0], margins, english));
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

/// Three rates at batches 16 and 64 of final validation loss 0.5 + |ln(rate / best)| / 10; the best
/// is the middle one at 16, the largest at 64.
MadeUpStudy tuned_study() {
    MadeUpStudy study;
    for (const std::int64_t batch_size : {16, 64}) {
        for (const double rate : {0.1, 0.2, 0.4}) {
            for (std::uint64_t seed = 1; seed <= 3; ++seed) {
                AnalyzedRun& run = study.add(batch_size, seed, {{"training.learning_rate", rate}});
                run.learning_rate = rate;
                const double best = batch_size == 16 ? 0.2 : 0.4;
                run.history.validation_loss.back() =
                    0.5 + std::abs(std::log(rate / best)) / 10 + scatter(batch_size, seed);
            }
        }
    }
    return study;
}

TEST(RatesChart, FramesTheLowestLossAndSaysWhereItIsAtTheEdge) {
    MadeUpStudy study = tuned_study();
    const StudyAnswers answers = answer_all(study.summary(), {});
    const auto chart = rates_chart(answers.recipes.at(0).recipe, english);
    ASSERT_TRUE(chart);
    const Panel& panel = chart->panels.at(0);
    EXPECT_EQ(panel.y.categories, (std::vector<std::string>{"0.4", "0.2", "0.1"}));
    const auto layers = layers_of<CellLayer>(panel);
    ASSERT_EQ(layers.size(), 3U);
    ASSERT_EQ(layers[0].cells.size(), 6U);
    EXPECT_NEAR(layers[0].ramp->low, 0.5, 0.002);
    EXPECT_EQ(layers[1].name, "lowest at its batch size");
    ASSERT_EQ(layers[1].cells.size(), 1U);
    EXPECT_EQ(layers[1].cells[0].column, 0);
    EXPECT_EQ(layers[1].cells[0].row, 1);
    EXPECT_EQ(layers[2].name, "lowest, at the edge of what was tried");
    ASSERT_EQ(layers[2].cells.size(), 1U);
    EXPECT_EQ(layers[2].cells[0].column, 1);
    EXPECT_EQ(layers[2].cells[0].row, 0);
}

TEST(RatesChart, DoesNotFrameARateThatLosesRunsAndTakesItForTriedAtTheEdge) {
    MadeUpStudy study = tuned_study();
    study.change_all([](AnalyzedRun& run) {
        if (run.batch_size == 64 && run.learning_rate > 0.3 && run.seed < 3) {
            run.status = RunStatus::diverged;
        }
    });
    const StudyAnswers answers = answer_all(study.summary(), {});
    const auto chart = rates_chart(answers.recipes.at(0).recipe, english);
    const auto layers = layers_of<CellLayer>(chart->panels.at(0));
    ASSERT_EQ(layers.size(), 2U) << "none is at an edge";
    ASSERT_EQ(layers[1].cells.size(), 2U);
    EXPECT_EQ(layers[1].cells[1].row, 1);
    bool is_told = false;
    for (const CellMark& cell : layers[0].cells) {
        is_told = is_told || cell.hover.ends_with("(n = 1), 2 do not count");
    }
    EXPECT_TRUE(is_told);
}

TEST(RatesChart, IsNothingForOneRate) {
    MadeUpStudy study = falling(0.01);
    const StudyAnswers answers = answer_all(study.summary(), {});
    EXPECT_FALSE(rates_chart(answers.recipes.at(0).recipe, english));
    EXPECT_FALSE(trials_chart(answers.recipes.at(0).recipe, english));
}

TEST(RulesChart, ShowsEachRuleAndThoseWithoutARun) {
    MadeUpStudy study;
    for (const std::string rule : {"linear", "none"}) {
        for (const std::int64_t batch_size : {16, 64}) {
            for (std::uint64_t seed = 1; seed <= 3; ++seed) {
                AnalyzedRun& run =
                    study.add(batch_size, seed, {{"training.learning_rate_scaling", rule}});
                run.history.validation_loss.back() = rule == "none" ? 0.7 : 0.6;
                if (rule == "linear" && batch_size == 64) {
                    run.status = RunStatus::diverged;
                }
            }
        }
    }
    const StudyAnswers answers = answer_all(study.summary(), {});
    ASSERT_EQ(answers.rules.size(), 1U);
    const auto chart = rules_chart(answers.rules[0], english);
    ASSERT_TRUE(chart);
    const auto layers = layers_of<CellLayer>(chart->panels.at(0));
    ASSERT_EQ(layers.size(), 3U);
    EXPECT_EQ(layers[0].cells.size(), 3U);
    EXPECT_EQ(layers[1].name, "no run counts");
    EXPECT_EQ(layers[1].cells.at(0).hover, "batch 64, linear: no run counts, 3 do not count");
    EXPECT_EQ(layers[2].cells.size(), 2U);
}

TEST(TrialsChart, FallsFromTheMeanToTheLowest) {
    MadeUpStudy study = tuned_study();
    study.change_all([](AnalyzedRun& run) {
        if (run.batch_size == 64 && run.learning_rate > 0.3) {
            run.status = RunStatus::diverged;
        }
    });
    const StudyAnswers answers = answer_all(study.summary(), {});
    const Recipe& recipe = answers.recipes.at(0).recipe;
    const auto chart = trials_chart(recipe, english);
    ASSERT_TRUE(chart);
    const auto lines = layers_of<PointLayer>(chart->panels.at(0));
    ASSERT_EQ(lines.size(), 2U);
    ASSERT_EQ(lines[0].points.size(), 9U);
    double sum = 0;
    double lowest = infinity;
    for (const TriedRate& rate : recipe.arms[0].rates) {
        for (const auto& [seed, run] : rate.runs) {
            sum += run->figures.validation_loss;
            lowest = std::min(lowest, run->figures.validation_loss);
        }
    }
    EXPECT_NEAR(lines[0].points.front().y, sum / 9, 1e-12);
    EXPECT_NEAR(lines[0].points.back().y, lowest, 1e-12);
    ASSERT_EQ(lines[1].points.size(), 9U) << "those that diverged are tried, too";
    EXPECT_GT(lines[1].points.front().y, lines[1].points[1].y);
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

TEST(SharpnessChart, DrawsValuesThatDoNotCountOpenAndForThemStretchesNoAxis) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        CertifiedValue& value = study.add(16, seed).sharpness.values[Headline::top_eigenvalue];
        value = seed < 3 ? CertifiedValue{20 + static_cast<double>(seed), 0.1, true}
                         : CertifiedValue{1e6, 1e6, false};
    }
    const StudyAnswers answers = answer_all(study.summary(), {});
    const auto chart = sharpness_chart(answers, Headline::top_eigenvalue, english);
    ASSERT_TRUE(chart);
    const Panel& panel = chart->panels[0];
    EXPECT_NEAR(layers_of<IntervalLayer>(panel)[0].intervals[0].estimate, 21.5, 1e-12);
    EXPECT_TRUE(layers_of<PointLayer>(panel)[0].points[0].open);
    EXPECT_LT(panel.y.high, 100);
    EXPECT_EQ(render_svg(*chart).hidden_values, 1U);
    EXPECT_TRUE(chart->caption.find("Open:") != std::string::npos);
    EXPECT_FALSE(sharpness_chart(answers, Headline::trace, english));
}

/// Runs that come to a validation loss of 0.6 in 50 (1 + 100 / B) steps, a little apart.
MadeUpStudy scaling() {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        for (const std::int64_t batch_size : {16, 64, 256, 1024}) {
            const auto batch = static_cast<double>(batch_size);
            const double steps = 50 * (1 + 100 / batch) * (1 + 20 * scatter(batch_size, seed));
            AnalyzedRun& run = study.add(batch_size, seed);
            History& history = run.history;
            each_column(history, [](std::vector<double>& column) { column.resize(5); });
            for (std::size_t row = 0; row < 5; ++row) {
                const double share = static_cast<double>(row) / 4;
                history.epoch[row] = 10 * share;
                history.steps[row] = 2 * steps * share;
                history.examples[row] = history.steps[row] * batch;
                history.seconds[row] = history.steps[row] * 0.01;
                history.train_loss[row] = 2.3 - 3.4 / 2 * share;
                history.validation_loss[row] = 2.3 - 3.4 / 2 * share;
                history.test_loss[row] = 2.3 - 3.4 / 2 * share;
            }
        }
    }
    return study;
}

TEST(TargetChart, ShowsEveryRunWithTheFitAndPerfectScaling) {
    MadeUpStudy study = scaling();
    const StudyAnswers answers = answer_all(study.summary(), {});
    ASSERT_FALSE(answers.recipes[0].to_targets.empty());
    const auto chart = target_chart(answers.recipes[0], 0, english);
    ASSERT_TRUE(chart);
    ASSERT_EQ(chart->panels.size(), 2U);
    for (const Panel& panel : chart->panels) {
        const auto dots = layers_of<PointLayer>(panel);
        ASSERT_EQ(dots.size(), 1U);
        EXPECT_EQ(dots[0].points.size(), 12U);
        const auto lines = layers_of<LineLayer>(panel);
        ASSERT_EQ(lines.size(), 2U) << "perfect scaling and the fit";
        const auto span = layers_of<SpanLayer>(panel);
        ASSERT_EQ(span.size(), 1U);
        EXPECT_LT(span[0].low, 100);
        EXPECT_GT(span[0].high, 100);
    }
    const LineLayer perfect = layers_of<LineLayer>(chart->panels[0])[0];
    EXPECT_NEAR(perfect.y[0] / perfect.y[1], 1024.0 / 16, 1e-9) << "steps as 1/B";
    EXPECT_TRUE(chart->caption.find("12 of 12 runs") != std::string::npos) << chart->caption;
}

TEST(SensitivityChart, ShowsTheCriticalBatchOfEachTarget) {
    MadeUpStudy study = scaling();
    AnswerOptions options;
    for (const double loss : {1.5, 1.0}) {
        options.targets.push_back({TargetFigure::validation_loss, loss, TargetOrigin::given});
    }
    const StudyAnswers answers = answer_all(study.summary(), options);
    const auto chart = sensitivity_chart(answers.recipes[0], english);
    ASSERT_TRUE(chart);
    ASSERT_EQ(chart->panels.size(), 1U) << "no target in accuracy";
    const auto layers = layers_of<IntervalLayer>(chart->panels[0]);
    ASSERT_EQ(layers.size(), 1U);
    ASSERT_EQ(layers[0].intervals.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        const IntervalMark& mark = layers[0].intervals[i];
        const CriticalBatchFit& fit = answers.recipes[0].critical_batches[i].fit;
        EXPECT_EQ(mark.position, options.targets[i].value);
        EXPECT_EQ(mark.estimate, fit.critical_batch);
        EXPECT_EQ(mark.low, fit.lower);
        EXPECT_EQ(mark.high, fit.upper);
        EXPECT_FALSE(mark.hover.empty());
    }
    options.targets.pop_back();
    const StudyAnswers one = answer_all(study.summary(), options);
    EXPECT_FALSE(sensitivity_chart(one.recipes[0], english)) << "of one target";
}

TEST(TargetChart, HasNoCurveOfOneBatchSize) {
    MadeUpStudy study;
    study.add(16, 1);
    const StudyAnswers answers = answer_all(study.summary(), {});
    ASSERT_FALSE(answers.recipes[0].to_targets.empty());
    const auto chart = target_chart(answers.recipes[0], 0, english);
    ASSERT_TRUE(chart);
    EXPECT_TRUE(layers_of<LineLayer>(chart->panels[0]).empty());
    EXPECT_TRUE(layers_of<SpanLayer>(chart->panels[0]).empty());
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
}  // namespace batchscope
