#include "runs/injected_faults.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <limits>
#include <new>
#include <thread>

#include "core/error.hpp"
#include "core/fault_injection.hpp"

namespace batchscope {

namespace {

void break_step(int rank, std::int64_t step, const Parameters& parameters) {
    if (fault_requested("throw", rank, step)) {
        throw run_time_error(fmt::format("injected failure at step {}", step),
                             "unset BATCHSCOPE_FAULT");
    }
    if (fault_requested("allocate", rank, step)) {
        throw std::bad_alloc();
    }
    if (fault_requested("flip", rank, step)) {
        parameters.weights()[0].add_(1.0);
    }
    if (fault_requested("stop", rank, step)) {
        std::raise(SIGUSR1);
    }
    if (fault_requested("kill", rank, step)) {
        std::raise(SIGKILL);
    }
    while (fault_requested("hang", rank, step)) {
        std::this_thread::sleep_for(std::chrono::seconds(1));
    }
    std::this_thread::sleep_for(requested_delay(rank));
}

}  // namespace

TrainingHooks injected_faults(const RunSettings& settings, int rank) {
    const auto stop = [rank](const char* kind, std::int64_t step) {
        if (fault_requested(kind, rank, step)) {
            std::raise(SIGUSR1);
        }
    };
    TrainingHooks hooks;
    hooks.before_step = [rank](std::int64_t step, Parameters& parameters) {
        break_step(rank, step, parameters);
    };
    hooks.loaded = [rank](std::int64_t step, const std::vector<MicroBatch>& micro_batches) {
        if (fault_requested("nan", rank, step)) {
            for (const MicroBatch& micro_batch : micro_batches) {
                micro_batch.inputs.fill_(std::numeric_limits<double>::quiet_NaN());
            }
        }
    };
    hooks.before_evaluation = [stop](std::int64_t step) { stop("stop_evaluation", step); };
    const std::string last =
        settings.sharpness.measures.empty() ? "" : settings.sharpness.measures.back();
    hooks.before_measuring = [stop, last](std::int64_t step, const std::string& measure) {
        if (measure == last) {
            stop("stop_sharpness", step);
        }
    };
    return hooks;
}

}  // namespace batchscope
