// batchscope-doctor: checks a machine before a week is spent on it, under the launcher of the
// training.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <atomic>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <sstream>

#include "communication/cuda_device.hpp"
#include "communication/mpi_communicator.hpp"
#include "communication/mpi_session.hpp"
#include "communication/nccl_communicator.hpp"
#include "core/failure_text.hpp"
#include "core/host_name.hpp"
#include "core/log.hpp"
#include "core/stop_request.hpp"
#include "core/version.hpp"
#include "core/watchdog.hpp"
#include "diagnosis/all_reduce.hpp"
#include "diagnosis/clock_difference.hpp"
#include "diagnosis/finding.hpp"
#include "diagnosis/launch.hpp"
#include "diagnosis/machine_survey.hpp"
#include "diagnosis/nccl_log.hpp"
#include "diagnosis/output_folder.hpp"
#include "diagnosis/temporary_paths.hpp"
#include "doctor_options.hpp"
#include "process_setup.hpp"
#include "runs/environment.hpp"

namespace {

using namespace batchscope;

/// All checks in order. Each prints its findings at once, so that what a later one ends or hangs in
/// is not lost. Every rank comes to the same findings.
class Examination {
  public:
    Examination(const DoctorOptions& options, const Launch& launch, Communicator& messages,
                Watchdog& watchdog, TemporaryPaths& temporary)
        : options_(options),
          launch_(launch),
          messages_(messages),
          watchdog_(watchdog),
          temporary_(temporary) {}

    ExitCode run() {
        using Step = void (Examination::*)();
        for (const Step step :
             {&Examination::examine_launch, &Examination::examine_machine,
              &Examination::examine_output_folder, &Examination::examine_communication}) {
            (this->*step)();
            if (!messages_.agree(stop_signal() == 0)) {
                say("stopped on request");
                return ExitCode::stopped;
            }
            if (ranks_are_lost_) {
                break;
            }
        }
        say("\n{}", verdict_text(findings_));
        return exit_code_of(findings_);
    }

  private:
    void add(const Finding& finding) {
        say(finding_text(finding));
        findings_.push_back(finding);
    }
    void add(const std::vector<Finding>& findings) {
        for (const auto& finding : findings) {
            add(finding);
        }
    }

    void examine_launch() {
        say("\nLaunch");
        add(judge_world_size(launch_, messages_.size(), options_.allow_single));
        // What follows would be said of each process alone.
        ranks_are_lost_ = exit_code_of(findings_) != ExitCode::success;
    }

    void examine_machine() {
        std::vector<Finding> refusals = bind();
        machines_ = survey();
        say("\nRanks\n{}", machine_table(machines_));
        say("\nMachine");
        add(refusals);
        add(judge_nodes(launch_, number_of_hosts(machines_)));
        add(judge_equality(machines_));
        add(judge_cores(machines_));
        add(judge_gpus(machines_, compiled_architectures()));
        add(judge_clock_differences(measure_clock_differences(messages_), hosts()));
    }

    /// Binds ranks as training does. What training would refuse is returned, and the rest is
    /// examined on the CPU.
    std::vector<Finding> bind() {
        std::vector<Finding> refusals;
        const auto attempt = [&](const auto& work) {
            try {
                work();
                return true;
            } catch (const AgreedError& error) {
                refusals.push_back(failed(error.problem(), error.remedy()));
                return false;
            }
        };
        const bool bound = attempt([&] {
            messages_.together([&] {
                binding_ = bind_device(
                    ask_binding(options_.device, options_.communication, messages_.placement()));
            });
            prepare_rank(binding_, messages_);
            const auto devices = devices_of_ranks(binding_, messages_);
            messages_.together([&] { check_sharing(devices, options_.communication); });
        });
        on_gpus_ = messages_.agree(binding_.ordinal.has_value()) && bound;
        return refusals;
    }

    std::vector<RankMachine> survey() {
        try {
            return survey_machines(binding_, cpu_model(), messages_);
        } catch (const AgreedError& error) {  // bind() has said so
            return survey_machines({}, cpu_model(), messages_);
        }
    }

    void examine_output_folder() {
        say("\nOutput folder");
        add(check_output_folder(options_.output, messages_, temporary_));
    }

