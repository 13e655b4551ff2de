#include "analysis/report/csv.hpp"

#include <gtest/gtest.h>

#include <charconv>
#include <sstream>

#include "tests/analysis/example_study.hpp"
#include "tests/analysis/report/report_studies.hpp"

namespace batchscope::tests_of_csv {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

std::vector<std::string> cells_of(const std::string& line) {
    std::istringstream stream(line + ",");
    std::vector<std::string> cells;
    for (std::string cell; std::getline(stream, cell, ',');) {
        cells.push_back(cell);
    }
    return cells;
}

class Csv : public testing::Test {
  protected:
    void add(const RunRecord& record) { write_run(folder_ / record.study, record); }
    [[nodiscard]] std::string runs() {
        const RunCollection collection = collect_runs({folder_.path()});
        return render_csv(runs_table(summarise(collection, 0.95)));
    }
    [[nodiscard]] std::string summary() {
        const RunCollection collection = collect_runs({folder_.path()});
        return render_csv(summary_table(summarise(collection, 0.95), 0.95));
    }
    [[nodiscard]] static std::string cell(const std::string& csv, std::size_t line,
                                          const std::string& column) {
        const auto header = cells_of(lines_of(csv).at(0));
        const auto at = std::find(header.begin(), header.end(), column) - header.begin();
        return cells_of(lines_of(csv).at(line)).at(static_cast<std::size_t>(at));
    }
    TemporaryFolder folder_;
};

TEST_F(Csv, HasARowPerFileWithItsStanding) {
    add(study_run(64, 1));
    add(ended(study_run(64, 2), RunStatus::diverged, "loss, not finite"));
    const std::string csv = runs();
    ASSERT_EQ(lines_of(csv).size(), 3U);
    EXPECT_EQ(cell(csv, 1, "standing"), "counted");
    EXPECT_EQ(cell(csv, 1, "test_accuracy"), "0.8");
    EXPECT_EQ(cell(csv, 1, "training.learning_rate_scaling"), "none");
    EXPECT_NE(lines_of(csv)[2].find("diverged,diverged,0,,\"loss, not finite\""),
              std::string::npos);
}

TEST_F(Csv, WritesNumbersThatReadBackAsTheSameDouble) {
    RunRecord run = study_run(64, 1);
    run.epochs.train_loss.back() = 0.1 + 0.2;
    add(run);
    const std::string text = cell(runs(), 1, "train_loss");
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    EXPECT_EQ(value, 0.1 + 0.2);
}

TEST_F(Csv, LeavesAnUnknownNumberEmpty) {
    RunRecord run = study_run(64, 1);
    run.epochs.test_loss.back() = unknown;
    add(run);
    EXPECT_EQ(cell(runs(), 1, "test_loss"), "");
}

TEST_F(Csv, QuotesAStudyNameWithQuotesAndCommas) {
    RunRecord run = study_run(64, 1);
    run.study = "a,\"b\"";
    add(run);
    EXPECT_TRUE(lines_of(runs()).at(1).starts_with("\"a,\"\"b\"\"\","));
}

TEST_F(Csv, HasTheSameColumnsForAnyNumberOfRuns) {
    add(study_run(64, 1));
    const std::string runs_header = lines_of(runs()).at(0);
    const std::string summary_header = lines_of(summary()).at(0);
    for (std::uint64_t seed = 2; seed <= 30; ++seed) {
        add(study_run(64, seed));
        add(ended(study_run(128, seed), RunStatus::failed, "x"));
    }
    EXPECT_EQ(lines_of(runs()).at(0), runs_header);
    EXPECT_EQ(lines_of(summary()).at(0), summary_header);
    EXPECT_EQ(lines_of(runs()).size(), 60U);
}

TEST_F(Csv, GivesEveryAxisOfAnyStudyAColumn) {
    RunRecord other = study_run(64, 1);
    other.study = "other";
    other.axes = {{"training.optimizer.momentum", 0.9}};
    add(other);
    add(study_run(64, 1));
    const std::string csv = runs();
    EXPECT_EQ(cell(csv, 1, "training.optimizer.momentum"), "0.9");
    EXPECT_EQ(cell(csv, 1, "training.learning_rate_scaling"), "");
    EXPECT_EQ(cell(csv, 2, "training.optimizer.momentum"), "");
}

TEST_F(Csv, GivesAnAliasItsTargetsMetrics) {
    const RunRecord target = study_run(64, 1);
    add(target);
    add(alias_run(64, 1, "linear", target));
    const std::string csv = runs();
    EXPECT_EQ(cell(csv, 1, "alias_of"), study_file(target));
    EXPECT_EQ(cell(csv, 1, "train_loss"), "0.31");
}

TEST_F(Csv, SummarisesEachRowAndMetric) {
    add(study_run(64, 1));
    add(study_run(64, 2));
    add(study_run(128, 1));
    const std::string csv = summary();
    const std::size_t per_row = averaged_metrics.size() + metrics_of_every_table().size();
    EXPECT_EQ(lines_of(csv).size(), 1 + 2 * per_row);
    EXPECT_EQ(cell(csv, 1, "metric"), "train_loss");
    EXPECT_EQ(cell(csv, 1, "n"), "2");
    EXPECT_EQ(cell(csv, 1, "mean"), "0.315");
    EXPECT_EQ(cell(csv, 1 + per_row, "n"), "1");
    EXPECT_EQ(cell(csv, 1 + per_row, "half_width"), "");
}

TEST(SharpnessCsv, HoldsValuesErrorsAndWhetherTheyCount) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
        const auto offset = static_cast<double>(seed);
        SharpnessValues& values = study.add(64, seed).sharpness.values;
        values["top_eigenvalue"] = {10 + offset, 0.01 * offset, seed == 1};
        values["trace"] = {100 + offset, 1.5, true};
        values["keskar_subspace"] = {2, 0.5, true};
    }
    const std::vector<StudySummary> studies{study.summary()};
    const std::string runs = render_csv(runs_table(studies));
    EXPECT_TRUE(contains(runs, "top_eigenvalue,top_eigenvalue_residual,top_eigenvalue_counts"));
    EXPECT_TRUE(contains(runs, ",11,0.01,1,101,1.5,1,,,,,,,,,,2,0.5,1,")) << runs;
    EXPECT_TRUE(contains(runs, ",12,0.02,0,102,1.5,1,")) << runs;
    const std::string means = render_csv(summary_table(studies, 0.95));
    EXPECT_TRUE(contains(means, "top_eigenvalue,1,11,,,0.95,0,1,0\n")) << means;
    EXPECT_TRUE(contains(means, "trace,2,101.5,")) << means;
    EXPECT_TRUE(contains(means, "keskar_full,0,,,,0.95,0,0,0\n")) << means;
}

TEST(SharpnessCsv, AMetricWithTheNameOfAnotherColumnKeepsItApart) {
    MadeUpStudy study;
    AnalyzedRun& run = study.add(64, 1);
    run.sharpness.metrics = {{.name = "batch_size", .error_name = "seed"}};
    run.sharpness.values["batch_size"] = {7.5, 0.5, true};
    const std::string runs = render_csv(runs_table({study.summary()}));
    EXPECT_TRUE(contains(runs, ",sharpness.batch_size,sharpness.seed,batch_size_counts,")) << runs;
    EXPECT_TRUE(contains(runs, ",7.5,0.5,1,")) << runs;
}

}  // namespace
}  // namespace batchscope::tests_of_csv
