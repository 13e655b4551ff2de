#pragma once

#include <string>
#include <vector>

#include "communication/communicator.hpp"
#include "communication/device_binding.hpp"
#include "diagnosis/machine.hpp"

namespace batchscope {

/// What every rank runs on, in rank order, the same on all ranks. `binding` and `cpu` (its model)
/// are this rank's. Collective. Throws AgreedError where a GPU cannot be asked.
[[nodiscard]] std::vector<RankMachine> survey_machines(const DeviceBinding& binding,
                                                       const std::string& cpu,
                                                       Communicator& communicator);

}  // namespace batchscope
