#pragma once

#include <string>

#include "communication/communicator.hpp"

namespace batchscope {

/// To be called while an exception is handled: its text, where all ranks failed alike (out of
/// memory, say) and are in step again, so that the job may go on with its next piece of work. Where
/// this rank failed alone the exception is thrown again. Collective over the ranks that failed.
[[nodiscard]] std::string failure_of_all_ranks(Communicator& communicator);

}  // namespace batchscope
