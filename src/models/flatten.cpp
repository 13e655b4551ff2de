#include <ATen/ATen.h>

#include <utility>
#include <vector>

#include "models/layer.hpp"

namespace batchscope {

namespace {

class Flatten final : public ExampleLayer {
  public:
    Tangents forward_tangents(Tangents input, const ParameterVectors& /*directions*/) override {
        return input.tensor.defined() ? flattened(input) : input;
    }

    GradientAndTangents backward_tangents(GradientAndTangents output,
                                          const ParameterVectors& directions,
                                          const ParameterVectors& /*products*/,
                                          bool input_wanted) override {
        if (!input_wanted) {
            return {};
        }
        std::vector<std::int64_t> tangent_shape = shape_;
        tangent_shape[0] *= directions.count();
        output.tangents.tensor = output.tangents.tensor.view(tangent_shape);
        if (output.gradient.tensor.defined()) {
            output.gradient.tensor = output.gradient.tensor.view(shape_);
        }
        return output;
    }

    void forget() override {}

  private:
    LayerTensor forward_one(LayerTensor input, const Pass& pass) override {
        if (pass.save) {
            shape_ = input.tensor.sizes().vec();
        }
        return flattened(input);
    }

    LayerTensor backward_one(LayerTensor output_gradient, const Pass& /*pass*/,
                             bool /*input_gradient_wanted*/) override {
        return {output_gradient.tensor.view(shape_), output_gradient.writable};
    }

    /// The weights of the layer that follows are in (channel, row, column) order.
    static LayerTensor flattened(const LayerTensor& values) {
        return {values.tensor.contiguous().flatten(1), values.writable};
    }

    std::vector<std::int64_t> shape_;
};

}  // namespace

std::unique_ptr<Layer> make_flatten() {
    return std::make_unique<Flatten>();
}

}  // namespace batchscope
