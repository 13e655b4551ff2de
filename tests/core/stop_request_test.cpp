#include "core/stop_request.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <functional>
#include <optional>
#include <thread>

#include "core/watchdog.hpp"

namespace batchscope::tests_of_stop_request {
namespace {

/// Runs `body` in a child process, since the state of signals is one per process. Returns its exit
/// code, or -signal if one killed it.
int in_child(const std::function<int()>& body) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(body());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(StopRequest, NoSignalIsSeenBeforeOneComes) {
    EXPECT_EQ(in_child([] {
                  install_stop_handlers();
                  return stop_signal();
              }),
              0);
}

TEST(StopRequest, NotesEachOfItsSignalsInsteadOfDying) {
    for (const int signal_number : {SIGUSR1, SIGUSR2, SIGTERM}) {
        EXPECT_EQ(in_child([&] {
                      install_stop_handlers();
                      std::raise(signal_number);
                      return stop_signal();
                  }),
                  signal_number);
    }
}

TEST(StopRequest, InterruptStillKills) {
    EXPECT_EQ(in_child([] {
                  std::signal(SIGINT, SIG_DFL);
                  install_stop_handlers();
                  std::raise(SIGINT);
                  return 0;
              }),
              -SIGINT);
}

// The job script starts the program with them blocked, so that none arrives before the handlers
// stand.
TEST(StopRequest, ReceivesASignalThatCameWhileItWasBlocked) {
    EXPECT_EQ(in_child([] {
                  sigset_t signals;
                  sigemptyset(&signals);
                  sigaddset(&signals, SIGUSR1);
                  sigprocmask(SIG_BLOCK, &signals, nullptr);
                  std::raise(SIGUSR1);
                  install_stop_handlers();
                  return stop_signal();
              }),
              SIGUSR1);
}

TEST(StopRequest, SystemCallsGoOnAfterASignal) {
    EXPECT_EQ(in_child([] {
                  install_stop_handlers();
                  int ends[2];
                  if (::pipe(ends) != 0) {
                      return 2;
                  }
                  std::thread writer([&, reader = ::pthread_self()] {
                      std::this_thread::sleep_for(std::chrono::milliseconds(100));
                      ::pthread_kill(reader, SIGUSR1);
                      std::this_thread::sleep_for(std::chrono::milliseconds(100));
                      (void)!::write(ends[1], "x", 1);
                  });
                  char byte = 0;
                  const auto count = ::read(ends[0], &byte, 1);
                  writer.join();
                  return count == 1 && byte == 'x' && stop_signal() == SIGUSR1 ? 0 : 1;
              }),
              0);
}

TEST(StopRequest, OfAnotherRankCountsLikeASignal) {
    EXPECT_EQ(in_child([] {
                  install_stop_handlers();
                  request_stop();
                  return stop_signal();
              }),
              SIGUSR1);
}

// The watchdog must know that the launcher ends the job, whatever was asked before.
TEST(StopRequest, OfAnotherRankHidesNoSignal) {
    EXPECT_EQ(in_child([] {
                  install_stop_handlers();
                  std::raise(SIGTERM);
                  request_stop();
                  return stop_signal();
              }),
              SIGTERM);
    EXPECT_EQ(in_child([] {
                  install_stop_handlers();
                  request_stop();
                  std::raise(SIGTERM);
                  return stop_signal();
              }),
              SIGTERM);
}

/// How often a watchdog reports an abandoned collective within a second after `signal_number`.
int abandoned_reports(int signal_number, bool in_collective) {
    return in_child([&] {
        install_stop_handlers();
        std::atomic<int> abandoned{0};
        Watchdog watchdog(Watchdog::Seconds(100), {[](const char*, Watchdog::Seconds) {},
                                                   [&](const char*) { ++abandoned; }});
        std::optional<Watchdog::Scope> scope;
        if (in_collective) {
            scope.emplace(watchdog, "a sum");
        }
        std::raise(signal_number);
        std::this_thread::sleep_for(std::chrono::milliseconds(1500));
        return abandoned.load();
    });
}

// mpirun sends SIGTERM when it has lost a rank; the survivors then wait for that rank.
TEST(StopRequest, TheWatchdogReportsOnceThatALauncherEndsAWaitingRank) {
    EXPECT_EQ(abandoned_reports(SIGTERM, true), 1);
    EXPECT_EQ(abandoned_reports(SIGTERM, false), 0);
    EXPECT_EQ(abandoned_reports(SIGUSR1, true), 0);
}

}  // namespace
}  // namespace batchscope::tests_of_stop_request
