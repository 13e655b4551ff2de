#include "measures/loss_curvature.hpp"

#include <ATen/ATen.h>

namespace batchscope {

LossCurvature::LossCurvature(Network& network, const DeviceSplit& split, Curvature curvature,
                             Communicator& communicator, std::int64_t micro_batch_size)
    : network_(network),
      split_(split),
      curvature_(curvature),
      communicator_(communicator),
      // A micro-batch is many times the work of an evaluation's: ask at each whether to stop.
      plan_{.size = micro_batch_size, .per_question = 1} {}

std::int64_t LossCurvature::size() const {
    return network_.parameters().count();
}

at::TensorOptions LossCurvature::options() const {
    return network_.parameters().weights().options().dtype(at::kDouble);
}

at::Tensor LossCurvature::apply(const at::Tensor& vectors) {
    const at::Tensor directions =
        vectors.to(network_.parameters().weights().scalar_type()).contiguous();
    at::Tensor sums = at::zeros(vectors.sizes(), options());
    for_each_micro_batch(
        split_.size(), communicator_, plan_, [&](std::int64_t first, std::int64_t count) {
            sums += network_.curvature_products(split_.inputs.narrow(0, first, count),
                                                split_.targets.narrow(0, first, count), directions,
                                                curvature_);
        });
    communicator_.sum(sums);
    return sums.div_(static_cast<double>(split_.size()));
}

/// The pass of the network itself is a quarter of a product with one vector, shared by all; more
/// vectors need more memory and gain little.
std::int64_t LossCurvature::preferred_block() const {
    return 4;
}

}  // namespace batchscope
