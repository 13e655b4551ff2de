#include "measures/filter_direction.hpp"

#include <ATen/ATen.h>

namespace batchscope {

at::Tensor filter_normalised(const at::Tensor& direction, const at::Tensor& weights,
                             const FilterLayout& layout) {
    at::Tensor normalised = at::zeros_like(direction);
    for (const FilterBlock& block : layout) {
        if (!block.is_weight) {
            continue;
        }
        const auto filters_of = [&](const at::Tensor& flat) {
            return flat.narrow(0, block.offset, block.filters * block.filter_size)
                .view({block.filters, block.filter_size});
        };
        const at::Tensor drawn = filters_of(direction);
        const at::Tensor drawn_norm = drawn.norm(2, 1, /*keepdim=*/true);
        const at::Tensor weight_norm = filters_of(weights).norm(2, 1, /*keepdim=*/true);
        const at::Tensor scale =
            at::where(drawn_norm > 0, weight_norm / drawn_norm, at::zeros_like(drawn_norm));
        filters_of(normalised).copy_(drawn * scale);
    }
    return normalised;
}

}  // namespace batchscope
