#include "models/models.hpp"

#include <stdexcept>

#include "models/mlp.hpp"
#include "models/simple_cnn.hpp"

namespace batchscope {

const std::vector<NetworkKind>& models() {
    static const std::vector<NetworkKind> all{
        mlp(),
        simple_cnn(),
    };
    return all;
}

Network::Builder describe_network(const ModelSettings& settings,
                                  const std::vector<std::int64_t>& example_shape,
                                  std::int64_t outputs) {
    Network::Builder builder = component_named(models(), settings.name, "model.name")
                                   .describe(settings, example_shape, outputs);
    // What a study may say of batch normalisation, and its hash, depend on what the network says.
    if (builder.has_batch_norm() && !has_batch_norm(settings)) {
        throw std::logic_error(settings.name + " has batch normalisation and does not say so");
    }
    return builder;
}

bool has_batch_norm(const ModelSettings& settings) {
    const NetworkKind& kind = component_named(models(), settings.name, "model.name");
    return kind.has_batch_norm && kind.has_batch_norm(settings);
}

}  // namespace batchscope
