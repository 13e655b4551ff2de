#include "measures/agreed_numbers.hpp"

#include <ATen/ATen.h>

namespace batchscope {

std::vector<double> agreed_numbers(const std::vector<at::Tensor>& scalars,
                                   Communicator& communicator) {
    const at::Tensor numbers = at::stack(scalars).to(at::kDouble);
    communicator.broadcast(numbers);
    communicator.synchronize();
    const at::Tensor host = numbers.cpu();
    const auto* data = host.const_data_ptr<double>();
    return {data, data + host.numel()};
}

}  // namespace batchscope
