#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>

namespace batchscope {

/// One rank of a job speaks; the others are silent except for their own failure. Where several
/// groups of ranks work side by side, one of each speaks, and `prefix` stands before each of its
/// lines.
void set_speaker(bool speaks, const std::string& prefix = {});
[[nodiscard]] bool is_speaker();

/// Prints one line, or several, to standard output (flushed, so that a log file is current) if this
/// rank speaks.
void say(const std::string& line);
template <class... Arguments>
void say(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    say(fmt::format(format, std::forward<Arguments>(arguments)...));
}

/// Prints "warning: ..." to standard error if this rank speaks.
void warn(const std::string& line);

/// Prints "error: ..." to standard error, whoever speaks.
void say_error(const std::string& message) noexcept;

/// "3 min 20 s", for messages.
[[nodiscard]] std::string duration_text(double seconds);

}  // namespace batchscope
