#include <ATen/ATen.h>

#include <utility>

#include "models/layer.hpp"

namespace batchscope {

namespace {

class MaxPool final : public ExampleLayer {
  public:
    Tangents forward_tangents(Tangents input, const ParameterVectors& directions) override {
        const at::Tensor& values = input.tensor;
        if (!values.defined()) {
            return {};
        }
        const at::Tensor places = places_of_all(directions.count());
        return {values.flatten(2).gather(2, places).view(
                    {values.size(0), values.size(1), indices_.size(2), indices_.size(3)}),
                true};
    }

    GradientAndTangents backward_tangents(GradientAndTangents output,
                                          const ParameterVectors& directions,
                                          const ParameterVectors& /*products*/,
                                          bool /*input_wanted*/) override {
        // Windows do not overlap: each place receives once.
        const auto spread = [&](const at::Tensor& values, std::int64_t count) -> LayerTensor {
            if (!values.defined()) {
                return {};
            }
            const at::Tensor places = places_of_all(count);
            return {at::zeros({values.size(0), values.size(1), input_.size(2) * input_.size(3)},
                              values.options())
                        .scatter_(2, places, values.flatten(2))
                        .unflatten(2, {input_.size(2), input_.size(3)}),
                    true};
        };
        return {spread(output.gradient.tensor, 1),
                spread(output.tangents.tensor, directions.count())};
    }

    void forget() override {
        input_.reset();
        indices_.reset();
    }

  private:
    LayerTensor forward_one(LayerTensor input, const Pass& pass) override {
        auto [output, indices] = at::max_pool2d_with_indices(input.tensor, {2, 2}, {2, 2});
        if (pass.save) {
            input_ = std::move(input.tensor);
            indices_ = std::move(indices);
        }
        return {std::move(output), true};
    }

    LayerTensor backward_one(LayerTensor output_gradient, const Pass& /*pass*/,
                             bool /*input_gradient_wanted*/) override {
        return {at::max_pool2d_with_indices_backward(output_gradient.tensor, input_, {2, 2}, {2, 2},
                                                     {0, 0}, {1, 1}, false, indices_),
                true};
    }

    /// Of the largest value of each window, for `directions` times the examples, (examples,
    /// channels, windows).
    [[nodiscard]] at::Tensor places_of_all(std::int64_t directions) const {
        return indices_.flatten(2).unsqueeze(0).expand({directions, -1, -1, -1}).flatten(0, 1);
    }

    at::Tensor input_, indices_;
};

}  // namespace

std::unique_ptr<Layer> make_max_pool() {
    return std::make_unique<MaxPool>();
}

}  // namespace batchscope
