#include "analysis/report/targets.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/charts/svg.hpp"
#include "analysis/report/critical_batch.hpp"
#include "tests/analysis/report/report_studies.hpp"

namespace batchscope::tests_of_targets {
namespace {

/// Runs that come to a validation loss of 0.6 in 50 (1 + 100 / B) steps, a little apart.
MadeUpStudy scaling(std::uint64_t seeds = 3) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
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

TEST(TargetChart, DrawsTheRunsOfFiftySeedsAtMost) {
    MadeUpStudy study = scaling(60);
    const StudyAnswers answers = answer_all(study.summary(), {});
    const auto chart = target_chart(answers.recipes[0], 0, english);
    EXPECT_EQ(layers_of<PointLayer>(chart->panels[0])[0].points.size(), 4U * 50);
    EXPECT_NE(chart->caption.find("240 of 240 runs"), std::string::npos) << chart->caption;
    EXPECT_TRUE(chart->caption.ends_with("first 50 of 60 seeds.")) << chart->caption;
}

TEST(SensitivityChart, ShowsTheCriticalBatchOfEachTarget) {
    MadeUpStudy study = scaling();
    AnswerOptions options;
    for (const double loss : {1.5, 1.0}) {
        options.targets.push_back({TargetMetric::validation_loss, loss, TargetOrigin::given});
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

TEST(SensitivityChart, ShowsNoEstimateWhereOnlyOneSideIsKnown) {
    MadeUpStudy study = scaling();
    AnswerOptions options;
    for (const double loss : {1.5, 1.0}) {
        options.targets.push_back({TargetMetric::validation_loss, loss, TargetOrigin::given});
    }
    StudyAnswers answers = answer_all(study.summary(), options);
    std::vector<ObservedCriticalBatch>& critical = answers.recipes[0].critical_batches;
    critical[0].fit.bounds = CriticalBatchBounds::only_upper;
    critical[0].fit.lower = 0;
    critical[1].fit.bounds = CriticalBatchBounds::only_lower;
    critical[1].fit.upper = infinity;
    const auto chart = sensitivity_chart(answers.recipes[0], english);
    ASSERT_TRUE(chart);
    const auto layers = layers_of<IntervalLayer>(chart->panels[0]);
    for (const IntervalMark& mark : layers.at(0).intervals) {
        EXPECT_TRUE(std::isnan(mark.estimate));
    }
    EXPECT_TRUE(layers[0].intervals[0].hover.find("at most") != std::string::npos);
    EXPECT_TRUE(layers[0].intervals[1].hover.find("at least") != std::string::npos);
    EXPECT_EQ(render_svg(*chart).hidden_values, 0U) << "0 is an arrow";
}

TEST(TargetSection, ShowsHowManyReachedATarget) {
    MadeUpStudy study = scaling();
    study.change_all([](AnalyzedRun& run) {
        if (run.batch_size == 1024) {
            run.history.validation_loss.back() = 2;
        }
    });
    const std::string text = text_of(target_section(answer_all(study.summary(), {}), english));
    EXPECT_TRUE(contains(text, "Time to validation loss")) << text;
    EXPECT_TRUE(contains(text, "3/3")) << text;
    EXPECT_TRUE(contains(text, "0/3")) << "1024 does not reach the hardest target: " << text;
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

}  // namespace
}  // namespace batchscope::tests_of_targets
