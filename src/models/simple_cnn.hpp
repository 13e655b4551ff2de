#pragma once

#include <vector>

#include "config/settings_keys.hpp"
#include "models/models.hpp"

namespace batchscope {

struct SimpleCnnSettings {
    bool batch_norm = false;
    double dropout = 0.4;  ///< Shallue 2019
};
[[nodiscard]] std::vector<KeyOf<SimpleCnnSettings>> keys_of(Type<SimpleCnnSettings> type);

/// The Simple CNN of Shallue et al. (JMLR 2019): two 5 x 5 convolutions of 32 and 64 channels, each
/// with 2 x 2 max pooling, and a hidden layer of 1024 units with dropout.
[[nodiscard]] NetworkKind simple_cnn();

}  // namespace batchscope
