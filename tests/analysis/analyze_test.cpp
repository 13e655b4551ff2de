// Runs the real program on synthetic result files.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "tests/analysis/example_study.hpp"

namespace batchscope::tests_of_analyze {
namespace {

namespace fs = std::filesystem;

struct Outcome {
    int exit_code;
    std::string text;  ///< stdout and stderr
};

Outcome run_program(const std::string& arguments) {
    const std::string command = std::string(ANALYZE_PROGRAM) + " " + arguments + " 2>&1";
    std::FILE* pipe = ::popen(command.c_str(), "r");
    Outcome outcome{-1, {}};
    std::array<char, 4096> buffer{};
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
        outcome.text.append(buffer.data(), size);
    }
    const int status = ::pclose(pipe);
    outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return outcome;
}

std::string content(const fs::path& file) {
    std::ifstream input(file, std::ios::binary);
    std::ostringstream text;
    text << input.rdbuf();
    return text.str();
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

class AnalyzeProgram : public testing::Test {
  protected:
    [[nodiscard]] Outcome analyze(const std::string& paths) const {
        return run_program(paths + " --output " + (folder_ / "report").string());
    }
    [[nodiscard]] std::string results() const { return (folder_ / "results").string(); }
    fs::path add(const RunRecord& run) { return write_run(folder_ / "results", run); }
    TemporaryFolder folder_;
};

TEST_F(AnalyzeProgram, PrintsTheTableAndWritesBothFiles) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        add(study_run(64, seed));
    }
    const Outcome outcome = analyze(results());
    EXPECT_EQ(outcome.exit_code, 0) << outcome.text;
    // 4.302653 * 0.01 / sqrt(3)
    EXPECT_TRUE(contains(outcome.text, "0.3200±0.0248")) << outcome.text;
    EXPECT_TRUE(contains(content(folder_ / "report/summary.csv"), "s,64,none,train_loss,3,0.32,"));
    EXPECT_TRUE(contains(content(folder_ / "report/runs.csv"), ",0.31,"));
}

TEST_F(AnalyzeProgram, GivesTheSameBytesForAnyOrderOfFilesWithADivergedRun) {
    std::vector<std::string> files;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        files.push_back(add(study_run(64, seed)).string());
    }
    RunRecord diverged = ended(study_run(128, 1), RunStatus::diverged, "loss is not finite");
    diverged.epochs.train_loss.back() = std::numeric_limits<double>::quiet_NaN();
    diverged.epochs.test_accuracy.back() = std::numeric_limits<double>::quiet_NaN();
    files.push_back(add(diverged).string());
    std::sort(files.begin(), files.end());
    std::string first;
    do {
        std::string arguments;
        for (const std::string& file : files) {
            arguments += file + " ";
        }
        const Outcome outcome = analyze(arguments);
        EXPECT_EQ(outcome.exit_code, 0);
        const std::string bytes = outcome.text + content(folder_ / "report/report.html") +
                                  content(folder_ / "report/runs.csv") +
                                  content(folder_ / "report/summary.csv") +
                                  content(folder_ / "report/summary.json");
        if (first.empty()) {
            first = bytes;
        }
        ASSERT_EQ(bytes, first);
    } while (std::next_permutation(files.begin(), files.end()));
    EXPECT_TRUE(contains(first, "1 diverged"));
    EXPECT_TRUE(contains(content(folder_ / "report/summary.csv"),
                         "s,128,none,train_loss,0,,,,0.95,0,0,1\n"))
        << "what was lost has its rows";
}

TEST_F(AnalyzeProgram, WritesThePageAndItsChartsInTheLanguageAskedFor) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        add(study_run(64, seed));
        add(study_run(128, seed));
    }
    EXPECT_TRUE(contains(analyze(results()).text,
                         "Wrote " + (folder_ / "report").string() + "/report.html, "));
    EXPECT_TRUE(contains(content(folder_ / "report/report.html"), "<html lang=\"en\">"));
    EXPECT_TRUE(contains(content(folder_ / "report/figures/s-forest.svg"), "<svg"));
    const std::filesystem::path png = folder_ / "report/figures/s-forest.png";
    if (WITH_PNG) {
        EXPECT_TRUE(content(png).starts_with("\x89PNG"));
    } else {
        EXPECT_FALSE(std::filesystem::exists(png));
    }
    const Outcome korean = analyze(results() + " --language ko");
    EXPECT_EQ(korean.exit_code, 0);
    EXPECT_TRUE(contains(korean.text, "==== s ====")) << korean.text;
    EXPECT_TRUE(contains(content(folder_ / "report/report.html"), "<html lang=\"ko\">"));
}

