#include "measures/stored_tensor.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/error.hpp"

namespace batchscope {

namespace {

template <class Value>
std::vector<Value> values_of(const at::Tensor& host) {
    const auto* data = host.const_data_ptr<Value>();
    return {data, data + host.numel()};
}

}  // namespace

NamedArray stored_tensor(const std::string& name, const std::string& long_name,
                         const at::Tensor& tensor) {
    const at::Tensor host = tensor.cpu().contiguous();
    NamedArray array{name, long_name, host.sizes().vec(), {}};
    if (host.scalar_type() == at::kDouble) {
        array.values = values_of<double>(host);
    } else {
        array.values = values_of<float>(host);
    }
    return array;
}

void restore_tensor(const std::vector<NamedArray>& arrays, const std::string& name,
                    const at::Tensor& tensor) {
    const auto found = std::find_if(arrays.begin(), arrays.end(),
                                    [&](const NamedArray& array) { return array.name == name; });
    const at::Tensor host = at::empty(tensor.sizes(), tensor.options().device(at::kCPU));
    const bool fits = found != arrays.end() && found->shape == tensor.sizes().vec() &&
                      std::visit(
                          [&](const auto& values) {
                              if (sizeof(values[0]) != host.element_size()) {
                                  return false;
                              }
                              std::memcpy(host.data_ptr(), values.data(), host.nbytes());
                              return true;
                          },
                          found->values);
    if (!fits) {
        throw data_error(
            fmt::format("the checkpoint holds no {} of this shape and precision", name),
            "it is of another program version: run the point again with --overwrite");
    }
    tensor.copy_(host);
}

}  // namespace batchscope
