#include "communication/communicator.hpp"

#include <ATen/core/Tensor.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <new>
#include <optional>

#include "core/failure_text.hpp"
#include "core/host_name.hpp"
#include "core/stop_request.hpp"

namespace batchscope {

namespace {

/// What one rank tells the others of its failure: three fields, or an empty text for success.
struct Failure {
    int code = 0;
    std::string problem, remedy;
};

constexpr char field_end = '\x1f';

std::string encode(const std::optional<Failure>& failure) {
    return failure ? fmt::format("{}{}{}{}{}", failure->code, field_end, failure->problem,
                                 field_end, failure->remedy)
                   : std::string{};
}

Failure decode(const std::string& text) {
    const auto first = text.find(field_end);
    const auto second = text.find(field_end, first + 1);
    return {std::stoi(text.substr(0, first)), text.substr(first + 1, second - first - 1),
            text.substr(second + 1)};
}

std::optional<Failure> attempt(const std::function<void()>& work) {
    try {
        work();
        return std::nullopt;
    } catch (const Error& error) {
        return Failure{static_cast<int>(error.code()), error.problem(), error.remedy()};
    } catch (const std::bad_alloc&) {
        return Failure{static_cast<int>(ExitCode::run_time), "out of memory",
                       "use fewer ranks on a host, or a smaller training.micro_batch_size"};
    } catch (...) {
        return Failure{static_cast<int>(ExitCode::run_time), failure_text(std::current_exception()),
                       "this looks like a defect of Batchscope: please report it with this line"};
    }
}

}  // namespace

bool Communicator::agree(bool value) {
    const auto answers = gather(value ? "1" : "0");
    return std::all_of(answers.begin(), answers.end(),
                       [](const auto& text) { return text == "1"; });
}

void Communicator::leave_if_stopped() {
    if (!agree(stop_signal() == 0)) {
        throw AgreedStop{};
    }
}

void Communicator::together(const std::function<void()>& work) {
    const auto reports = gather(encode(attempt(work)));
    const auto first = std::find_if(reports.begin(), reports.end(),
                                    [](const std::string& report) { return !report.empty(); });
    if (first == reports.end()) {
        return;
    }
    const Failure failure = decode(*first);
    const bool same_everywhere =
        std::all_of(reports.begin(), reports.end(),
                    [&](const std::string& report) { return report == *first; });
    const auto names = gather(placement().name);
    const auto rank = static_cast<std::size_t>(first - reports.begin());
    const std::string problem =
        same_everywhere ? failure.problem : fmt::format("{}: {}", names[rank], failure.problem);
    throw AgreedError(static_cast<ExitCode>(failure.code), problem, failure.remedy);
}

SerialCommunicator::SerialCommunicator()
    : Communicator({0, 1, 0, 1, host_name(), "rank 0 of 1 on " + host_name()}) {}

void SerialCommunicator::sum(at::Tensor /*tensor*/) {}
void SerialCommunicator::broadcast(at::Tensor /*tensor*/) {}
void SerialCommunicator::synchronize() {}
void SerialCommunicator::barrier() {}
std::vector<std::string> SerialCommunicator::gather(const std::string& text) {
    return {text};
}
std::string SerialCommunicator::broadcast(const std::string& text) {
    return text;
}
bool SerialCommunicator::failed_together(double /*seconds*/) {
    return true;
}
double SerialCommunicator::seconds() const {
    return 0.0;
}
std::string SerialCommunicator::name() const {
    return "serial";
}

}  // namespace batchscope