TEST_F(AnalyzeProgram, OneTruncatedOneEmptyAndOneTextFileDoNotStopTheRest) {
    const fs::path good = add(study_run(64, 1));
    fs::copy(good, good.parent_path() / "cut.h5");
    fs::resize_file(good.parent_path() / "cut.h5", 3000);
    std::ofstream(good.parent_path() / "empty.h5").close();
    std::ofstream(good.parent_path() / "text.h5") << "text";
    const Outcome outcome = analyze(results());
    EXPECT_EQ(outcome.exit_code, 3);
    EXPECT_TRUE(contains(outcome.text, "Skipped files (3):")) << outcome.text;
    EXPECT_TRUE(contains(outcome.text, "empty.h5: it is empty"));
    EXPECT_TRUE(contains(outcome.text, "text.h5: it is not an HDF5 file"));
    EXPECT_TRUE(contains(outcome.text, "cut.h5: "));
    EXPECT_TRUE(contains(outcome.text, "0.3100±n/a"));
}

TEST_F(AnalyzeProgram, AFileOnWhichHdf5CrashesDoesNotStopTheRest) {
    add(study_run(64, 1));
    make_deadly(add(study_run(64, 2)));
    make_deadly(add(study_run(64, 3)));
    add(study_run(64, 4));
    const Outcome outcome = analyze(results());
    EXPECT_EQ(outcome.exit_code, 3);
    EXPECT_TRUE(contains(outcome.text, "Skipped files (2):")) << outcome.text;
    EXPECT_TRUE(contains(outcome.text, "2 files, 2 runs counted"));
}

TEST_F(AnalyzeProgram, PrintsTheNumberOfSeedsOfEachRow) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        add(study_run(64, seed));
        if (seed <= 2) {
            add(study_run(128, seed));
        }
    }
    add(study_run(256, 1));
    const Outcome outcome = analyze(results());
    EXPECT_EQ(outcome.exit_code, 0);
    // 2.776445 * sqrt(2.5) * 0.01 / sqrt(5) and 12.7062 * sqrt(0.5) * 0.01 / sqrt(2)
    EXPECT_TRUE(contains(outcome.text, "none  5  0.3300±0.0196")) << outcome.text;
    EXPECT_TRUE(contains(outcome.text, "none  2  0.3150±0.0635")) << outcome.text;
    EXPECT_TRUE(contains(outcome.text, "none  1     0.3100±n/a")) << outcome.text;
}

TEST_F(AnalyzeProgram, GivesAWiderIntervalAtAHigherConfidence) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        add(study_run(64, seed));
    }
    // t(0.995, 2) = 9.924843
    EXPECT_TRUE(contains(analyze(results() + " --confidence 0.99").text, "0.3200±0.0573"));
}

TEST_F(AnalyzeProgram, NamesARunInProgress) {
    add(study_run(64, 1));
    add(ended(study_run(64, 2), RunStatus::running, ""));
    const Outcome outcome = analyze(results());
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_TRUE(contains(outcome.text, "In no mean, in progress (1):")) << outcome.text;
}

TEST_F(AnalyzeProgram, EndsWith3WhereNoRunCounts) {
    add(ended(study_run(64, 1), RunStatus::running, ""));
    EXPECT_EQ(analyze(results()).exit_code, 3);
    EXPECT_EQ(analyze((folder_ / "none").string()).exit_code, 3);
}

TEST_F(AnalyzeProgram, EndsWith2ForAWrongOption) {
    const Outcome outcome = run_program("--outptu x y");
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_TRUE(contains(outcome.text, "did you mean --output?")) << outcome.text;
}

TEST_F(AnalyzeProgram, EndsWith1WhereItCannotWrite) {
    add(study_run(64, 1));
    std::ofstream(folder_ / "report") << "a file where the folder belongs";
    EXPECT_EQ(analyze(results()).exit_code, 1);
    EXPECT_EQ(run_program(results() + " --output " + (folder_ / "out").string() + " > /dev/full")
                  .exit_code,
              1);
}

TEST_F(AnalyzeProgram, ReadsWhileARunIsBeingWritten) {
    add(study_run(64, 1));
    std::ofstream(folder_ / "results/.batch_size-64_seed-2.h5.tmp") << "half a file";
    std::ofstream(folder_ / "results/.batch_size-64_seed-2.lock") << "kernel-lock\nhost h\n";
    EXPECT_EQ(analyze(results()).exit_code, 0);
}

}  // namespace
}  // namespace batchscope::tests_of_analyze
