#pragma once

#include <vector>

#include "config/settings_keys.hpp"
#include "optimizers/optimizers.hpp"

namespace batchscope {

struct AdamWSettings {
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
};
[[nodiscard]] std::vector<KeyOf<AdamWSettings>> keys_of(Type<AdamWSettings> type);

/// Loshchilov and Hutter 2019 ("Decoupled weight decay regularization"), algorithm 2. Under the
/// rule sqrt_adam (Malladi 2022, square root scaling rule for Adam), at k times the batch size:
/// 1 - beta x k, epsilon / sqrt(k).
[[nodiscard]] OptimizerKind adamw();

}  // namespace batchscope
