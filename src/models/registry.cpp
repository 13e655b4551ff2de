#include <fmt/format.h>

#include <functional>
#include <numeric>

#include "core/error.hpp"
#include "models/network.hpp"

namespace batchscope {

namespace {

Network::Builder describe_mlp(const ModelSettings& settings,
                              const std::vector<std::int64_t>& example_shape,
                              std::int64_t outputs) {
    Network::Builder builder;
    std::int64_t width = std::accumulate(example_shape.begin(), example_shape.end(),
                                         std::int64_t{1}, std::multiplies<>());
    if (example_shape.size() > 1) {
        builder.flatten();
    }
    std::size_t number = 1;
    for (const std::int64_t hidden : settings.hidden) {
        builder.linear(fmt::format("fc{}", number), width, hidden);
        if (settings.batch_norm) {
            builder.batch_norm(fmt::format("bn{}", number), hidden);
        }
        builder.relu().dropout(settings.dropout);
        width = hidden;
        ++number;
    }
    return builder.linear(fmt::format("fc{}", number), width, outputs);
}

Network::Builder describe_simple_cnn(const ModelSettings& settings,
                                     const std::vector<std::int64_t>& example_shape,
                                     std::int64_t outputs) {
    constexpr std::int64_t first_channels = 32;
    constexpr std::int64_t second_channels = 64;
    constexpr std::int64_t units = 1024;
    if (example_shape.size() != 3 || example_shape[1] < 4 || example_shape[2] < 4) {
        throw configuration_error(
            "model.name: simple_cnn needs images of at least 4 x 4 pixels",
            "use an image data set (data.name: fashion-mnist, cifar-10, ...) or "
            "model.name: mlp");
    }
    const std::int64_t positions = (example_shape[1] / 4) * (example_shape[2] / 4);
    Network::Builder builder;
    const auto normalise = [&](const char* name, std::int64_t channels) {
        if (settings.batch_norm) {
            builder.batch_norm(name, channels);
        }
    };
    // Pooling stands before ReLU: both orders give the same values and gradients (the largest of a
    // window stays the largest), and this one touches a quarter of the units.
    builder.convolution("conv1", example_shape[0], first_channels, 5);
    normalise("bn1", first_channels);
    builder.max_pool().relu().convolution("conv2", first_channels, second_channels, 5);
    normalise("bn2", second_channels);
    builder.max_pool().relu().flatten().linear("fc1", second_channels * positions, units);
    normalise("bn3", units);
    return builder.relu().dropout(settings.dropout).linear("fc2", units, outputs);
}

}  // namespace

Network::Builder describe_network(const ModelSettings& settings,
                                  const std::vector<std::int64_t>& example_shape,
                                  std::int64_t outputs) {
    return settings.name == "simple_cnn" ? describe_simple_cnn(settings, example_shape, outputs)
                                         : describe_mlp(settings, example_shape, outputs);
}

}  // namespace batchscope
