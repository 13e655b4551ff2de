#include "core/fault_injection.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string>

#include "core/error.hpp"

namespace batchscope {

namespace {

constexpr std::array kinds{
    "nan",  "throw", "allocate",        "hang",           "flip",      "data",
    "kill", "stop",  "stop_evaluation", "stop_sharpness", "stop_line", "slow"};

struct Fault {
    std::string kind;
    int rank = 0;
    std::int64_t step = 0;
};

template <class Integer>
bool parse_whole(std::string_view text, Integer& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size();
}

std::optional<Fault> fault_from_environment() {
    const char* variable = std::getenv("BATCHSCOPE_FAULT");
    if (variable == nullptr) {
        return std::nullopt;
    }
    const std::string_view text = variable;
    const auto first = text.find(':');
    const auto second = text.find(':', first == std::string_view::npos ? first : first + 1);
    Fault fault;
    if (second == std::string_view::npos ||
        std::find(kinds.begin(), kinds.end(), text.substr(0, first)) == kinds.end() ||
        !parse_whole(text.substr(first + 1, second - first - 1), fault.rank) ||
        !parse_whole(text.substr(second + 1), fault.step)) {
        throw configuration_error(
            fmt::format("BATCHSCOPE_FAULT is '{}', not KIND:RANK:STEP", text),
            fmt::format("unset BATCHSCOPE_FAULT (it is for tests), or use one of {} as KIND",
                        fmt::join(kinds, ", ")));
    }
    fault.kind = text.substr(0, first);
    return fault;
}

const std::optional<Fault>& requested_fault() {
    static const std::optional<Fault> fault = fault_from_environment();
    return fault;
}

}  // namespace

bool fault_requested(std::string_view kind, int rank, std::int64_t step) {
    const std::optional<Fault>& fault = requested_fault();
    return fault && fault->kind == kind && fault->rank == rank && fault->step == step;
}

std::chrono::milliseconds requested_delay(int rank) {
    const std::optional<Fault>& fault = requested_fault();
    const bool asked = fault && fault->kind == "slow" && fault->rank == rank;
    return std::chrono::milliseconds(asked ? fault->step : 0);
}

}  // namespace batchscope
