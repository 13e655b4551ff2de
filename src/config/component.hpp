#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "config/run_settings.hpp"
#include "config/settings_keys.hpp"
#include "core/error.hpp"
#include "core/nearest_name.hpp"

/// What a study names: data sets, networks, optimizers, measures. Each describes itself in the file
/// that holds it, and the list of its folder names it once; the configuration knows them by these
/// descriptions alone.
namespace batchscope {

class GivenValues;

/// A key of a component; its path is below the section of the family.
struct ComponentKey : KeyDescription {
    ComponentKey(const KeyDescription& description, Value value)
        : KeyDescription(description), default_value(std::move(value)) {}

    Value default_value;
    std::function<bool(const KeyValues&)> is_switched_on;  ///< as KeyOf's
};

struct Component {
    std::string name;     ///< as a study spells it
    std::string meaning;  ///< in one line
    std::vector<ComponentKey> keys;
    /// Throws Error (configuration) where what the study says makes no sense with it; may be empty.
    std::function<void(const GivenValues&)> check_study;
    /// The same for the settings of a point that uses it.
    std::function<void(const RunSettings&, const GivenValues&)> check_point;
};

struct DatasetComponent : Component {
    bool in_files = false;  ///< else generated: data.directory and augmentation have no use
    std::string directory;  ///< where its Debian package puts it; empty: the study must say
    bool has_classes = true;
    bool has_images = true;
};

struct NetworkComponent : Component {
    bool needs_images = false;
    /// Whether batch normalisation is on; empty: it has none.
    std::function<bool(const ModelSettings&)> has_batch_norm;
};

struct OptimizerComponent : Component {
    bool has_square_root_rule = false;  ///< learning_rate_scaling: sqrt_adam
};

struct MeasureComponent : Component {
    bool needs_classes = false;
};

/// All that a study may name, in the order of documentation.
struct Components {
    std::vector<DatasetComponent> datasets;
    std::vector<NetworkComponent> networks;
    std::vector<OptimizerComponent> optimizers;
    std::vector<MeasureComponent> measures;
};

/// The keys that keys_of(Type<Settings>) tells, with the initial values as defaults.
template <class Settings>
[[nodiscard]] std::vector<ComponentKey> component_keys() {
    const Settings defaults;
    std::vector<ComponentKey> keys;
    for (const KeyOf<Settings>& key : keys_of(Type<Settings>{})) {
        ComponentKey& added = keys.emplace_back(key, key.read(defaults));
        if (key.is_switched_on) {
            added.is_switched_on = [switched = key.is_switched_on](const KeyValues& values) {
                return switched(settings_of<Settings>(values));
            };
        }
    }
    return keys;
}

template <class Described>
[[nodiscard]] std::vector<std::string> names_of(const std::vector<Described>& components) {
    std::vector<std::string> names;
    for (const Described& component : components) {
        names.push_back(component.name);
    }
    return names;
}

/// The component with this name. Throws Error (configuration) with the nearest name where there is
/// none; `key` is what names it: "model.name".
template <class Described>
[[nodiscard]] const Described& component_named(const std::vector<Described>& components,
                                               const std::string& name, const std::string& key) {
    const auto found =
        std::find_if(components.begin(), components.end(),
                     [&](const Described& component) { return component.name == name; });
    if (found == components.end()) {
        const std::vector<std::string> names = names_of(components);
        const std::string nearest = nearest_name(name, names);
        throw configuration_error(
            fmt::format("{}: '{}' is not one of {}", key, name, fmt::join(names, ", ")),
            nearest.empty() ? fmt::format("give one of {}", fmt::join(names, ", "))
                            : fmt::format("did you mean {}?", nearest));
    }
    return *found;
}

/// Whether the network of these settings has batch normalisation. Throws Error (configuration) for
/// an unknown name.
[[nodiscard]] inline bool has_batch_norm(const Components& components,
                                         const ModelSettings& settings) {
    const auto& network = component_named(components.networks, settings.name, "model.name");
    return network.has_batch_norm && network.has_batch_norm(settings);
}

}  // namespace batchscope
