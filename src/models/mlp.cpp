#include "models/mlp.hpp"

#include <fmt/format.h>

#include <functional>
#include <numeric>

namespace batchscope {

namespace {

Network::Builder describe_mlp(const ModelSettings& model,
                              const std::vector<std::int64_t>& example_shape,
                              std::int64_t outputs) {
    const auto settings = settings_of<MlpSettings>(model.values);
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

}  // namespace

std::vector<KeyOf<MlpSettings>> keys_of(Type<MlpSettings> /*type*/) {
    return {
        list_key<MlpSettings>("hidden", {.lowest = 1}, &MlpSettings::hidden,
                              "widths of the hidden layers; [] is softmax regression"),
        boolean_key<MlpSettings>("batch_norm", &MlpSettings::batch_norm,
                                 "batch normalisation before each ReLU"),
        number_key<MlpSettings>("dropout", fraction_below_one, &MlpSettings::dropout,
                                "probability that a hidden unit is left out"),
    };
}

NetworkKind mlp() {
    NetworkKind kind;
    kind.name = "mlp";
    kind.meaning = "fully connected layers with ReLU between";
    kind.keys = component_keys<MlpSettings>();
    kind.has_batch_norm = [](const ModelSettings& model) {
        return settings_of<MlpSettings>(model.values).batch_norm;
    };
    kind.describe = describe_mlp;
    return kind;
}

}  // namespace batchscope
