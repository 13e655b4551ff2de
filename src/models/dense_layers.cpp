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

    void forget() override { input_.reset(); }
    bool has_parameters() const override { return true; }

  private:
    Parameters::View weight_, bias_;
    at::Tensor input_;
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

    void forget() override { output_.reset(); }

  private:
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
