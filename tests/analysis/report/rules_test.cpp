#include "analysis/report/rules.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/charts/svg.hpp"
#include "analysis/report/loss_map.hpp"
#include "analysis/report/verdicts.hpp"
#include "tests/analysis/report/report_studies.hpp"

namespace batchscope::tests_of_rules {
namespace {

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

TEST(ChosenRates, AreNamedForEachBatchSize) {
    MadeUpStudy study = tuned_study();
    const auto text_under = [&study](const std::string& rule) {
        study.change_all([&rule](AnalyzedRun& run) { run.learning_rate_scaling = rule; });
        const StudyAnswers answers = answer_all(study.summary(), {});
        return chosen_rates_text(answers.recipes.at(0).recipe, english);
    };
    const std::string plain = text_under("none");
    EXPECT_EQ(
        plain,
        "Each batch size at the best of the learning rates tried there: 0.2 at 16, 0.4 at 64 "
        "(at the edge) (for each seed the one with the lowest validation loss of the other seeds)");
    EXPECT_EQ(text_under("linear"), plain + "; rates as configured, before scaling");
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
    ASSERT_EQ(layers.size(), 3U) << "none is at an edge";
    EXPECT_EQ(layers[1].name, "loses runs");
    ASSERT_EQ(layers[1].cells.size(), 1U);
    EXPECT_EQ(layers[1].cells[0].text, "2 of 3 lost") << "no colour of survivors";
    ASSERT_EQ(layers[2].cells.size(), 2U);
    EXPECT_EQ(layers[2].cells[1].row, 1);
    EXPECT_TRUE(layers[1].cells[0].hover.ends_with("(n = 1), 2 diverged"));
}

TEST(RatesChart, OneLossFarAboveAllOthersLeavesThemTheirColours) {
    MadeUpStudy study = tuned_study();
    study.change_all([](AnalyzedRun& run) {
        if (run.batch_size == 16 && run.learning_rate > 0.3) {
            run.history.validation_loss.back() = 90;
        }
    });
    const StudyAnswers answers = answer_all(study.summary(), {});
    const Recipe& recipe = answers.recipes.at(0).recipe;
    const auto layers = layers_of<CellLayer>(rates_chart(recipe, english)->panels.at(0));
    EXPECT_LT(layers[0].ramp->high, 1) << "losses are 0.5 to 0.64, and 90";
    EXPECT_EQ(trials_chart(recipe, english)->panels.at(0).y.scale, AxisScale::log10);
    MadeUpStudy without = tuned_study();
    const StudyAnswers plain = answer_all(without.summary(), {});
    EXPECT_EQ(trials_chart(plain.recipes.at(0).recipe, english)->panels.at(0).y.scale,
              AxisScale::linear);
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
    EXPECT_EQ(layers[1].cells.at(0).hover, "batch 64, linear: no run counts, 3 diverged");
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
            sum += run->metrics.validation_loss;
            lowest = std::min(lowest, run->metrics.validation_loss);
        }
    }
    EXPECT_NEAR(lines[0].points.front().y, sum / 9, 1e-12);
    EXPECT_NEAR(lines[0].points.back().y, lowest, 1e-12);
    ASSERT_EQ(lines[1].points.size(), 9U) << "those that diverged are tried, too";
    EXPECT_GT(lines[1].points.front().y, lines[1].points[1].y);
}

}  // namespace
}  // namespace batchscope::tests_of_rules
