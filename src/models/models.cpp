#include "models/models.hpp"

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
    return component_named(models(), settings.name, "model.name")
        .describe(settings, example_shape, outputs);
}

bool has_batch_norm(const ModelSettings& settings) {
    const NetworkKind& kind = component_named(models(), settings.name, "model.name");
    return kind.has_batch_norm && kind.has_batch_norm(settings);
}

}  // namespace batchscope
