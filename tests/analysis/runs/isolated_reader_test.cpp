#include "analysis/runs/isolated_reader.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

#include "core/error.hpp"

namespace batchscope::tests_of_isolated_reader {
namespace {

namespace fs = std::filesystem;

/// What becomes of each file: its study name, or the reason why there is none.
std::vector<std::string> outcomes(const std::vector<fs::path>& files,
                                  const std::function<AnalyzedRun(const fs::path&)>& read) {
    std::vector<std::string> texts;
    read_in_child_processes(files, read, [&](const fs::path& file, const ReadOutcome& outcome) {
        EXPECT_EQ(file, files.at(texts.size()));
        const auto* run = std::get_if<AnalyzedRun>(&outcome);
        texts.push_back(run != nullptr ? run->study : std::get<std::string>(outcome));
    });
    return texts;
}

AnalyzedRun named_after(const fs::path& file) {
    AnalyzedRun run;
    run.file = file;
    run.study = file.string();
    return run;
}

const std::string crash_reason = "the HDF5 library crashes or hangs on it";

TEST(IsolatedReader, HandsOverRunsAndReasonsInOrder) {
    const auto read = [](const fs::path& file) {
        if (file == "bad") {
            throw data_error("no good", "remove it");
        }
        return named_after(file);
    };
    EXPECT_EQ(outcomes({"b", "bad", "a"}, read), (std::vector<std::string>{"b", "no good", "a"}));
    EXPECT_TRUE(outcomes({}, read).empty());
}

TEST(IsolatedReader, SurvivesFilesThatEndTheProcess) {
    const auto read = [](const fs::path& file) {
        if (file == "crash") {
            std::raise(SIGKILL);
        }
        return named_after(file);
    };
    EXPECT_EQ(outcomes({"crash", "a", "crash", "crash", "b", "crash"}, read),
              (std::vector<std::string>{crash_reason, "a", crash_reason, crash_reason, "b",
                                        crash_reason}));
}

TEST(IsolatedReader, DoesNotBlameAFileForTheDamageOfOneBefore) {
    bool damaged = false;
    const auto read = [&damaged](const fs::path& file) {
        if (damaged) {
            std::raise(SIGKILL);
        }
        damaged = file == "damages memory";
        return named_after(file);
    };
    EXPECT_EQ(outcomes({"a", "damages memory", "b", "c"}, read),
              (std::vector<std::string>{"a", "damages memory", "b", "c"}));
}

TEST(IsolatedReader, ManyFilesDoNotFillThePipe) {
    const std::vector<fs::path> files(20'000, "a");
    EXPECT_EQ(outcomes(files, named_after), std::vector<std::string>(files.size(), "a"));
}

}  // namespace
}  // namespace batchscope::tests_of_isolated_reader
