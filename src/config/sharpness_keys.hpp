#pragma once

#include <vector>

#include "config/schema.hpp"

namespace batchscope {

/// Appends the keys of `sharpness:`: what is measured, when, and how. None but the two that say
/// when is an axis of the grid: how a run is measured is no hyper-parameter of it.
void add_sharpness_keys(std::vector<Key>& keys);

}  // namespace batchscope
