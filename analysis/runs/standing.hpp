#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "analysis/runs/run.hpp"

namespace batchscope {

/// What became of a run.
enum class Standing {
    counted,  ///< it is in means
    collapsed,
    diverged,
    out_of_memory,
    failed,       ///< on its own, for another reason
    interrupted,  ///< failed, since its job, host or queue ended it
    stopped,      ///< by a person or the queue; it can be resumed
    in_progress,
    without_metrics,     ///< complete, but its last row has no finite train loss
    without_its_target,  ///< an alias of a run that is not among the files
};
[[nodiscard]] std::string to_string(Standing standing);

/// Of a run that is no alias.
[[nodiscard]] Standing standing_of(const AnalyzedRun& run);

/// What a run says of its batch size.
enum class Fate {
    counted,
    lost,        ///< the worst outcome that there is: trained so, a run comes to nothing
    unfinished,  ///< nothing: a person, the queue or the machine ended it, or it is not over
};
[[nodiscard]] Fate fate_of(Standing standing);

/// Whether a failed run ran out of memory, by the reason that its file gives: that of the C++
/// library ("out of memory" for std::bad_alloc), LibTorch on a GPU ("CUDA out of memory") and on
/// the CPU ("can't allocate memory"), cuBLAS and cuDNN ("ALLOC_FAILED").
[[nodiscard]] bool ran_out_of_memory(const AnalyzedRun& run);

/// How many runs, by what became of them.
using Standings = std::map<Standing, std::int64_t>;

/// How many of these are lost.
[[nodiscard]] std::int64_t lost_of(const Standings& standings);

}  // namespace batchscope
