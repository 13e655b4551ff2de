#include "runs/progress_display.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "core/log.hpp"

namespace batchscope {

namespace {

constexpr auto bar_interval = std::chrono::milliseconds(200);
constexpr auto line_interval = std::chrono::seconds(30);
constexpr int bar_width = 24;

}  // namespace

bool output_is_terminal() {
    if (isatty(STDOUT_FILENO) == 0) {
        return false;
    }
    if (std::getenv("OMPI_COMM_WORLD_SIZE") == nullptr) {
        return true;
    }
    std::error_code error;
    const auto target =
        std::filesystem::read_symlink(fmt::format("/proc/{}/fd/1", getppid()), error);
    return !error && target.string().starts_with("/dev/pts/");
}

ProgressDisplay::ProgressDisplay(std::string title)
    : title_(std::move(title)),
      terminal_(output_is_terminal()),
      start_(std::chrono::steady_clock::now()),
      last_(start_) {}

void ProgressDisplay::update(const TrainingProgress& progress) {
    if (!is_speaker()) {
        return;
    }
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < (terminal_ ? std::chrono::nanoseconds(bar_interval)
                                 : std::chrono::nanoseconds(line_interval))) {
        return;
    }
    last_ = now;
    const double elapsed = std::chrono::duration<double>(now - start_).count();
    const double left =
        progress.fraction > 0 ? elapsed * (1.0 - progress.fraction) / progress.fraction : -1;
    const std::string activity =
        progress.measuring.empty()
            ? fmt::format("{:.0f} examples/s  {} left", progress.examples_per_second,
                          duration_text(left))
            : fmt::format("measuring {}, {}", progress.measuring, duration_text(elapsed));
    const std::string metrics =
        fmt::format("epoch {:.2f}  loss {:.4f}  {}", progress.epoch, progress.train_loss, activity);
    if (!terminal_) {
        say("{}: {}", title_, metrics);
        return;
    }
    const int filled = std::clamp(static_cast<int>(progress.fraction * bar_width), 0, bar_width);
    const std::string bar = std::string(static_cast<std::size_t>(filled), '#') +
                            std::string(static_cast<std::size_t>(bar_width - filled), '.');
    fmt::print("\r\x1b[K{} [{}] {}", title_, bar, metrics);
    std::fflush(stdout);
}

void ProgressDisplay::finish() {
    if (terminal_ && is_speaker()) {
        fmt::print("\r\x1b[K");
        std::fflush(stdout);
    }
}

}  // namespace batchscope
