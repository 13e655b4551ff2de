#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/component.hpp"
#include "config/run_settings.hpp"
#include "data/dataset.hpp"

namespace batchscope {

/// A data set that a study can name, in the file that reads or generates it.
struct DatasetKind : DatasetComponent {
    /// Throws Error (data) with path, expected and found, and Error (configuration) for settings
    /// that no data set can have.
    std::function<Dataset(const DataSettings&)> load;
    std::string remedy_without_files =
        "set data.directory to the folder that holds the downloaded files";
};

/// All of them, in the order of documentation.
[[nodiscard]] const std::vector<DatasetKind>& datasets();

/// Reads or generates the data set of `settings`. Throws as its load does, and Error
/// (configuration) for an unknown name.
[[nodiscard]] Dataset load_dataset(const DataSettings& settings);

}  // namespace batchscope
