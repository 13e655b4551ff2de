#pragma once

#include <cstdint>
#include <vector>

#include "config/settings_keys.hpp"
#include "models/models.hpp"

namespace batchscope {

struct MlpSettings {
    std::vector<std::int64_t> hidden = {512, 512};
    bool batch_norm = false;
    double dropout = 0.0;
};
[[nodiscard]] std::vector<KeyOf<MlpSettings>> keys_of(Type<MlpSettings> type);

/// Fully connected layers with ReLU between; inputs of any shape are flattened. Each hidden layer:
/// linear, batch normalisation (if on), ReLU, dropout.
[[nodiscard]] NetworkKind mlp();

}  // namespace batchscope
