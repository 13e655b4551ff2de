#include <ATen/ATen.h>

#include <utility>

#include "models/layer.hpp"

namespace batchscope {

namespace {

class Relu final : public ExampleLayer {
  public:
    Tangents forward_tangents(Tangents input, const ParameterVectors& directions) override {
        return masked(std::move(input), directions.count());
    }

    GradientAndTangents backward_tangents(GradientAndTangents output,
                                          const ParameterVectors& directions,
                                          const ParameterVectors& /*products*/,
                                          bool /*input_wanted*/) override {
        return {masked(std::move(output.gradient), 1),
                masked(std::move(output.tangents), directions.count())};
    }

    void forget() override { output_.reset(); }

  private:
    LayerTensor forward_one(LayerTensor input, const Pass& pass) override {
        at::Tensor output = input.writable ? input.tensor.relu_() : input.tensor.relu();
        if (pass.save) {
            output_ = output;
        }
        return {std::move(output), true};
    }

    LayerTensor backward_one(LayerTensor output_gradient, const Pass& /*pass*/,
                             bool /*input_gradient_wanted*/) override {
        at::Tensor& gradient = output_gradient.tensor;
        if (!output_gradient.writable) {
            return {at::threshold_backward(gradient, output_, 0), true};
        }
        at::threshold_backward_out(gradient, gradient, output_, 0);
        return output_gradient;
    }

    /// Zeroes what belongs to units that are off; `values`: `directions` times the examples.
    LayerTensor masked(LayerTensor values, std::int64_t directions) const {
        if (!values.tensor.defined()) {
            return values;
        }
        at::Tensor output = values.writable ? values.tensor : at::empty_like(values.tensor);
        for (std::int64_t k = 0; k < directions; ++k) {
            const std::int64_t first = k * output_.size(0);
            at::Tensor part = output.narrow(0, first, output_.size(0));
            at::threshold_backward_out(part, values.tensor.narrow(0, first, output_.size(0)),
                                       output_, 0);
        }
        return {std::move(output), true};
    }

    at::Tensor output_;
};

}  // namespace

std::unique_ptr<Layer> make_relu() {
    return std::make_unique<Relu>();
}

}  // namespace batchscope