    void examine_communication() {
        say("\nCommunication");
        if (messages_.size() == 1) {
            add(not_checked("all-reduce: there is one rank only"));
            return;
        }
        const auto nccl_log = redirect_nccl_log(temporary_);
        const auto nccl = on_gpus_ && binding_.nccl
                              ? make_nccl_communicator(messages_.placement(), watchdog_)
                              : nullptr;
        Communicator& communicator = nccl ? *nccl : messages_;
        const auto device =
            on_gpus_ ? c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(*binding_.ordinal))
                     : c10::Device(c10::kCPU);
        try {
            const auto times = measure_all_reduce(communicator, device, options_.messages);
            say("all-reduce of float32 over {} rank(s), {}, {}\n{}\n", communicator.size(),
                on_gpus_ ? "GPU" : "CPU", communicator.name(),
                all_reduce_table(times, communicator.size()));
            if (nccl) {
                add(judge_nccl_connections(gather_connections(nccl_log), hosts()));
            }
            add(judge_all_reduce(times, communicator.size(), connection()));
        } catch (const AgreedError& error) {
            add(failed(error.problem(), error.remedy()));
        }
    }

    /// Each rank's log names its own connections only.
    std::vector<NcclConnection> gather_connections(const std::filesystem::path& log) {
        std::vector<NcclConnection> all;
        for (const auto& text : messages_.gather(nccl_connection_lines(log))) {
            const auto of_rank = parse_nccl_connections(text);
            all.insert(all.end(), of_rank.begin(), of_rank.end());
        }
        return all;
    }

    [[nodiscard]] Connection connection() const {
        return number_of_hosts(machines_) > 1 ? Connection::hosts
               : on_gpus_                     ? Connection::one_host_gpus
                                              : Connection::one_host;
    }

    [[nodiscard]] std::vector<std::string> hosts() const {
        std::vector<std::string> names;
        for (const auto& machine : machines_) {
            names.push_back(machine.host);
        }
        return names;
    }

    const DoctorOptions& options_;
    const Launch& launch_;
    Communicator& messages_;
    Watchdog& watchdog_;
    TemporaryPaths& temporary_;
    std::vector<Finding> findings_;
    bool ranks_are_lost_ = false;
    DeviceBinding binding_;
    bool on_gpus_ = false;  ///< on every rank, and usable
    std::vector<RankMachine> machines_;
};

/// Ends this process when ranks wait for one that never comes; the lower ranks speak first.
Watchdog::Actions watchdog_actions(const std::atomic<int>& rank, TemporaryPaths& temporary) {
    return {[&](const char* what, Watchdog::Seconds waited) {
                std::this_thread::sleep_for(std::chrono::milliseconds(300) * rank.load());
                say_error(fmt::format(
                    "rank {} on {}: no progress in {} for {:.0f} s: another rank hangs, or hosts "
                    "do not reach each other\n  remedy: look at the other hosts; name the network "
                    "that connects them: OMPI_MCA_btl_tcp_if_include=INTERFACE for MPI, "
                    "NCCL_SOCKET_IFNAME=INTERFACE for NCCL",
                    rank.load(), host_name(), what, waited.count()));
                temporary.remove_all();
                std::_Exit(static_cast<int>(ExitCode::environment));
            },
            [](const char* /*what*/) {}};
}

int run(int argc, char** argv) {
    install_stop_handlers();
    prepare_process();
    const Launch launch = read_launch(launch_environment());
    std::atomic<int> rank = launch.rank.value_or(0);
    set_speaker(rank == 0);

    DoctorOptions options;
    try {
        options = parse_doctor_options(argc, argv);
    } catch (const Error& error) {
        // The same on all ranks: one says it, before there is an MPI that a rank could hang in.
        if (rank == 0) {
            say_error(error.what());
        }
        return static_cast<int>(error.code());
    }
    if (options.help || options.version) {
        say(options.help ? doctor_usage() : version_text("batchscope-doctor"));
        return 0;
    }
    if (const auto finding = judge_pmi(launch); finding && !options.allow_single) {
        say(finding_text(*finding));
        if (finding->outcome == Outcome::failed) {
            say("\n{}", verdict_text({*finding}));
            return static_cast<int>(exit_code_of({*finding}));
        }
    }

    TemporaryPaths temporary;
    Watchdog watchdog(options.stall_timeout, watchdog_actions(rank, temporary));
    std::optional<MpiSession> session;
    {
        const Watchdog::Scope scope(watchdog, "MPI_Init");
        session.emplace(argc, argv);
    }
    const Placement& placement = session->placement();
    // Processes that do not find each other are all rank 0; the launcher's number tells them apart.
    rank = placement.size > 1 ? placement.rank : launch.rank.value_or(0);
    set_speaker(rank == 0);
    say("batchscope-doctor {} on {} rank(s)", version, placement.size);
    try {
        MpiCommunicator messages(placement, watchdog);
        return static_cast<int>(Examination(options, launch, messages, watchdog, temporary).run());
    } catch (...) {
        const auto failure = std::current_exception();
        say_error(fmt::format("rank {} on {}: {}", placement.rank, placement.host,
                              failure_text(failure)));
        temporary.remove_all();
        MpiSession::abort(ExitCode::environment);
    }
}

}  // namespace

int main(int argc, char** argv) {
    end_process(run(argc, argv));
}
