#pragma once

#include <optional>

#include "communication/communicator.hpp"
#include "data/dataset.hpp"
#include "results/run_record.hpp"
#include "training/trainer.hpp"

namespace batchscope {

/// The data of a run: on the device, and what the result file says of them.
struct RunData {
    Dataset dataset;  ///< as read from the files
    DeviceData device;
    DataRecord record;
    std::string hash;
};

/// Reads each data set once for all grid points that use it.
class RunDataStore {
  public:
    RunDataStore(Communicator& communicator, const at::TensorOptions& device)
        : communicator_(communicator), device_(device) {}

    /// The data of `settings`, read by every rank. Collective. Throws AgreedError.
    const RunData& get(const RunSettings& settings);

  private:
    Communicator& communicator_;
    at::TensorOptions device_;
    std::optional<DataSettings> settings_;
    Precision precision_ = Precision::float32;
    RunData data_;
};

[[nodiscard]] at::TensorOptions tensor_options(const RunSettings& settings,
                                               const at::TensorOptions& device);

}  // namespace batchscope
