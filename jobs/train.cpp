// batchscope-train: trains one network at every batch size of a grid, on all ranks together.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <exception>
#include <memory>

#include "communication/fat_binary.hpp"
#include "communication/mpi_communicator.hpp"
#include "communication/mpi_session.hpp"
#include "communication/nccl_communicator.hpp"
#include "core/failure_text.hpp"
#include "core/file_io.hpp"
#include "core/log.hpp"
#include "core/stop_request.hpp"
#include "core/version.hpp"
#include "core/watchdog.hpp"
#include "current_run.hpp"
#include "grid_run.hpp"
#include "grid_state.hpp"
#include "process_setup.hpp"
#include "train_options.hpp"

namespace {

using namespace batchscope;

std::string speaker_name(const Placement& placement) {
    return fmt::format("rank {} of {} on {}", placement.rank, placement.size, placement.host);
}

/// Ends this process when a collective hangs. Ranks notice at about the same time: the lower ones
/// speak first, and mpirun ends the others before they do.
Watchdog::Actions watchdog_actions(const Placement& placement, CurrentRun& current_run) {
    return {[placement, &current_run](const char* what, Watchdog::Seconds waited) {
                const std::string reason =
                    fmt::format("no progress in {} for {:.0f} s: another rank hangs or is lost",
                                what, waited.count());
                std::this_thread::sleep_for(std::chrono::milliseconds(300) * placement.rank);
                current_run.fail(reason);
                say_error(
                    fmt::format("{}: {}\n  remedy: look at the other ranks' hosts; a slow file "
                                "system or device may "
                                "need a longer --stall-timeout",
                                speaker_name(placement), reason));
                std::_Exit(static_cast<int>(ExitCode::run_time));
            },
            [placement, &current_run](const char* what) {
                current_run.fail(
                    fmt::format("the launcher ended the job while {} waited in {}: a rank was lost",
                                speaker_name(placement), what));
            }};
}

/// The study as rank 0 reads it: users edit files while jobs wait, and all ranks must see one
/// version.
Study read_study(const TrainOptions& options, Communicator& communicator) {
    std::string text;
    communicator.together([&] {
        if (communicator.rank() == 0) {
            text = read_text_file(options.config);
        }
    });
    text = communicator.broadcast(text);
    Study study;
    communicator.together([&] { study = parse_study(text, options.config, options.overrides); });
    return study;
}

DeviceBinding bind(const TrainOptions& options, Communicator& communicator) {
    DeviceBinding binding;
    BindingQuestion question;
    communicator.together([&] {
        check_world_size(communicator.size(), options.allow_single || options.list);
        question = ask_binding(options.device, options.communication, communicator.placement());
        binding = bind_device(question);
    });
    std::vector<std::string> devices;
    if (options.list) {
        devices = communicator.gather(device_name_for_dry_run(binding, question));
        for (std::size_t rank = 0; rank < devices.size(); ++rank) {
            say("rank {} runs on {}", rank, devices[rank].empty() ? "the CPU" : devices[rank]);
        }
        const auto ordinals = communicator.gather(fmt::format("{}", binding.ordinal.value_or(-1)));
        say("device ordinals: {}", fmt::join(ordinals, " "));
    } else {
        devices = devices_of_ranks(binding, communicator);
    }
    communicator.together([&] { check_sharing(devices, options.communication); });
    return binding;
}

std::string version_text() {
    const auto architectures = compiled_architectures();
    return fmt::format("batchscope-train {} (LibTorch {}, {})", version, libtorch_version(),
                       architectures.empty()
                           ? std::string("CPU only")
                           : fmt::format("GPU code for {}", fmt::join(architectures, " ")));
}

/// What needs no other rank: --print-config and --list.
int answer_alone(const TrainOptions& options) {
    const Study study = load_study(options.config, options.overrides);
    if (options.print_config) {
        say(study.resolved_yaml);
        return 0;
    }
    auto plans = plan_grid(options.output, study, options.overwrite);
    if (options.task) {
        plans = selected_plans(plans, *options.task);
    }
    say(list_text(options.output, study, plans));
    return 0;
}

ExitCode train(const TrainOptions& options, const MpiSession& session, CurrentRun& current_run) {
    std::optional<Watchdog::Seconds> timeout;
    if (options.stall_timeout) {
        timeout = Watchdog::Seconds(*options.stall_timeout);
    }
    Watchdog watchdog(timeout, watchdog_actions(session.placement(), current_run));
    MpiCommunicator messages(session.placement(), watchdog);

    const Study study = read_study(options, messages);
    const DeviceBinding binding = bind(options, messages);
    if (options.list) {
        return ExitCode::success;
    }
    prepare_rank(binding, messages);
    const auto nccl =
        binding.nccl ? make_nccl_communicator(session.placement(), watchdog) : nullptr;
    Communicator& communicator = nccl ? *nccl : messages;

    say("batchscope-train {} on {} rank(s), {}, communication {}", version, communicator.size(),
        binding.ordinal ? "GPU" : "CPU", communicator.name());
    say(study.resolved_yaml);
    return GridRun(options, study, binding, communicator, current_run).run();
}

}  // namespace

int main(int argc, char** argv) {
    install_stop_handlers();
    prepare_process();

    TrainOptions options;
    std::exception_ptr wrong_options;
    try {
        options = parse_train_options(argc, argv);
        if (options.help || options.version) {
            say(options.help ? train_usage() : version_text());
            return 0;
        }
        if (options.runs_alone()) {
            return answer_alone(options);
        }
    } catch (const Error& error) {
        if (options.runs_alone()) {
            say_error(error.what());
            return static_cast<int>(error.code());
        }
        wrong_options = std::current_exception();
    }

    const MpiSession session(argc, argv);
    set_speaker(session.placement().rank == 0);
    CurrentRun current_run;
    try {
        if (wrong_options) {
            std::rethrow_exception(wrong_options);
        }
        return static_cast<int>(train(options, session, current_run));
    } catch (const AgreedError& error) {
        if (is_speaker()) {
            say_error(error.what());
        }
        return static_cast<int>(error.code());
    } catch (const Error& error) {
        if (wrong_options) {
            if (is_speaker()) {
                say_error(error.what());
            }
            return static_cast<int>(error.code());
        }
        current_run.fail(error.problem());
        say_error(fmt::format("{}: {}", speaker_name(session.placement()), error.what()));
        MpiSession::abort(error.code());
    } catch (...) {
        const std::string reason = failure_text(std::current_exception());
        current_run.fail(reason);
        say_error(fmt::format("{}: {}", speaker_name(session.placement()), reason));
        MpiSession::abort(ExitCode::run_time);
    }
}
