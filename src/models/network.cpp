#include "models/network.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <utility>

#include "models/loss.hpp"

namespace batchscope {

namespace {

/// LibTorch's default for linear and convolution layers, weights and biases alike (He 2015 with a =
/// sqrt(5)).
double initial_bound(std::int64_t fan_in) {
    return 1.0 / std::sqrt(static_cast<double>(fan_in));
}

}  // namespace

Network::Builder& Network::Builder::linear(const std::string& name, std::int64_t inputs,
                                           std::int64_t outputs) {
    const double bound = initial_bound(inputs);
    shapes_.push_back({name + ".weight", {outputs, inputs}, bound, 0, true});
    shapes_.push_back({name + ".bias", {outputs}, bound, 0, false});
    parts_.push_back({[name](const Parameters& parameters) {
                          return make_linear(parameters.view(name + ".weight"),
                                             parameters.view(name + ".bias"));
                      },
                      {}});
    return *this;
}

Network::Builder& Network::Builder::convolution(const std::string& name, std::int64_t inputs,
                                                std::int64_t outputs, std::int64_t kernel) {
    const double bound = initial_bound(inputs * kernel * kernel);
    shapes_.push_back({name + ".weight", {outputs, inputs, kernel, kernel}, bound, 0, true});
    shapes_.push_back({name + ".bias", {outputs}, bound, 0, false});
    parts_.push_back({[name](const Parameters& parameters) {
                          return make_convolution(parameters.view(name + ".weight"),
                                                  parameters.view(name + ".bias"));
                      },
                      {}});
    return *this;
}

Network::Builder& Network::Builder::batch_norm(const std::string& name, std::int64_t channels) {
    shapes_.push_back({name + ".weight", {channels}, 0, 1, false});
    shapes_.push_back({name + ".bias", {channels}, 0, 0, false});
    parts_.push_back({{}, name});
    return *this;
}

Network::Builder& Network::Builder::relu() {
    parts_.push_back({[](const Parameters&) { return make_relu(); }, {}});
    return *this;
}

Network::Builder& Network::Builder::max_pool() {
    parts_.push_back({[](const Parameters&) { return make_max_pool(); }, {}});
    return *this;
}

Network::Builder& Network::Builder::flatten() {
    parts_.push_back({[](const Parameters&) { return make_flatten(); }, {}});
    return *this;
}

Network::Builder& Network::Builder::dropout(double rate) {
    if (rate > 0) {
        parts_.push_back(
            {[rate, index = dropouts_](const Parameters&) { return make_dropout(rate, index); },
             {}});
        ++dropouts_;
    }
    return *this;
}

Network::Network(const Builder& builder, const BatchNormSettings& batch_norm, Task task,
                 std::int64_t extra, const at::TensorOptions& options)
    : task_(task), parameters_(builder.shapes_, extra, options), segments_(1) {
    const auto ghost_size =
        batch_norm.statistics == BatchNormStatistics::ghost ? batch_norm.size : std::nullopt;
    for (const Builder::Part& part : builder.parts_) {
        if (part.batch_norm.empty()) {
            segments_.back().push_back(part.make_layer(parameters_));
        } else {
            batch_norms_.push_back({part.batch_norm,
                                    {parameters_.view(part.batch_norm + ".weight"),
                                     parameters_.view(part.batch_norm + ".bias"), ghost_size}});
            segments_.emplace_back();
        }
    }
}

at::Tensor Network::run_segment(std::size_t segment, at::Tensor input, const Pass& pass) {
    for (auto& layer : segments_[segment]) {
        input = layer->forward(std::move(input), pass);
    }
    return input;
}

/// Nobody needs gradients below the lowest layer with parameters, the gradient of the images among
/// them.
std::size_t Network::lowest_layer_wanted(std::size_t segment, bool input_gradient_wanted) const {
    const auto& layers = segments_[segment];
    std::size_t lowest = 0;
    while (!input_gradient_wanted && lowest < layers.size() && !layers[lowest]->has_parameters()) {
        ++lowest;
    }
    return lowest;
}

at::Tensor Network::run_segment_back(std::size_t segment, at::Tensor gradient, const Pass& pass,
                                     bool input_gradient_wanted) {
    auto& layers = segments_[segment];
    const std::size_t lowest = lowest_layer_wanted(segment, input_gradient_wanted);
    for (std::size_t i = layers.size(); i-- > lowest;) {
        gradient =
            layers[i]->backward(std::move(gradient), pass, i > lowest || input_gradient_wanted);
        layers[i]->forget();
    }
    return gradient;
}

at::Tensor Network::forward_backward(const std::vector<Chunk>& chunks, const StepContext& context,
                                     Communicator& communicator) {
    if (chunks.empty()) {
        parameters_.gradients().zero_();
    }
    const bool coupled = !batch_norms_.empty() && !batch_norms_.front().layer.is_ghost();
    if (coupled || chunks.size() < 2) {
        return run_coupled(chunks, context, false, communicator);
    }
    at::Tensor loss_sum;
    for (const Chunk& chunk : chunks) {
        const at::Tensor part = run_coupled({chunk}, context, loss_sum.defined(), communicator);
        loss_sum = loss_sum.defined() ? loss_sum + part : part;
    }
    return loss_sum;
}

at::Tensor Network::run_coupled(const std::vector<Chunk>& chunks, const StepContext& context,
                                bool accumulate, Communicator& communicator) {
    const auto pass_of = [&](std::size_t i, bool save) {
        return Pass{true,         save,         accumulate || i > 0,
                    context.seed, context.step, chunks[i].first_position};
    };
    const std::size_t last = segments_.size() - 1;
    // One chunk keeps its activations; several recompute them segment by segment on the way back.
    const bool keep = chunks.size() <= 1;

    // before_norm[s]: what normalisation s gets, per chunk.
    std::vector<std::vector<at::Tensor>> before_norm(last);
    const auto segment_input = [&](std::size_t segment, std::size_t i) {
        return segment == 0
                   ? chunks[i].inputs
                   : batch_norms_[segment - 1].layer.normalise(before_norm[segment - 1][i], i);
    };
    for (std::size_t segment = 0; segment < last; ++segment) {
        for (std::size_t i = 0; i < chunks.size(); ++i) {
            before_norm[segment].push_back(
                run_segment(segment, segment_input(segment, i), pass_of(i, keep)));
        }
        batch_norms_[segment].layer.measure(before_norm[segment], context.batch, communicator);
    }

    at::Tensor loss_sum = at::zeros({}, parameters_.weights().options());
    std::vector<at::Tensor> gradients(chunks.size());
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        const Pass pass = pass_of(i, true);
        const at::Tensor outputs = run_segment(last, segment_input(last, i), pass);
        auto [loss, gradient] = loss_and_gradient(task_, outputs, chunks[i].targets);
        loss_sum = i == 0 ? loss : loss_sum + loss;
        gradients[i] = run_segment_back(last, std::move(gradient), pass, last > 0);
    }
    for (std::size_t segment = last; segment-- > 0;) {
        gradients = batch_norms_[segment].layer.backward(before_norm[segment], gradients,
                                                         context.batch, communicator, accumulate);
        for (std::size_t i = 0; i < chunks.size(); ++i) {
            const Pass pass = pass_of(i, true);
            if (!keep) {
                (void)run_segment(segment, segment_input(segment, i), pass);
            }
            gradients[i] = run_segment_back(segment, gradients[i], pass, segment > 0);
        }
    }
    return loss_sum;
}

