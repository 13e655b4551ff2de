#include "mpi_program.hpp"

#include <fmt/format.h>

#include "communication/communicator.hpp"
#include "core/failure_text.hpp"
#include "core/log.hpp"

namespace batchscope {

namespace {

int end_together(const Error& error) {
    if (is_speaker()) {
        say_error(error.what());
    }
    return static_cast<int>(error.code());
}

}  // namespace

int run_job(const MpiSession& session, const std::exception_ptr& wrong_options, const Job& job) {
    set_speaker(session.placement().rank == 0);
    CurrentRun current_run;
    try {
        if (wrong_options) {
            std::rethrow_exception(wrong_options);
        }
        return static_cast<int>(job(current_run));
    } catch (const AgreedError& error) {
        return end_together(error);
    } catch (const Error& error) {
        if (wrong_options) {
            return end_together(error);
        }
        current_run.fail(error.problem());
        say_error(fmt::format("{}: {}", session.placement().name, error.what()));
        MpiSession::abort(error.code());
    } catch (...) {
        const std::string reason = failure_text(std::current_exception());
        current_run.fail(reason);
        say_error(fmt::format("{}: {}", session.placement().name, reason));
        MpiSession::abort(ExitCode::run_time);
    }
}

}  // namespace batchscope
