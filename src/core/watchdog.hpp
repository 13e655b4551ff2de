#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace batchscope {

/// Ends a process whose collective makes no progress: nothing else ends the survivors when a rank
/// hangs or, under srun, when a node is lost. A thread looks at the collective in progress five
/// times a second.
class Watchdog {
  public:
    using Seconds = std::chrono::duration<double>;

    struct Actions {
        /// The collective `what` has made no progress for too long; must end the process.
        std::function<void(const char* what, Seconds waited)> stalled;
        /// The launcher asked this process to end while it waits for another rank (a lost rank):
        /// called once; what can be noted must be noted within a second.
        std::function<void(const char* what)> abandoned;
    };

    /// `timeout`: how long one collective may take. Absent: 45 s beyond the longest seen.
    Watchdog(std::optional<Seconds> timeout, Actions actions);
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    /// While it lives, the calling thread is inside the collective `what` (a string literal).
    class Scope {
      public:
        Scope(Watchdog& watchdog, const char* what);
        ~Scope();
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

      private:
        Watchdog& watchdog_;
        std::int64_t start_;
    };

    /// Total time spent inside scopes, in seconds.
    [[nodiscard]] double seconds_inside() const;

  private:
    void watch();

    std::optional<Seconds> timeout_;
    Actions actions_;
    std::atomic<std::int64_t> entered_{0};  ///< steady clock, nanoseconds; 0 = in no collective
    std::atomic<const char*> what_{""};
    std::atomic<std::int64_t> longest_{0};
    std::atomic<std::int64_t> total_{0};
    std::mutex mutex_;
    std::condition_variable wake_;
    bool ended_ = false;
    std::thread thread_;
};

}  // namespace batchscope
