#pragma once

#include <cstdint>
#include <vector>

#include "../../results/temporary_folder.hpp"
#include "analysis/answers/study_answers.hpp"
#include "analysis/runs/run_collection.hpp"
#include "results/result_file.hpp"
#include "tests/analysis/synthetic_record.hpp"

namespace batchscope {

inline constexpr std::int64_t synthetic_batch_sizes[] = {16, 64, 256, 1024};
inline constexpr std::uint64_t synthetic_seeds = 5;

/// The runs of a study in memory, as one recipe.
class SyntheticStudy {
  public:
    SyntheticStudy(const SyntheticTruth& truth, std::uint64_t repetition) {
        for (const std::int64_t batch_size : synthetic_batch_sizes) {
            for (std::uint64_t seed = 1; seed <= synthetic_seeds; ++seed) {
                runs_.push_back(
                    make_run("run.h5", synthetic_record(truth, batch_size, seed, repetition)));
            }
        }
        auto run = runs_.begin();
        for (const std::int64_t batch_size : synthetic_batch_sizes) {
            Arm& arm = recipe_.arms.emplace_back();
            arm.batch_size = batch_size;
            for (std::uint64_t seed = 1; seed <= synthetic_seeds; ++seed) {
                arm.runs.emplace(seed, &*run++);
            }
        }
    }
    SyntheticStudy(const SyntheticStudy&) = delete;
    SyntheticStudy& operator=(const SyntheticStudy&) = delete;

    [[nodiscard]] const Recipe& recipe() const { return recipe_; }

  private:
    std::vector<AnalyzedRun> runs_;
    Recipe recipe_;
};

inline const Target loss_of_one{TargetMetric::validation_loss, 1.0, TargetOrigin::given};

/// Runs that come to loss_of_one between evaluations: of batch 16 in the 12th epoch, of 1024 in the
/// 56th.
inline SyntheticTruth truth_of_curves(double accuracy_per_doubling) {
    SyntheticTruth truth;
    truth.accuracy_per_doubling = accuracy_per_doubling;
    truth.step_noise = 0.1;
    truth.train_examples = 800;
    truth.epochs = 90;
    truth.steps_per_row = 1;
    return truth;
}

inline CriticalBatchFit critical_batch_in_process(const SyntheticTruth& truth,
                                                  std::uint64_t repetition) {
    const SyntheticStudy study(truth, repetition);
    return observed_critical_batch(time_to_target(study.recipe(), loss_of_one, 0.95), 0.95).fit;
}

[[nodiscard]] inline bool covers(const CriticalBatchFit& fit, const SyntheticTruth& truth) {
    return fit.status == CriticalBatchStatus::fitted && fit.lower <= truth.critical_batch &&
           truth.critical_batch <= fit.upper;
}

/// What the answers to the same study are when its runs go through files, the collection and the
/// summary.
template <class Ask>
auto through_files(const SyntheticTruth& truth, std::uint64_t repetition,
                   const AnswerOptions& options, Ask ask) {
    const TemporaryFolder folder;
    for (const std::int64_t batch_size : synthetic_batch_sizes) {
        for (std::uint64_t seed = 1; seed <= synthetic_seeds; ++seed) {
            const RunRecord record = synthetic_record(truth, batch_size, seed, repetition);
            write_result(folder / synthetic_file(record), record);
        }
    }
    const RunCollection collection = collect_runs({folder.path()});
    const std::vector<StudySummary> studies = summarise(collection, 0.95);
    return ask(answer_all(studies.front(), options));
}

}  // namespace batchscope
