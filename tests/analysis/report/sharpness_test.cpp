#include "analysis/report/sharpness.hpp"

#include <gtest/gtest.h>

#include "analysis/charts/svg.hpp"
#include "tests/analysis/report/report_studies.hpp"

namespace batchscope::tests_of_sharpness {
namespace {

/// A run whose top eigenvalue is 10 + seed, its trace 100 + seed, Keskar's metric in the subspace
/// 2, its noise scale 50.
AnalyzedRun& add_sharp_run(MadeUpStudy& study, std::int64_t batch_size, std::uint64_t seed,
                           bool has_converged = true) {
    AnalyzedRun& run = study.add(batch_size, seed);
    const auto offset = static_cast<double>(seed);
    SharpnessValues& values = run.sharpness.values;
    values["top_eigenvalue"] = {10 + offset, 0.01 * offset, has_converged};
    values["trace"] = {100 + offset, 1.5, true};
    values["keskar_subspace"] = {2, 0.5, true};
    values["noise_scale"] = {50, unknown, true};
    run.sharpness.epsilon = 1e-3;
    return run;
}

std::string report_of(MadeUpStudy& study) {
    return text_of(sharpness_section(answer_all(study.summary(), {}), english));
}

TEST(SharpnessSection, ShowsMeansWithIntervalsAndTheLargestError) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        add_sharp_run(study, 64, seed);
    }
    const std::string report = report_of(study);
    EXPECT_TRUE(contains(report, "12.00±2.48")) << report;  // 4.303 / sqrt(3)
    EXPECT_TRUE(contains(report, "0.03")) << report;
    EXPECT_TRUE(contains(report, "102.0±2.5")) << report;
    EXPECT_TRUE(contains(report, "box 0.001")) << report;
    EXPECT_TRUE(contains(report, "50.00±0.00")) << report;
    EXPECT_FALSE(contains(report, "~")) << report;
    EXPECT_FALSE(contains(report, "full space")) << report;
    EXPECT_FALSE(contains(report, "coupled")) << report;
}

TEST(SharpnessSection, MarksWhatHasNotConvergedAndKeepsItOutOfTheMean) {
    MadeUpStudy study;
    add_sharp_run(study, 64, 1);
    add_sharp_run(study, 64, 3);
    add_sharp_run(study, 64, 9, false);
    add_sharp_run(study, 128, 1, false);
    add_sharp_run(study, 256, 1, false);
    add_sharp_run(study, 256, 2, false).sharpness.shares_coupled = true;
    const std::string report = report_of(study);
    EXPECT_TRUE(contains(report, "12.00±12.71 (n=2) ~1")) << report;
    EXPECT_TRUE(contains(report, "~11 ")) << report;
    EXPECT_TRUE(contains(report, "~11..12")) << report;
    EXPECT_TRUE(contains(report, "~ is in no mean")) << report;
    EXPECT_TRUE(contains(report, "shares coupled")) << report;
}

TEST(SharpnessSection, ShowsADashForRunsWithoutItAndNothingWhereNoneHasIt) {
    MadeUpStudy study;
    study.add(128, 1);
    EXPECT_EQ(report_of(study), "");
    add_sharp_run(study, 64, 1);
    const std::string report = report_of(study);
    EXPECT_TRUE(contains(report, "  128  1           –         –          –      –\n")) << report;
    EXPECT_FALSE(contains(report, "nan")) << report;
}

TEST(SharpnessSection, ShowsTheOtherMeasuresWhereTheyWereTaken) {
    MadeUpStudy study;
    SharpnessValues& values = add_sharp_run(study, 64, 1).sharpness.values;
    values["gauss_newton_eigenvalue"] = {6.25, 0.5, true};
    values["adaptive_sharpness"] = {0.125, unknown, true};
    values["sam_sharpness"] = {0, unknown, false};
    values["average_sharpness"] = {0.375, 0.03125, true};
    const std::string report = report_of(study);
    EXPECT_TRUE(contains(report, "Gauss-Newton"));
    EXPECT_TRUE(contains(report, "6.250±n/a")) << report;
    EXPECT_TRUE(contains(report, "0.1250±n/a")) << report;
    EXPECT_TRUE(contains(report, "~0")) << "no rise found: a bound that says nothing";
    EXPECT_TRUE(contains(report, "0.3750±n/a")) << report;
    EXPECT_TRUE(contains(report, "0.031")) << report;
}

SharpnessMetric metric_named(const StudyAnswers& answers, const std::string& name) {
    for (const SharpnessMetric& metric : answers.study->sharpness_metrics) {
        if (metric.name == name) {
            return metric;
        }
    }
    throw std::invalid_argument(name);
}

TEST(SharpnessChart, DrawsValuesThatDoNotCountOpenAndForThemStretchesNoAxis) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        CertifiedValue& value = study.add(16, seed).sharpness.values["top_eigenvalue"];
        value = seed < 3 ? CertifiedValue{20 + static_cast<double>(seed), 0.1, true}
                         : CertifiedValue{1e6, 1e6, false};
    }
    const StudyAnswers answers = answer_all(study.summary(), {});
    const auto chart = sharpness_chart(answers, metric_named(answers, "top_eigenvalue"), english);
    ASSERT_TRUE(chart);
    const Panel& panel = chart->panels[0];
    EXPECT_NEAR(layers_of<IntervalLayer>(panel)[0].intervals[0].estimate, 21.5, 1e-12);
    EXPECT_TRUE(layers_of<PointLayer>(panel)[0].points[0].open);
    EXPECT_LT(panel.y.high, 100);
    EXPECT_EQ(render_svg(*chart).hidden_values, 1U);
    EXPECT_TRUE(chart->caption.find("Open:") != std::string::npos);
    EXPECT_FALSE(sharpness_chart(answers, metric_named(answers, "trace"), english));
}

}  // namespace
}  // namespace batchscope::tests_of_sharpness
