#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

#include "core/random.hpp"
#include "models/layer.hpp"
#include "models/philox_tensor.hpp"

namespace batchscope {

namespace {

class Dropout final : public ExampleLayer {
  public:
    Dropout(double rate, std::uint64_t index) : rate_(rate), index_(index) {}

    // Curvature is measured in evaluation mode, where dropout is off.
    Tangents forward_tangents(Tangents input, const ParameterVectors& /*directions*/) override {
        return input;
    }
    GradientAndTangents backward_tangents(GradientAndTangents output,
                                          const ParameterVectors& /*directions*/,
                                          const ParameterVectors& /*products*/,
                                          bool /*input_wanted*/) override {
        return output;
    }

    void forget() override { mask_.reset(); }

  private:
    LayerTensor forward_one(LayerTensor input, const Pass& pass) override {
        if (!pass.training) {
            mask_.reset();
            return input;
        }
        const at::Tensor& values = input.tensor;
        const std::int64_t units = values.numel() / std::max<std::int64_t>(1, values.size(0));
        const RandomStream stream(pass.seed, RandomPurpose::dropout,
                                  static_cast<std::uint64_t>(pass.step), index_);
        const auto first = static_cast<std::uint64_t>(pass.first_positions.front() * units);
        at::Tensor mask = keep_mask(stream, first, 1.0 - rate_, values);
        at::Tensor output = input.writable ? values.mul_(mask) : values.mul(mask);
        if (pass.save) {
            mask_ = std::move(mask);
        }
        return {std::move(output), true};
    }

    LayerTensor backward_one(LayerTensor output_gradient, const Pass& /*pass*/,
                             bool /*input_gradient_wanted*/) override {
        if (!mask_.defined()) {
            return output_gradient;
        }
        const at::Tensor& gradient = output_gradient.tensor;
        return {output_gradient.writable ? gradient.mul_(mask_) : gradient.mul(mask_), true};
    }

    double rate_;
    std::uint64_t index_;
    at::Tensor mask_;
};

}  // namespace

std::unique_ptr<Layer> make_dropout(double rate, std::uint64_t index) {
    return std::make_unique<Dropout>(rate, index);
}

}  // namespace batchscope
