#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "results/run_record.hpp"

namespace batchscope {

/// A copy of `tensor`, of floats or doubles, for a file.
[[nodiscard]] NamedArray stored_tensor(const std::string& name, const std::string& long_name,
                                       const at::Tensor& tensor);

/// Fills `tensor` with the array called `name`, bit for bit. Throws Error (data) when there is none
/// or its shape or type is another.
void restore_tensor(const std::vector<NamedArray>& arrays, const std::string& name,
                    const at::Tensor& tensor);

}  // namespace batchscope
