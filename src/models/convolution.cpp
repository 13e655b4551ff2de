#include <ATen/ATen.h>

#include <array>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

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

class Convolution final : public ExampleLayer {
  public:
    Convolution(const Parameters::View& weight, const Parameters::View& bias)
        : weight_(weight), bias_(bias), padding_(weight.weight.size(2) / 2) {}

    Tangents forward_tangents(Tangents input, const ParameterVectors& directions) override {
        std::vector<at::Tensor> parts;
        const std::int64_t examples = input_.size(0);
        input_tangents_ = input.tensor.defined() ? in_fast_layout(input.tensor) : at::Tensor();
        for (std::int64_t k = 0; k < directions.count(); ++k) {
            parts.push_back(convolve(input_, directions.of(weight_, k), directions.of(bias_, k)));
            if (input_tangents_.defined()) {
                parts.back().add_(convolve(input_tangents_.narrow(0, k * examples, examples),
                                           weight_.weight, {}));
            }
        }
        return {joined(parts), true};
    }

    GradientAndTangents backward_tangents(GradientAndTangents output,
                                          const ParameterVectors& directions,
                                          const ParameterVectors& products,
                                          bool input_wanted) override {
        const std::int64_t examples = input_.size(0);
        const at::Tensor& gradient = output.gradient.tensor;
        const bool curved = gradient.defined();
        const bool moved = input_tangents_.defined();
        GradientAndTangents input;
        if (input_wanted && curved) {
            input.gradient = {
                std::get<0>(convolve_back(gradient, input_, weight_.weight, {true, false, false})),
                true};
        }
        std::vector<at::Tensor> parts;
        for (std::int64_t k = 0; k < directions.count(); ++k) {
            auto [input_part, weight_part, bias_part] =
                convolve_back(output.tangents.tensor.narrow(0, k * examples, examples), input_,
                              weight_.weight, {input_wanted, true, true});
            if (curved && (moved || input_wanted)) {
                // Without tangents of the input, any tensor of its shape serves: its part is not
                // asked for.
                const at::Tensor& other =
                    moved ? input_tangents_.narrow(0, k * examples, examples) : input_;
                const auto [input_more, weight_more, none] = convolve_back(
                    gradient, other, directions.of(weight_, k), {input_wanted, moved, false});
                if (input_wanted) {
                    input_part.add_(input_more);
                }
                if (moved) {
                    weight_part = weight_part + weight_more;
                }
            }
            products.of(weight_, k).copy_(weight_part);
            products.of(bias_, k).copy_(bias_part);
            parts.push_back(std::move(input_part));
        }
        if (input_wanted) {
            input.tangents = {joined(parts), true};
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
        input.tensor = in_fast_layout(input.tensor);
        at::Tensor output = convolve(input.tensor, weight_.weight, bias_.weight);
        if (pass.save) {
            input_ = std::move(input.tensor);
        }
        return {std::move(output), true};
    }

    LayerTensor backward_one(LayerTensor output_gradient, const Pass& pass,
                             bool input_gradient_wanted) override {
        auto [input_gradient, weight_gradient, bias_gradient] = convolve_back(
            output_gradient.tensor, input_, weight_.weight, {input_gradient_wanted, true, true});
        if (pass.accumulate) {
            weight_.gradient.add_(weight_gradient);
            bias_.gradient.add_(bias_gradient);
        } else {
            weight_.gradient.copy_(weight_gradient);
            bias_.gradient.copy_(bias_gradient);
        }
        return {std::move(input_gradient), true};
    }

    at::Tensor convolve(const at::Tensor& input, const at::Tensor& weight,
                        const std::optional<at::Tensor>& bias) const {
        return at::convolution(input, weight, bias, {1, 1}, {padding_, padding_}, {1, 1}, false,
                               {0, 0}, 1);
    }
    /// Gradients with respect to input, weight and bias; those that `wanted` leaves out are
    /// undefined.
    std::tuple<at::Tensor, at::Tensor, at::Tensor> convolve_back(const at::Tensor& output_gradient,
                                                                 const at::Tensor& input,
                                                                 const at::Tensor& weight,
                                                                 std::array<bool, 3> wanted) const {
        return at::convolution_backward(output_gradient, input, weight, bias_.weight.sizes(),
                                        {1, 1}, {padding_, padding_}, {1, 1}, false, {0, 0}, 1,
                                        wanted);
    }
    static at::Tensor joined(const std::vector<at::Tensor>& parts) {
        return parts.size() == 1 ? parts.front() : at::cat(parts);
    }

    Parameters::View weight_, bias_;
    std::int64_t padding_;
    at::Tensor input_, input_tangents_;
};

}  // namespace

std::unique_ptr<Layer> make_convolution(const Parameters::View& weight,
                                        const Parameters::View& bias) {
    return std::make_unique<Convolution>(weight, bias);
}

}  // namespace batchscope
