#include <ATen/ATen.h>

#include <cmath>
#include <vector>

#include "core/random.hpp"
#include "models/layer.hpp"
#include "models/philox_tensor.hpp"

namespace batchscope {

namespace {

class Dropout final : public Layer {
  public:
    Dropout(double rate, std::uint64_t index) : rate_(rate), index_(index) {}

    at::Tensor forward(at::Tensor input, const Pass& pass) override {
        if (!pass.training) {
            mask_.reset();
            return input;
        }
        const std::int64_t units = input.numel() / std::max<std::int64_t>(1, input.size(0));
        const RandomStream stream(pass.seed, RandomPurpose::dropout,
                                  static_cast<std::uint64_t>(pass.step), index_);
        const auto first = static_cast<std::uint64_t>(pass.first_position * units);
        at::Tensor mask = keep_mask(stream, first, 1.0 - rate_, input);
        at::Tensor output = input.mul_(mask);
        if (pass.save) {
            mask_ = std::move(mask);
        }
        return output;
    }

    at::Tensor backward(at::Tensor output_gradient, const Pass& /*pass*/,
                        bool /*input_gradient_wanted*/) override {
        return mask_.defined() ? output_gradient.mul_(mask_) : output_gradient;
    }

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
    double rate_;
    std::uint64_t index_;
    at::Tensor mask_;
};

}  // namespace

std::unique_ptr<Layer> make_dropout(double rate, std::uint64_t index) {
    return std::make_unique<Dropout>(rate, index);
}

}  // namespace batchscope
