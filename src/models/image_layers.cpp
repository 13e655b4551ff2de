#include <ATen/ATen.h>

#include <tuple>

#include "models/layer.hpp"

namespace batchscope {

namespace {

/// The layout that the convolutions of oneDNN work in; in any other they reorder at every call.
/// GPUs without half precision, and double precision on the CPU, are faster in LibTorch's own
/// layout.
at::Tensor in_fast_layout(const at::Tensor& images) {
    const bool by_onednn = images.is_cpu() && images.scalar_type() == at::kFloat;
    return by_onednn ? images.to(images.options(), /*non_blocking=*/false, /*copy=*/false,
                                 at::MemoryFormat::ChannelsLast)
                     : images;
}

class Convolution final : public Layer {
  public:
    Convolution(const Parameters::View& weight, const Parameters::View& bias)
        : weight_(weight), bias_(bias), padding_(weight.weight.size(2) / 2) {}

    at::Tensor forward(at::Tensor input, const Pass& pass) override {
        input = in_fast_layout(input);
        at::Tensor output = at::convolution(input, weight_.weight, bias_.weight, {1, 1},
                                            {padding_, padding_}, {1, 1}, false, {0, 0}, 1);
        if (pass.save) {
            input_ = std::move(input);
        }
        return output;
    }

    at::Tensor backward(at::Tensor output_gradient, const Pass& pass,
                        bool input_gradient_wanted) override {
        auto [input_gradient, weight_gradient, bias_gradient] = at::convolution_backward(
            output_gradient, input_, weight_.weight, bias_.weight.sizes(), {1, 1},
            {padding_, padding_}, {1, 1}, false, {0, 0}, 1, {input_gradient_wanted, true, true});
        if (pass.accumulate) {
            weight_.gradient.add_(weight_gradient);
            bias_.gradient.add_(bias_gradient);
        } else {
            weight_.gradient.copy_(weight_gradient);
            bias_.gradient.copy_(bias_gradient);
        }
        return input_gradient;
    }

    void forget() override { input_.reset(); }
    bool has_parameters() const override { return true; }

  private:
    Parameters::View weight_, bias_;
    std::int64_t padding_;
    at::Tensor input_;
};

class MaxPool final : public Layer {
  public:
    at::Tensor forward(at::Tensor input, const Pass& pass) override {
        auto [output, indices] = at::max_pool2d_with_indices(input, {2, 2}, {2, 2});
        if (pass.save) {
            input_ = std::move(input);
            indices_ = std::move(indices);
        }
        return output;
    }

    at::Tensor backward(at::Tensor output_gradient, const Pass& /*pass*/,
                        bool /*input_gradient_wanted*/) override {
        return at::max_pool2d_with_indices_backward(output_gradient, input_, {2, 2}, {2, 2}, {0, 0},
                                                    {1, 1}, false, indices_);
    }

    void forget() override {
        input_.reset();
        indices_.reset();
    }

  private:
    at::Tensor input_, indices_;
};

}  // namespace

std::unique_ptr<Layer> make_convolution(const Parameters::View& weight,
                                        const Parameters::View& bias) {
    return std::make_unique<Convolution>(weight, bias);
}

std::unique_ptr<Layer> make_max_pool() {
    return std::make_unique<MaxPool>();
}

}  // namespace batchscope
