#include <ATen/ATen.h>

#include <utility>

#include "models/layer.hpp"

namespace batchscope {

namespace {

class Linear final : public ExampleLayer {
  public:
    Linear(const Parameters::View& weight, const Parameters::View& bias)
        : weight_(weight), bias_(bias) {}

    Tangents forward_tangents(Tangents input, const ParameterVectors& directions) override {
        const std::int64_t examples = input_.size(0);
        at::Tensor output = input.tensor.defined()
                                ? at::mm(input.tensor, weight_.weight.t())
                                : at::zeros({directions.count() * examples, weight_.weight.size(0)},
                                            input_.options());
        for (std::int64_t k = 0; k < directions.count(); ++k) {
            at::Tensor part = output.narrow(0, k * examples, examples);
            part.addmm_(input_, directions.of(weight_, k).t());
            part.add_(directions.of(bias_, k));
        }
        input_tangents_ = std::move(input.tensor);
        return {std::move(output), true};
    }

    GradientAndTangents backward_tangents(GradientAndTangents output,
                                          const ParameterVectors& directions,
                                          const ParameterVectors& products,
                                          bool input_wanted) override {
        const std::int64_t examples = input_.size(0);
        const at::Tensor& gradient = output.gradient.tensor;
        const bool curved = gradient.defined();
        GradientAndTangents input;
        if (input_wanted) {
            input.tangents = {at::mm(output.tangents.tensor, weight_.weight), true};
            if (curved) {
                input.gradient = {at::mm(gradient, weight_.weight), true};
            }
        }
        for (std::int64_t k = 0; k < directions.count(); ++k) {
            const at::Tensor tangents = output.tangents.tensor.narrow(0, k * examples, examples);
            at::Tensor weight_product = products.of(weight_, k);
            at::Tensor bias_product = products.of(bias_, k);
            at::mm_out(weight_product, tangents.t(), input_);
            at::sum_out(bias_product, tangents, 0);
            if (curved && input_tangents_.defined()) {
                weight_product.addmm_(gradient.t(),
                                      input_tangents_.narrow(0, k * examples, examples));
            }
            if (curved && input_wanted) {
                input.tangents.tensor.narrow(0, k * examples, examples)
                    .addmm_(gradient, directions.of(weight_, k));
            }
        }
        return input;
    }

    void forget() override {
        input_.reset();
        input_tangents_.reset();
    }
    bool has_parameters() const override { return true; }

  private:
    LayerTensor forward_one(LayerTensor input, const Pass& pass) override {
        at::Tensor output = at::addmm(bias_.weight, input.tensor, weight_.weight.t());
        if (pass.save) {
            input_ = std::move(input.tensor);
        }
        return {std::move(output), true};
    }

    LayerTensor backward_one(LayerTensor output_gradient, const Pass& pass,
                             bool input_gradient_wanted) override {
        const at::Tensor& gradient = output_gradient.tensor;
        if (pass.accumulate) {
            weight_.gradient.addmm_(gradient.t(), input_);
            bias_.gradient.add_(gradient.sum(0));
        } else {
            at::Tensor weight_gradient = weight_.gradient;
            at::Tensor bias_gradient = bias_.gradient;
            at::mm_out(weight_gradient, gradient.t(), input_);
            at::sum_out(bias_gradient, gradient, 0);
        }
        return input_gradient_wanted ? LayerTensor{at::mm(gradient, weight_.weight), true}
                                     : LayerTensor{};
    }

    Parameters::View weight_, bias_;
    at::Tensor input_, input_tangents_;
};

}  // namespace

std::unique_ptr<Layer> make_linear(const Parameters::View& weight, const Parameters::View& bias) {
    return std::make_unique<Linear>(weight, bias);
}

}  // namespace batchscope
