#include "analysis/report/sharpness_report.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "analysis/report/csv.hpp"
#include "analysis/report/study_report.hpp"
#include "analysis/report/table.hpp"
#include "tests/analysis/example_study.hpp"

namespace batchscope {
namespace {

/// A run whose largest eigenvalue is 10 + seed, its trace 100 + seed, Keskar's metric in the
/// subspace 2, its noise scale 50.
RunRecord sharp_run(std::int64_t batch_size, std::uint64_t seed) {
    RunRecord run = study_run(batch_size, seed);
    run.steps.shares_coupled = false;
    run.steps.gradient_covariance_trace.assign(run.steps.step.size(), 100);
    run.steps.gradient_square.assign(run.steps.step.size(), 2);
    run.sharpness.scales = {{"k", {1, 2}}, {"epsilon", {1e-3, 5e-4}}};
    SharpnessRow row;
    row.epoch = 2;
    row.step = run.epochs.step.back();
    const auto offset = static_cast<double>(seed);
    row.values = {
        {"eigenvalue", {10 + offset, 1}},       {"eigenvalue_residual", {0.01 * offset, unknown}},
        {"eigenvalue_converged", {1, 0}},       {"trace", {100 + offset}},
        {"trace_standard_error", {1.5}},        {"keskar_subspace", {2, 1}},
        {"keskar_subspace_spread", {0.5, 0.5}}, {"keskar_subspace_at_start", {0, 0}}};
    run.sharpness.rows = {row};
    return run;
}

RunRecord not_converged(RunRecord run) {
    run.sharpness.rows.back().values["eigenvalue_converged"] = {0, 0};
    return run;
}

StudySummary summary_of(const std::vector<RunRecord>& records, RunCollection& collection) {
    const TemporaryFolder folder;
    for (const RunRecord& record : records) {
        write_run(folder.path(), record);
    }
    collection = collect_runs({folder.path()});
    return summarise(collection, 0.95).at(0);
}

std::string report_of(const std::vector<RunRecord>& records) {
    RunCollection collection;
    return sharpness_report(summary_of(records, collection));
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(SharpnessFigures, AreThoseOfTheLastStep) {
    const SharpnessFigures figures = sharpness_figures(sharp_run(64, 3));
    const auto& eigenvalue = figures.values[Headline::top_eigenvalue];
    EXPECT_EQ(eigenvalue.value, 13);
    EXPECT_EQ(eigenvalue.error, 0.03);
    EXPECT_TRUE(eigenvalue.counts);
    EXPECT_EQ(figures.values[Headline::trace].value, 103);
    EXPECT_EQ(figures.values[Headline::trace].error, 1.5);
    EXPECT_EQ(figures.values[Headline::keskar_subspace].value, 2);
    EXPECT_EQ(figures.epsilon, 1e-3);
    EXPECT_TRUE(std::isnan(figures.values[Headline::keskar_full].value));
    EXPECT_FALSE(figures.values[Headline::keskar_full].counts);
    EXPECT_EQ(figures.values[Headline::noise_scale].value, 50);

    RunRecord earlier = sharp_run(64, 3);
    earlier.sharpness.rows.back().step -= 1;
    const SharpnessFigures none = sharpness_figures(earlier);
    EXPECT_TRUE(std::isnan(none.values[Headline::top_eigenvalue].value));
    EXPECT_EQ(none.values[Headline::noise_scale].value, 50);
}

TEST(SharpnessFigures, OfADivergedRunAreUnknown) {
    const SharpnessFigures figures =
        sharpness_figures(ended(sharp_run(64, 1), RunStatus::diverged, "not finite"));
    for (const CertifiedValue& found : figures.values) {
        EXPECT_TRUE(std::isnan(found.value));
        EXPECT_FALSE(found.counts);
    }
}

TEST(SharpnessFigures, DoNotCountWithoutTheirCertificate) {
    EXPECT_FALSE(
        sharpness_figures(not_converged(sharp_run(64, 1))).values[Headline::top_eigenvalue].counts);
    RunRecord run = sharp_run(64, 1);
    run.sharpness.rows.back().values.erase("eigenvalue_converged");
    run.sharpness.rows.back().values["trace_standard_error"] = {unknown};
    run.sharpness.rows.back().values["keskar_subspace_at_start"] = {1, 0};
    run.steps.gradient_square.assign(run.steps.step.size(), -2);
    for (const CertifiedValue& found : sharpness_figures(run).values) {
        EXPECT_FALSE(found.counts);
    }
}

TEST(SharpnessReport, ShowsMeansWithIntervalsAndTheLargestError) {
    const std::string report = report_of({sharp_run(64, 1), sharp_run(64, 2), sharp_run(64, 3)});
    EXPECT_TRUE(contains(report, "12.00±2.48")) << report;  // 4.303 / sqrt(3)
    EXPECT_TRUE(contains(report, "0.03")) << report;
    EXPECT_TRUE(contains(report, "102.0±2.5")) << report;
    EXPECT_TRUE(contains(report, "box 0.001")) << report;
    EXPECT_TRUE(contains(report, "50.00±0.00")) << report;
    EXPECT_FALSE(contains(report, "~")) << report;
    EXPECT_FALSE(contains(report, "full space")) << report;
    EXPECT_FALSE(contains(report, "coupled")) << report;
}

TEST(SharpnessReport, MarksWhatHasNotConvergedAndKeepsItOutOfTheMean) {
    const std::string report =
        report_of({sharp_run(64, 1), sharp_run(64, 3), not_converged(sharp_run(64, 9)),
                   not_converged(sharp_run(128, 1)), not_converged(sharp_run(256, 1)),
                   not_converged(sharp_run(256, 2))});
    EXPECT_TRUE(contains(report, "12.00±12.71 (n=2) ~1")) << report;
    EXPECT_TRUE(contains(report, "~11 ")) << report;
    EXPECT_TRUE(contains(report, "~11..12")) << report;
    EXPECT_TRUE(contains(report, "~ is in no mean")) << report;
}

TEST(SharpnessReport, ShowsADashForRunsWithoutIt) {
    RunRecord without = sharp_run(128, 1);
    without.sharpness = {};
    const std::string report = report_of({sharp_run(64, 1), without});
    EXPECT_TRUE(contains(report, "  128       none  1           -         -          -      -\n"))
        << report;
    EXPECT_FALSE(contains(report, "nan")) << report;
    RunRecord nothing = without;
    nothing.steps.gradient_covariance_trace.assign(10, unknown);
    EXPECT_EQ(report_of({nothing}), "");
}

TEST(SharpnessReport, SaysThatSharesAreCoupled) {
    RunRecord coupled = sharp_run(64, 1);
    coupled.steps.shares_coupled = true;
    EXPECT_TRUE(contains(report_of({coupled}), "shares coupled"));
}

TEST(SharpnessReport, StaysWithin80Columns) {
    RunRecord wide = not_converged(sharp_run(4096, 3));
    wide.steps.shares_coupled = true;
    RunRecord full = sharp_run(4096, 1);
    full.sharpness.rows.back().values["keskar_full"] = {123.4567, 1};
    full.sharpness.rows.back().values["keskar_full_at_start"] = {0, 0};
    std::istringstream lines(report_of({full, sharp_run(4096, 2), wide}));
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(display_width(line), 80U) << line;
        EXPECT_FALSE(line.ends_with(' ')) << line;
    }
}

TEST(SharpnessReport, ShowsTheOtherMeasuresWhereTheyWereTaken) {
    RunRecord run = sharp_run(64, 1);
    EXPECT_FALSE(contains(report_of({run}), "Gauss-Newton"));
    auto& values = run.sharpness.rows.back().values;
    values["gauss_newton_eigenvalue"] = {6.25, 1};
    values["gauss_newton_eigenvalue_residual"] = {0.5, 1};
    values["gauss_newton_eigenvalue_converged"] = {1, 0};
    values["adaptive_sharpness"] = {0.125};
    values["sam_sharpness"] = {0};
    values["average_sharpness"] = {0.375};
    values["average_sharpness_standard_error"] = {0.03125};
    const std::string report = report_of({run});
    EXPECT_TRUE(contains(report, "Gauss-Newton"));
    EXPECT_TRUE(contains(report, "6.250±n/a")) << report;
    EXPECT_TRUE(contains(report, "0.1250±n/a")) << report;
    EXPECT_TRUE(contains(report, "~0")) << "no rise found: a bound that says nothing";
    EXPECT_TRUE(contains(report, "0.3750±n/a")) << report;
    EXPECT_TRUE(contains(report, "0.031")) << report;
}

TEST(SharpnessCsv, HoldsValuesErrorsAndWhetherTheyCount) {
    RunCollection collection;
    const std::vector<StudySummary> studies{
        summary_of({sharp_run(64, 1), not_converged(sharp_run(64, 2))}, collection)};
    const std::string runs = runs_csv(studies);
    EXPECT_TRUE(contains(runs, "top_eigenvalue,top_eigenvalue_residual,top_eigenvalue_counts"));
    EXPECT_TRUE(contains(runs, ",11,0.01,1,101,1.5,1,,,,,,,,,,2,0.5,1,")) << runs;
    EXPECT_TRUE(contains(runs, ",12,0.02,0,102,1.5,1,")) << runs;
    const std::string summary = summary_csv(studies, 0.95);
    EXPECT_TRUE(contains(summary, "top_eigenvalue,1,11,,,0.95,0,1\n")) << summary;
    EXPECT_TRUE(contains(summary, "trace,2,101.5,")) << summary;
    EXPECT_TRUE(contains(summary, "keskar_full,0,,,,0.95,0,0\n")) << summary;
}

}  // namespace
}  // namespace batchscope
