#pragma once

#include <stdexcept>
#include <string>

namespace batchscope {

/// Exit codes of every program: users' scripts and the Slurm job script rely on them.
enum class ExitCode : int {
    success = 0,        ///< done; a diverged run is a result, too
    run_time = 1,       ///< failure at run time
    configuration = 2,  ///< wrong option or configuration
    data = 3,           ///< wrong data files
    environment = 4,  ///< wrong ranks, binding, GPU architecture, file system, a live second writer
    stopped = 75,     ///< stopped on request, state saved; start again to go on
    /// Another rank hangs or is lost: the code that launchers give a killed rank, since here, too,
    /// another start may go well, and job scripts start again on it.
    lost_rank = 137,
};

/// An error that tells what is wrong (with file, key and value) and what to do about it.
class Error : public std::runtime_error {
  public:
    Error(ExitCode code, std::string problem, std::string remedy);

    [[nodiscard]] ExitCode code() const noexcept { return code_; }
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
    [[nodiscard]] const std::string& remedy() const noexcept { return remedy_; }

  private:
    ExitCode code_;
    std::string problem_;
    std::string remedy_;
};

[[nodiscard]] Error run_time_error(std::string problem, std::string remedy);
[[nodiscard]] Error configuration_error(std::string problem, std::string remedy);
[[nodiscard]] Error data_error(std::string problem, std::string remedy);
[[nodiscard]] Error environment_error(std::string problem, std::string remedy);

/// "No space left on device (errno 28)": the text of an errno value, for messages.
[[nodiscard]] std::string errno_text(int error_number);

}  // namespace batchscope
