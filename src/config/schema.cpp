#include "config/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "config/base_keys.hpp"
#include "config/family_keys.hpp"

namespace batchscope {

namespace {

template <class Described>
std::vector<const Component*> pointers_to(const std::vector<Described>& components) {
    std::vector<const Component*> pointers;
    for (const Described& component : components) {
        pointers.push_back(&component);
    }
    return pointers;
}

std::vector<Key> keys_of_datasets(const Components& components) {
    return family_keys({"data", "data.name", true, MEMBER(data.values), MEMBER(data.values),
                        [](const RunSettings& settings, const std::string& name) {
                            return settings.data.name == name;
                        }},
                       pointers_to(components.datasets));
}

std::vector<Key> keys_of_networks(const Components& components) {
    return family_keys({"model", "model.name", true, MEMBER(model.values), MEMBER(model.values),
                        [](const RunSettings& settings, const std::string& name) {
                            return settings.model.name == name;
                        }},
                       pointers_to(components.networks));
}

std::vector<Key> keys_of_optimizers(const Components& components) {
    return family_keys({"training.optimizer", "training.optimizer.name", true,
                        MEMBER(training.optimizer.values), MEMBER(training.optimizer.values),
                        [](const RunSettings& settings, const std::string& name) {
                            return settings.training.optimizer.name == name;
                        }},
                       pointers_to(components.optimizers));
}

std::vector<Key> keys_of_measures(const Components& components) {
    return family_keys({"sharpness", "sharpness.measures", false, MEMBER(sharpness.values),
                        MEMBER(sharpness.values),
                        [](const RunSettings& settings, const std::string& name) {
                            return measures_sharpness(settings, name);
                        }},
                       pointers_to(components.measures));
}

std::vector<Key> all_keys(const Components& components) {
    std::vector<Key> keys;
    const auto add = [&keys](std::vector<Key> more) {
        std::move(more.begin(), more.end(), std::back_inserter(keys));
    };
    add({study_key()});
    add(data_keys(components));
    add(keys_of_datasets(components));
    add({name_key("model.name", components.networks, MEMBER(model.name), "the network")});
    add(keys_of_networks(components));
    add(training_keys_before_optimizer());
    add({name_key("training.optimizer.name", components.optimizers, MEMBER(training.optimizer.name),
                  "the optimizer")});
    add(keys_of_optimizers(components));
    add(optimizer_keys_of_all());
    add(training_keys_after_optimizer());
    add(batch_norm_keys(components));
    add(evaluation_keys());
    add(sharpness_keys(components));
    add(keys_of_measures(components));
    add(output_keys());
    return keys;
}

}  // namespace

Schema::Schema(Components components)
    : components_(std::move(components)), keys_(all_keys(components_)) {
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        const std::string& path = keys_[i].path;
        positions_.emplace(path, i);
        // From the outermost: "training" before "training.optimizer".
        for (auto dot = path.find('.'); dot != std::string::npos; dot = path.find('.', dot + 1)) {
            if (const std::string section = path.substr(0, dot); !is_section(section)) {
                sections_.push_back(section);
            }
        }
    }
}

const Key* Schema::find(std::string_view path) const {
    const auto found = positions_.find(path);
    return found == positions_.end() ? nullptr : &keys_[found->second];
}

const Key& Schema::at(std::string_view path) const {
    const Key* key = find(path);
    if (key == nullptr) {
        throw std::out_of_range(fmt::format("no key {} in the schema", path));
    }
    return *key;
}

bool Schema::is_section(std::string_view path) const {
    return std::find(sections_.begin(), sections_.end(), path) != sections_.end();
}

std::vector<std::string> Schema::names_under(std::string_view section) const {
    const std::string prefix = section.empty() ? std::string{} : std::string{section} + '.';
    std::vector<std::string> names;
    for (const Key& key : keys_) {
        if (key.path.starts_with(prefix)) {
            const std::string rest = key.path.substr(prefix.size());
            const std::string name = rest.substr(0, rest.find('.'));
            if (std::find(names.begin(), names.end(), name) == names.end()) {
                names.push_back(name);
            }
        }
    }
    return names;
}

std::string Schema::short_key_of(const Key& key) const {
    auto dot = key.path.rfind('.');
    while (dot != std::string::npos) {
        const std::string suffix = key.path.substr(dot);  // with its dot: whole names only
        const bool is_shared = std::any_of(keys_.begin(), keys_.end(), [&](const Key& other) {
            const bool counts = other.may_be_axis || !key.may_be_axis;
            return counts && other.path != key.path &&
                   (other.path.ends_with(suffix) || other.path == suffix.substr(1));
        });
        if (!is_shared) {
            return suffix.substr(1);
        }
        dot = dot == 0 ? std::string::npos : key.path.rfind('.', dot - 1);
    }
    return key.path;
}

bool Schema::is_used(const Key& key, const RunSettings& settings) const {
    if (key.is_switched_on && !key.is_switched_on(settings)) {
        return false;
    }
    if (!key.used_when) {
        return true;
    }
    const Value selected = at(key.used_when->selector).read(settings);
    const auto& values = key.used_when->values;
    return std::find(values.begin(), values.end(), std::get<std::string>(selected)) != values.end();
}

const DatasetComponent& Schema::dataset(const RunSettings& settings) const {
    return component_named(components_.datasets, settings.data.name, "data.name");
}

Value default_at(const Key& key, const RunSettings& settings) {
    static const RunSettings defaults;
    return key.default_in ? key.default_in(settings) : key.read(defaults);
}

}  // namespace batchscope
