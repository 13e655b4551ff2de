#include "runs/work_loop.hpp"

#include <exception>

#include "communication/cuda_device.hpp"
#include "core/failure_text.hpp"
#include "core/log.hpp"

namespace batchscope {

namespace {

// A failure on all ranks alike (out of memory) reaches them within a step; one rank's own never
// does.
constexpr double patience_seconds = 5.0;

/// To be called while an exception is handled: its text, where all ranks failed alike and are in
/// step again. Where this rank failed alone the exception is thrown again. Collective over the
/// ranks that failed.
std::string failure_of_all_ranks(Communicator& communicator) {
    std::string reason = failure_text(std::current_exception());
    if (!communicator.failed_together(patience_seconds)) {
        throw;
    }
    return reason;
}

Work::Outcome try_piece(Work& work, std::size_t position, Communicator& communicator) {
    try {
        return work.work_on(position);
    } catch (const AgreedStop&) {
        say("Stopped on request; start the same command again to go on.");
        return Work::Outcome::stopped;
    } catch (const AgreedError& error) {
        if (!work.refuses(error)) {
            throw;
        }
        return Work::Outcome::refused;
    } catch (...) {
        const std::string reason = failure_of_all_ranks(communicator);
        if (communicator.rank() == 0) {
            work.failed(position, reason);
        }
        return Work::Outcome::failed;
    }
}

}  // namespace

WorkDone work_through(WorkSource& source, Work& work, Communicator& communicator) {
    WorkDone done;
    while (const auto position = source.next()) {
        const Work::Outcome outcome = try_piece(work, *position, communicator);
        work.ended();
        release_device_memory();
        switch (outcome) {
            case Work::Outcome::done:
                ++done.done;
                break;
            case Work::Outcome::refused:
                ++done.refused;
                break;
            case Work::Outcome::failed:
                ++done.failed;
                break;
            case Work::Outcome::stopped:
                done.stopped = true;
                return done;
        }
    }
    return done;
}

}  // namespace batchscope
