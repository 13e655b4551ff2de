#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "communication/communicator.hpp"

namespace batchscope {

/// The numbers of rank 0, on every rank. Ranks compute alike, but unlike processors may differ in
/// the last bit of a dot product: what decides how an algorithm goes on passes through here, so
/// that no rank takes another turn and waits alone. Collective.
[[nodiscard]] std::vector<double> agreed_numbers(const std::vector<at::Tensor>& scalars,
                                                 Communicator& communicator);

}  // namespace batchscope
