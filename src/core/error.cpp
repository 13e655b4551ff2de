#include "core/error.hpp"

#include <fmt/format.h>

#include <system_error>
#include <utility>

namespace batchscope {

Error::Error(ExitCode code, std::string problem, std::string remedy)
    : std::runtime_error(fmt::format("{}\n  remedy: {}", problem, remedy)),
      code_(code),
      problem_(std::move(problem)),
      remedy_(std::move(remedy)) {}

Error run_time_error(std::string problem, std::string remedy) {
    return {ExitCode::run_time, std::move(problem), std::move(remedy)};
}

Error configuration_error(std::string problem, std::string remedy) {
    return {ExitCode::configuration, std::move(problem), std::move(remedy)};
}

Error data_error(std::string problem, std::string remedy) {
    return {ExitCode::data, std::move(problem), std::move(remedy)};
}

Error environment_error(std::string problem, std::string remedy) {
    return {ExitCode::environment, std::move(problem), std::move(remedy)};
}

std::string errno_text(int error_number) {
    return fmt::format("{} (errno {})", std::generic_category().message(error_number),
                       error_number);
}

}  // namespace batchscope
