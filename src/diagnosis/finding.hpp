#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"

namespace batchscope {

enum class Outcome { ok, warning, failed, not_checked };

/// What one check found, in words for people.
struct Finding {
    Outcome outcome = Outcome::ok;
    std::string what;    ///< what was looked at, and what was seen
    std::string remedy;  ///< what to do about it; empty where nothing is wrong
};

[[nodiscard]] Finding passed(std::string what);
[[nodiscard]] Finding warned(std::string what, std::string remedy);
[[nodiscard]] Finding failed(std::string what, std::string remedy);
/// `what` says why it could not be checked.
[[nodiscard]] Finding not_checked(std::string what);

/// "12.3 us", "4.56 ms", "1.20 s".
[[nodiscard]] std::string seconds_text(double seconds);

/// "4 ranks, as srun counts ........ ok" in 80 columns, long ones over several lines, the remedy
/// below. No line break at the end.
[[nodiscard]] std::string finding_text(const Finding& finding);

/// The last line: whether to train on this machine.
[[nodiscard]] std::string verdict_text(const std::vector<Finding>& findings);

/// Environment where a check failed, else success: warnings do not stop a job script.
[[nodiscard]] ExitCode exit_code_of(const std::vector<Finding>& findings);

}  // namespace batchscope
