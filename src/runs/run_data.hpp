#pragma once

#include <optional>

#include "communication/communicator.hpp"
#include "communication/device_binding.hpp"
#include "data/datasets.hpp"
#include "data/device_data.hpp"
#include "results/run_record.hpp"

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
    explicit RunDataStore(const at::TensorOptions& device) : device_(device) {}

    [[nodiscard]] const at::TensorOptions& device() const { return device_; }

    /// The data of `settings`, read by every rank. Collective over ranks whose calls so far were
    /// the same. Throws AgreedError.
    const RunData& get(const RunSettings& settings, Communicator& communicator);

  private:
    at::TensorOptions device_;
    std::optional<DataSettings> settings_;
    Precision precision_ = Precision::float32;
    RunData data_;
};

/// Where tensors of this rank live.
[[nodiscard]] at::TensorOptions device_options(const DeviceBinding& binding);

[[nodiscard]] at::TensorOptions tensor_options(const RunSettings& settings,
                                               const at::TensorOptions& device);

}  // namespace batchscope
