#pragma once

#include <map>
#include <string>

#include "core/random.hpp"
#include "tests/analysis/questions/made_up_study.hpp"

namespace batchscope {

/// Five runs of a batch size whose final validation loss and seconds have these means, with normal
/// noise of 0.002 and of 1 %.
inline void add_timed_runs(MadeUpStudy& study, std::int64_t batch_size, double loss, double seconds,
                           std::uint64_t seeds = 5,
                           const std::map<std::string, AttributeValue>& axes = {}) {
    const RandomStream noise(static_cast<std::uint64_t>(batch_size), RandomPurpose::probe);
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        AnalyzedRun& run = study.add(batch_size, seed, axes);
        run.history.validation_loss.back() = loss + 0.002 * noise.normal(2 * seed);
        run.history.seconds.back() = seconds * (1 + 0.01 * noise.normal(2 * seed + 1));
    }
}

}  // namespace batchscope
