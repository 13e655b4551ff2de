#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "communication/communicator.hpp"
#include "core/error.hpp"

namespace batchscope {

/// Where the ranks of a group get their next piece of work from, and how they come to an end that
/// all groups share. All members are collective over the group.
class WorkSource {
  public:
    virtual ~WorkSource() = default;

    /// The position of the next piece in the list of work; absent when none is left or a stop was
    /// requested.
    [[nodiscard]] virtual std::optional<std::size_t> next() = 0;

    /// After the last piece: waits for the other groups. `own`: success, stopped, or run_time where
    /// a piece failed and the others went on. Returns the exit code of the job.
    [[nodiscard]] virtual ExitCode finish(ExitCode own) = 0;

    /// The same after an error that ends the job.
    [[nodiscard]] virtual ExitCode give_up(const AgreedError& error) = 0;
};

/// One group of all ranks does one piece after the other.
class WorkInOrder final : public WorkSource {
  public:
    /// `piece`: what one is called in messages: "point".
    WorkInOrder(std::size_t count, std::string piece, Communicator& communicator)
        : count_(count), piece_(std::move(piece)), communicator_(communicator) {}

    [[nodiscard]] std::optional<std::size_t> next() override;
    [[nodiscard]] ExitCode finish(ExitCode own) override;
    /// Throws `error`: all ranks know of it.
    [[nodiscard]] ExitCode give_up(const AgreedError& error) override;

  private:
    std::size_t count_;
    std::string piece_;
    Communicator& communicator_;
    std::size_t next_ = 0;
    bool stopped_ = false;
};

}  // namespace batchscope
