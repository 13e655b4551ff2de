#include "runs/work_source.hpp"

#include "core/log.hpp"
#include "core/stop_request.hpp"

namespace batchscope {

std::optional<std::size_t> WorkInOrder::next() {
    if (next_ == count_) {
        return std::nullopt;
    }
    if (!communicator_.agree(stop_signal() == 0)) {
        say("Stopped on request before the next {}; start again to go on.", piece_);
        stopped_ = true;
        return std::nullopt;
    }
    return next_++;
}

ExitCode WorkInOrder::finish(ExitCode own) {
    return stopped_ ? ExitCode::stopped : own;
}

ExitCode WorkInOrder::give_up(const AgreedError& error) {
    throw error;
}

}  // namespace batchscope
