#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "config/component.hpp"
#include "config/run_settings.hpp"
#include "models/network.hpp"

namespace batchscope {

/// A network that a study can name, in the file that describes it.
struct NetworkKind : NetworkComponent {
    /// Its layers, for examples of this shape and so many outputs. Throws Error (configuration)
    /// where it cannot take such examples.
    std::function<Network::Builder(
        const ModelSettings&, const std::vector<std::int64_t>& example_shape, std::int64_t outputs)>
        describe;
};

/// All of them, in the order of documentation.
[[nodiscard]] const std::vector<NetworkKind>& models();

/// The layers of the network of `settings`. Throws as its describe does, and Error (configuration)
/// for an unknown name.
[[nodiscard]] Network::Builder describe_network(const ModelSettings& settings,
                                                const std::vector<std::int64_t>& example_shape,
                                                std::int64_t outputs);

/// Whether the network of `settings` has batch normalisation. Throws Error (configuration) for an
/// unknown name.
[[nodiscard]] bool has_batch_norm(const ModelSettings& settings);

}  // namespace batchscope
