#include <ATen/ATen.h>

#include "models/layer.hpp"

namespace batchscope {

namespace {

class Linear final : public Layer {
  public:
    Linear(const Parameters::View& weight, const Parameters::View& bias)
        : weight_(weight), bias_(bias) {}

    at::Tensor forward(at::Tensor input, const Pass& pass) override {
        at::Tensor output = at::addmm(bias_.weight, input, weight_.weight.t());
        if (pass.save) {
            input_ = std::move(input);
        }
        return output;
    }

    at::Tensor backward(at::Tensor output_gradient, const Pass& pass,
                        bool input_gradient_wanted) override {
        if (pass.accumulate) {
            weight_.gradient.addmm_(output_gradient.t(), input_);
            bias_.gradient.add_(output_gradient.sum(0));
        } else {
            at::Tensor weight_gradient = weight_.gradient;
            at::Tensor bias_gradient = bias_.gradient;
            at::mm_out(weight_gradient, output_gradient.t(), input_);
            at::sum_out(bias_gradient, output_gradient, 0);
        }
        return input_gradient_wanted ? at::mm(output_gradient, weight_.weight) : at::Tensor();
    }

    Tangents forward_tangents(Tangents input, const ParameterVectors& directions) override {
        const std::int64_t examples = input_.size(0);
        Tangents output = input.defined()
                              ? at::mm(input, weight_.weight.t())
                              : at::zeros({directions.count() * examples, weight_.weight.size(0)},
                                          input_.options());
        for (std::int64_t k = 0; k < directions.count(); ++k) {
            at::Tensor part = output.narrow(0, k * examples, examples);
            part.addmm_(input_, directions.of(weight_, k).t());
            part.add_(directions.of(bias_, k));
        }
        input_tangents_ = std::move(input);
        return output;
    }

    GradientAndTangents backward_tangents(GradientAndTangents output,
                                          const ParameterVectors& directions,
                                          const ParameterVectors& products,
                                          bool input_wanted) override {
        const std::int64_t examples = input_.size(0);
        const bool curved = output.gradient.defined();
        GradientAndTangents input;
        if (input_wanted) {
            input.tangents = at::mm(output.tangents, weight_.weight);
            if (curved) {
                input.gradient = at::mm(output.gradient, weight_.weight);
            }
        }
        for (std::int64_t k = 0; k < directions.count(); ++k) {
            const at::Tensor tangents = output.tangents.narrow(0, k * examples, examples);
            at::Tensor weight_product = products.of(weight_, k);
            at::Tensor bias_product = products.of(bias_, k);
            at::mm_out(weight_product, tangents.t(), input_);
            at::sum_out(bias_product, tangents, 0);
            if (curved && input_tangents_.defined()) {
                weight_product.addmm_(output.gradient.t(),
                                      input_tangents_.narrow(0, k * examples, examples));
            }
            if (curved && input_wanted) {
                input.tangents.narrow(0, k * examples, examples)
                    .addmm_(output.gradient, directions.of(weight_, k));
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
    Parameters::View weight_, bias_;
    at::Tensor input_;
    Tangents input_tangents_;
};

class Relu final : public Layer {
  public:
    at::Tensor forward(at::Tensor input, const Pass& pass) override {
        at::Tensor output = input.relu_();
        if (pass.save) {
            output_ = output;
        }
        return output;
    }

    at::Tensor backward(at::Tensor output_gradient, const Pass& /*pass*/,
                        bool /*input_gradient_wanted*/) override {
        at::threshold_backward_out(output_gradient, output_gradient, output_, 0);
        return output_gradient;
    }

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
    /// Zeroes, in place, what belongs to units that are off; `values`: `directions` times the
    /// examples.
    at::Tensor masked(at::Tensor values, std::int64_t directions) const {
        for (std::int64_t k = 0; values.defined() && k < directions; ++k) {
            at::Tensor part = values.narrow(0, k * output_.size(0), output_.size(0));
            at::threshold_backward_out(part, part, output_, 0);
        }
        return values;
    }

    at::Tensor output_;
};

class Flatten final : public Layer {
  public:
    at::Tensor forward(at::Tensor input, const Pass& pass) override {
        if (pass.save) {
            shape_ = input.sizes().vec();
        }
        // The weights of the layer that follows are in (channel, row, column) order.
        return input.contiguous().flatten(1);
    }

    at::Tensor backward(at::Tensor output_gradient, const Pass& /*pass*/,
                        bool /*input_gradient_wanted*/) override {
        return output_gradient.view(shape_);
    }

    Tangents forward_tangents(Tangents input, const ParameterVectors& /*directions*/) override {
        return input.defined() ? input.contiguous().flatten(1) : input;
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
        return {output.gradient.defined() ? output.gradient.view(shape_) : output.gradient,
                output.tangents.view(tangent_shape)};
    }

    void forget() override {}

  private:
    std::vector<std::int64_t> shape_;
};

}  // namespace

std::unique_ptr<Layer> make_linear(const Parameters::View& weight, const Parameters::View& bias) {
    return std::make_unique<Linear>(weight, bias);
}

std::unique_ptr<Layer> make_relu() {
    return std::make_unique<Relu>();
}

std::unique_ptr<Layer> make_flatten() {
    return std::make_unique<Flatten>();
}

}  // namespace batchscope
