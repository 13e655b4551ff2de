#include "core/log.hpp"

#include <cmath>
#include <cstdio>
#include <mutex>
#include <sstream>

namespace batchscope {

namespace {

bool speaker = true;

// The watchdog's thread may speak at any time.
std::mutex prefix_mutex;
std::string line_prefix;

/// One write, so that lines of several ranks do not mix on their way through the launcher.
void print(std::FILE* stream, const std::string& text) {
    const std::lock_guard lock(prefix_mutex);
    std::string printed;
    std::istringstream lines(text + "\n");
    for (std::string line; std::getline(lines, line);) {
        printed += line_prefix + line + "\n";
    }
    std::fputs(printed.c_str(), stream);
    std::fflush(stream);
}

}  // namespace

void set_speaker(bool speaks, const std::string& prefix) {
    const std::lock_guard lock(prefix_mutex);
    speaker = speaks;
    line_prefix = prefix;
}

bool is_speaker() {
    return speaker;
}

void say(const std::string& line) {
    if (speaker) {
        print(stdout, line);
    }
}

void warn(const std::string& line) {
    if (speaker) {
        std::fflush(stdout);
        print(stderr, "warning: " + line);
    }
}

void say_error(const std::string& message) noexcept {
    std::fflush(stdout);
    print(stderr, "error: " + message);
}

std::string duration_text(double seconds) {
    // Estimates may be NaN or infinite; no whole number holds those, nor anything near 1e19.
    if (!(seconds >= 0 && seconds < 1e15)) {
        return "?";
    }
    const auto whole = static_cast<long long>(std::llround(seconds));
    if (whole < 60) {
        return fmt::format("{} s", whole);
    }
    if (whole < 3600) {
        return fmt::format("{} min {} s", whole / 60, whole % 60);
    }
    return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace batchscope
