#include "analysis/runs/standing.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "../example_study.hpp"
#include "results/ended_from_outside.hpp"

namespace batchscope::tests_of_standing {
namespace {

AnalyzedRun failed_run(const std::string& reason) {
    AnalyzedRun run = make_run("a.h5", study_run(64, 1));
    run.status = RunStatus::failed;
    run.reason = reason;
    return run;
}

TEST(StandingOf, CountsOnlyCompleteRunsThatLearned) {
    AnalyzedRun run = make_run("a.h5", study_run(64, 1));
    EXPECT_EQ(standing_of(run), Standing::counted);
    run.collapsed = true;
    EXPECT_EQ(standing_of(run), Standing::collapsed);
    for (const auto& [status, standing] :
         std::vector<std::pair<RunStatus, Standing>>{{RunStatus::running, Standing::in_progress},
                                                     {RunStatus::stopped, Standing::stopped},
                                                     {RunStatus::failed, Standing::failed},
                                                     {RunStatus::diverged, Standing::diverged}}) {
        run.status = status;
        EXPECT_EQ(standing_of(run), standing);
    }
    run = make_run("a.h5", study_run(64, 1));
    run.metrics.train_loss = unknown;
    EXPECT_EQ(standing_of(run), Standing::without_metrics);
}

TEST(StandingOf, TellsWhatARunFailedOf) {
    EXPECT_EQ(standing_of(failed_run("CUDA out of memory. Tried to allocate 2.00 GiB")),
              Standing::out_of_memory);
    EXPECT_EQ(standing_of(failed_run("cannot read the data")), Standing::failed);
    // As src/runs writes them.
    for (const char* reason :
         {"the process that wrote this run was killed",
          "no progress in the sum of gradients for 45 s: another rank hangs or is lost",
          "no sign of life from rank 1 for 40 s: it hangs or is lost",
          "the launcher ended the job while rank 0 waited in a barrier: a rank was lost"}) {
        EXPECT_EQ(standing_of(failed_run(reason)), Standing::interrupted) << reason;
    }
}

TEST(FateOf, ARunThatCameToNothingIsLostAndOneThatWasEndedSaysNothing) {
    EXPECT_EQ(fate_of(Standing::counted), Fate::counted);
    for (const Standing standing :
         {Standing::diverged, Standing::collapsed, Standing::out_of_memory, Standing::failed}) {
        EXPECT_EQ(fate_of(standing), Fate::lost);
    }
    for (const Standing standing : {Standing::interrupted, Standing::stopped, Standing::in_progress,
                                    Standing::without_metrics, Standing::without_its_target}) {
        EXPECT_EQ(fate_of(standing), Fate::unfinished);
    }
    EXPECT_EQ(lost_of({{Standing::diverged, 2}, {Standing::stopped, 4}, {Standing::failed, 1}}), 3);
}

TEST(RanOutOfMemory, ReadsTheReasonOfAFailedRun) {
    AnalyzedRun run;
    run.status = RunStatus::failed;
    for (const char* reason :
         {"out of memory on rank 1", "CUDA out of memory. Tried to allocate 2.00 GiB",
          "DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes",
          "cuDNN error: CUDNN_STATUS_ALLOC_FAILED", "std::bad_alloc"}) {
        run.reason = reason;
        EXPECT_TRUE(ran_out_of_memory(run)) << reason;
    }
    run.reason = "the process that wrote this run was killed";
    EXPECT_FALSE(ran_out_of_memory(run));
    run.reason = "out of memory";
    run.status = RunStatus::complete;
    EXPECT_FALSE(ran_out_of_memory(run));
}

}  // namespace
}  // namespace batchscope::tests_of_standing
