#pragma once

#include <vector>

#include "config/settings_keys.hpp"
#include "optimizers/optimizers.hpp"

namespace batchscope {

struct SgdSettings {
    double momentum = 0.9;
    bool nesterov = false;
};
[[nodiscard]] std::vector<KeyOf<SgdSettings>> keys_of(Type<SgdSettings> type);

/// v <- m v + g, w <- w - rate v (Nesterov: w - rate (g + m v)), so that a changing rate needs no
/// momentum correction (Goyal 2017, section 3); weight decay adds decay x w to g.
[[nodiscard]] OptimizerKind sgd();

}  // namespace batchscope
