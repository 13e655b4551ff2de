// How often the interval of the critical batch holds the true one, from whole runs with evaluations
// at epochs: 5,000 studies in process (the fit alone: 20,000 of each design, in
// statistics/critical_batch_coverage_test.cpp), 200 through result files.

#include <gtest/gtest.h>

#include "tests/analysis/answers/synthetic_study.hpp"

namespace batchscope {
namespace {

#ifdef NDEBUG
constexpr std::uint64_t repetitions = 5000;
#else
constexpr std::uint64_t repetitions = 200;  // sanitizers are slow
#endif

TEST(CriticalBatchOfRuns, IntervalCoversTheTruthAsOftenAsPromised) {
    const SyntheticTruth truth = truth_of_curves(0);
    double covered = 0;
    for (std::uint64_t repetition = 0; repetition < repetitions; ++repetition) {
        covered += covers(critical_batch_in_process(truth, repetition), truth) ? 1 : 0;
    }
    const double coverage = covered / static_cast<double>(repetitions);
    RecordProperty("coverage", std::to_string(coverage));
    EXPECT_GE(coverage, repetitions < 5000 ? 0.88 : 0.92);
    EXPECT_LE(coverage, repetitions < 5000 ? 1 : 0.97);
}

}  // namespace
}  // namespace batchscope
