// How often the interval of the critical batch holds the true one, from whole runs with evaluations
// at epochs: 5,000 studies in process (the fit alone: 20,000 of each design, in
// statistics/critical_batch_coverage_test.cpp), 200 through result files.

#include <gtest/gtest.h>

#include "tests/analysis/answers/synthetic_study.hpp"
#include "tests/analysis/calibration.hpp"

namespace batchscope::tests_of_critical_batch_calibration {
namespace {

constexpr std::uint64_t repetitions = repetitions_of(5000);

TEST(CriticalBatchOfRuns, IntervalCoversTheTruthAsOftenAsPromised) {
    const SyntheticTruth truth = truth_of_curves(0);
    double covered = 0;
    for (std::uint64_t repetition = 0; repetition < repetitions; ++repetition) {
        covered += covers(critical_batch_in_process(truth, repetition), truth) ? 1 : 0;
    }
    const double coverage = covered / static_cast<double>(repetitions);
    RecordProperty("coverage", std::to_string(coverage));
    EXPECT_GE(coverage, 0.92 - slack_of(repetitions));
    EXPECT_LE(coverage, 0.97 + slack_of(repetitions));
}

}  // namespace
}  // namespace batchscope::tests_of_critical_batch_calibration
