#include "models/parameters.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "core/error.hpp"
#include "core/random.hpp"

namespace batchscope {

namespace {

std::int64_t size_of(const ParameterShape& shape) {
    return std::accumulate(shape.shape.begin(), shape.shape.end(), std::int64_t{1},
                           std::multiplies<>());
}

}  // namespace

Parameters::Parameters(std::vector<ParameterShape> shapes, std::int64_t extra,
                       const at::TensorOptions& options) {
    for (const auto& shape : shapes) {
        count_ += size_of(shape);
    }
    weights_ = at::zeros({count_}, options);
    gradients_and_extra_ = at::zeros({count_ + extra}, options);
    gradients_ = gradients_and_extra_.narrow(0, 0, count_);
    extra_ = gradients_and_extra_.narrow(0, count_, extra);
    std::int64_t offset = 0;
    for (auto& shape : shapes) {
        const auto size = size_of(shape);
        const at::Tensor weight = weights_.narrow(0, offset, size).view(shape.shape);
        const at::Tensor gradient = gradients_.narrow(0, offset, size).view(shape.shape);
        views_.push_back({std::move(shape), weight, gradient, offset});
        offset += size;
    }
}

void Parameters::initialise(std::uint64_t seed) {
    for (std::size_t index = 0; index < views_.size(); ++index) {
        const View& view = views_[index];
        at::Tensor values = at::full(view.shape.shape, view.shape.initial_value, at::kDouble);
        if (view.shape.initial_bound > 0) {
            const RandomStream stream(seed, RandomPurpose::initial_weights, index);
            auto* data = values.data_ptr<double>();
            for (std::int64_t i = 0; i < values.numel(); ++i) {
                data[i] = view.shape.initial_bound *
                          (2.0 * stream.uniform(static_cast<std::uint64_t>(i)) - 1.0);
            }
        }
        view.weight.copy_(values);
    }
}

const Parameters::View& Parameters::view(const std::string& name) const {
    const auto found = std::find_if(views_.begin(), views_.end(),
                                    [&](const View& view) { return view.shape.name == name; });
    if (found == views_.end()) {
        throw run_time_error(fmt::format("the network has no parameter '{}'", name),
                             "this is a defect of Batchscope: please report it");
    }
    return *found;
}

std::string Parameters::checksum() const {
    const at::Tensor host = weights_.cpu();
    return fmt::format("{:016x}", XXH3_64bits(host.data_ptr(), host.nbytes()));
}

}  // namespace batchscope
