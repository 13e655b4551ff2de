#include "core/log.hpp"

#include <cmath>
#include <cstdio>

namespace batchscope {

namespace {
bool speaker = true;
}

void set_speaker(bool speaks) {
    speaker = speaks;
}

bool is_speaker() {
    return speaker;
}

void say(const std::string& line) {
    if (speaker) {
        std::fputs((line + "\n").c_str(), stdout);
        std::fflush(stdout);
    }
}

void warn(const std::string& line) {
    if (speaker) {
        std::fflush(stdout);
        std::fputs(("warning: " + line + "\n").c_str(), stderr);
    }
}

void say_error(const std::string& message) noexcept {
    std::fflush(stdout);
    std::fputs(("error: " + message + "\n").c_str(), stderr);
    std::fflush(stderr);
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