at::Tensor Network::evaluate(const at::Tensor& inputs) {
    at::Tensor values = inputs;
    for (std::size_t segment = 0; segment < segments_.size(); ++segment) {
        values = run_segment(segment, std::move(values), Pass{});
        if (segment < batch_norms_.size()) {
            values = batch_norms_[segment].layer.normalise_for_evaluation(values);
        }
    }
    return values;
}

void Network::estimate_population(const std::vector<at::Tensor>& chunks,
                                  Communicator& communicator) {
    for (std::size_t layer = 0; layer < batch_norms_.size(); ++layer) {
        const auto input_of_layer = [&](std::size_t i) {
            at::Tensor values = chunks[i];
            for (std::size_t segment = 0; segment <= layer; ++segment) {
                values = run_segment(segment, std::move(values), Pass{});
                if (segment < layer) {
                    values = batch_norms_[segment].layer.normalise_for_evaluation(values);
                }
            }
            return values;
        };
        batch_norms_[layer].layer.measure_population(chunks.size(), input_of_layer, communicator);
    }
}

std::vector<Network::Buffer> Network::buffers() const {
    std::vector<Buffer> buffers;
    for (const NamedBatchNorm& norm : batch_norms_) {
        buffers.push_back({norm.name + ".running_mean", norm.layer.population_mean()});
        buffers.push_back({norm.name + ".running_var", norm.layer.population_variance()});
    }
    return buffers;
}

}  // namespace batchscope
