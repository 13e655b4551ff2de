#include "models/simple_cnn.hpp"

#include "core/error.hpp"

namespace batchscope {

namespace {

Network::Builder describe_simple_cnn(const ModelSettings& model,
                                     const std::vector<std::int64_t>& example_shape,
                                     std::int64_t outputs) {
    const auto settings = settings_of<SimpleCnnSettings>(model.values);
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

std::vector<KeyOf<SimpleCnnSettings>> keys_of(Type<SimpleCnnSettings> /*type*/) {
    return {
        boolean_key<SimpleCnnSettings>("batch_norm", &SimpleCnnSettings::batch_norm,
                                       "batch normalisation before each ReLU"),
        number_key<SimpleCnnSettings>("dropout", fraction_below_one, &SimpleCnnSettings::dropout,
                                      "probability that a hidden unit is left out"),
    };
}

NetworkKind simple_cnn() {
    NetworkKind kind;
    kind.name = "simple_cnn";
    kind.meaning = "two convolutions, after Shallue 2019";
    kind.needs_images = true;
    kind.keys = component_keys<SimpleCnnSettings>();
    kind.has_batch_norm = [](const ModelSettings& model) {
        return settings_of<SimpleCnnSettings>(model.values).batch_norm;
    };
    kind.describe = describe_simple_cnn;
    return kind;
}

}  // namespace batchscope
