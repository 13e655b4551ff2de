#pragma once

#include <string>

#include "communication/communicator.hpp"
#include "communication/device_binding.hpp"
#include "results/run_record.hpp"

namespace batchscope {

/// "Intel(R) Xeon(R) ...", as Linux names it.
[[nodiscard]] std::string cpu_model();

/// What ran where, for the result file. Collective.
[[nodiscard]] EnvironmentRecord describe_environment(const DeviceBinding& binding,
                                                     Communicator& communicator);

}  // namespace batchscope
