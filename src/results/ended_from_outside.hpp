#pragma once

#include <string>
#include <string_view>

namespace batchscope {

/// How the reason of a "failed" run begins or ends that another process marked: its job, host or
/// queue ended it, and nothing is known of how it would have gone on. Who marks a run so says one
/// of these; the analysis tells such a run from one that failed on its own.
namespace ended_from_outside {
inline constexpr std::string_view writer_killed = "the process that wrote this run was killed";
inline constexpr std::string_view rank_hangs_or_lost = "hangs or is lost";  ///< the end of a reason
inline constexpr std::string_view rank_lost = "a rank was lost";            ///< the end of a reason
}  // namespace ended_from_outside

/// Whether the reason of a failed run is one of these.
[[nodiscard]] bool was_ended_from_outside(std::string_view reason);

}  // namespace batchscope
