#include "core/watchdog.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <thread>

namespace batchscope::tests_of_watchdog {
namespace {

using namespace std::chrono_literals;
using Seconds = Watchdog::Seconds;

/// What a watchdog reported; read after its destructor, or while it lives.
struct Reports {
    std::atomic<int> stalled{0};
    std::atomic<double> waited{0};
    std::atomic<const char*> what{""};
    std::atomic<int> abandoned{0};

    Watchdog::Actions actions() {
        return {[this](const char* collective, Seconds time) {
                    what = collective;
                    waited = time.count();
                    ++stalled;
                },
                [this](const char*) { ++abandoned; }};
    }
};

bool within(std::chrono::milliseconds limit, const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) {
            return false;
        }
        std::this_thread::sleep_for(5ms);
    }
    return true;
}

TEST(Watchdog, ReportsACollectiveThatTakesLongerThanTheLimit) {
    Reports reports;
    Watchdog watchdog(Seconds(0.3), reports.actions());
    const Watchdog::Scope scope(watchdog, "a sum that hangs");
    ASSERT_TRUE(within(5000ms, [&] { return reports.stalled > 0; }));
    EXPECT_STREQ(reports.what.load(), "a sum that hangs");
    EXPECT_GT(reports.waited, 0.3);
    EXPECT_LT(reports.waited, 5.0);
}

TEST(Watchdog, IsSilentWhileCollectivesEndInTimeAndBetweenThem) {
    Reports reports;
    {
        Watchdog watchdog(Seconds(0.5), reports.actions());
        // Together far longer than the limit, each far shorter: the clock starts anew with each.
        for (int i = 0; i < 12; ++i) {
            const Watchdog::Scope scope(watchdog, "a short sum");
            std::this_thread::sleep_for(60ms);
        }
        std::this_thread::sleep_for(700ms);  // computing, in no collective
    }
    EXPECT_EQ(reports.stalled, 0);
    EXPECT_EQ(reports.abandoned, 0);
}

TEST(Watchdog, WaitsFarLongerThanASecondWithoutALimit) {
    Reports reports;
    {
        Watchdog watchdog(std::nullopt, reports.actions());
        const Watchdog::Scope scope(watchdog, "a sum");
        std::this_thread::sleep_for(700ms);
    }
    EXPECT_EQ(reports.stalled, 0);
}

TEST(Watchdog, AddsUpTheTimeInsideCollectivesOnly) {
    Reports reports;
    Watchdog watchdog(std::nullopt, reports.actions());
    EXPECT_EQ(watchdog.seconds_inside(), 0.0);
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 2; ++i) {
        const Watchdog::Scope scope(watchdog, "a sum");
        std::this_thread::sleep_for(50ms);
    }
    const double outer = Seconds(std::chrono::steady_clock::now() - start).count();
    EXPECT_GE(watchdog.seconds_inside(), 0.1);
    EXPECT_LE(watchdog.seconds_inside(), outer);
    const double before = watchdog.seconds_inside();
    std::this_thread::sleep_for(50ms);
    EXPECT_EQ(watchdog.seconds_inside(), before);
}

TEST(Watchdog, EndsAtOnceWithItsOwner) {
    Reports reports;
    const auto start = std::chrono::steady_clock::now();
    { const Watchdog watchdog(Seconds(100), reports.actions()); }
    EXPECT_LT(std::chrono::steady_clock::now() - start, 150ms);
}

}  // namespace
}  // namespace batchscope::tests_of_watchdog
