#include <cmath>
#include <utility>

#include "models/batch_norm.hpp"
#include "models/network.hpp"
#include "models/residual.hpp"

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
    parts_.push_back([name](const Construction& construction) {
        return make_linear(construction.parameters.view(name + ".weight"),
                           construction.parameters.view(name + ".bias"));
    });
    return *this;
}

Network::Builder& Network::Builder::convolution(const std::string& name, std::int64_t inputs,
                                                std::int64_t outputs, std::int64_t kernel) {
    const double bound = initial_bound(inputs * kernel * kernel);
    shapes_.push_back({name + ".weight", {outputs, inputs, kernel, kernel}, bound, 0, true});
    shapes_.push_back({name + ".bias", {outputs}, bound, 0, false});
    parts_.push_back([name](const Construction& construction) {
        return make_convolution(construction.parameters.view(name + ".weight"),
                                construction.parameters.view(name + ".bias"));
    });
    return *this;
}

Network::Builder& Network::Builder::batch_norm(const std::string& name, std::int64_t channels) {
    has_batch_norm_ = true;
    shapes_.push_back({name + ".weight", {channels}, 0, 1, false});
    shapes_.push_back({name + ".bias", {channels}, 0, 0, false});
    parts_.push_back([name](const Construction& construction) {
        return std::make_unique<BatchNorm>(name, construction.parameters.view(name + ".weight"),
                                           construction.parameters.view(name + ".bias"),
                                           construction.ghost_size);
    });
    return *this;
}

Network::Builder& Network::Builder::relu() {
    parts_.push_back([](const Construction&) { return make_relu(); });
    return *this;
}

Network::Builder& Network::Builder::max_pool() {
    parts_.push_back([](const Construction&) { return make_max_pool(); });
    return *this;
}

Network::Builder& Network::Builder::flatten() {
    parts_.push_back([](const Construction&) { return make_flatten(); });
    return *this;
}

Network::Builder& Network::Builder::dropout(double rate) {
    if (rate > 0) {
        parts_.push_back([rate](Construction& construction) {
            return make_dropout(rate, construction.dropouts++);
        });
    }
    return *this;
}

Network::Builder& Network::Builder::residual(Builder body, Builder shortcut) {
    for (const Builder& branch : {std::cref(body), std::cref(shortcut)}) {
        shapes_.insert(shapes_.end(), branch.shapes_.begin(), branch.shapes_.end());
        has_batch_norm_ = has_batch_norm_ || branch.has_batch_norm_;
    }
    parts_.push_back([body = std::move(body.parts_),
                      shortcut = std::move(shortcut.parts_)](Construction& construction) {
        Layers layers_of_body = make_layers(body, construction);
        return std::make_unique<Residual>(std::move(layers_of_body),
                                          make_layers(shortcut, construction));
    });
    return *this;
}

Network::Builder::Layers Network::Builder::make_layers(const std::vector<MakeLayer>& parts,
                                                       Construction& construction) {
    Layers layers;
    for (const MakeLayer& make_layer : parts) {
        layers.push_back(make_layer(construction));
    }
    return layers;
}

}  // namespace batchscope
