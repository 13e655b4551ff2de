#include "config/family_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace batchscope {

namespace {

/// A component with its key of some path.
struct Owner {
    std::string name;
    ComponentKey key;
};

bool describe_the_same(const KeyDescription& a, const KeyDescription& b) {
    return a.kind == b.kind && a.choices == b.choices && a.range == b.range;
}

/// The default of the component that the run uses; of the first where it uses none.
Value default_of(const Family& family, const std::vector<Owner>& owners,
                 const RunSettings& settings) {
    const auto used = std::find_if(owners.begin(), owners.end(), [&](const Owner& owner) {
        return family.uses(settings, owner.name);
    });
    return (used == owners.end() ? owners.front() : *used).key.default_value;
}

Key key_of(const Family& family, const std::vector<Owner>& owners, std::size_t components) {
    const ComponentKey& first = owners.front().key;
    Key key;
    static_cast<KeyDescription&>(key) = first;
    key.path = family.section + "." + first.path;
    key.may_be_axis = family.one_of_several;
    key.assign = [family, path = first.path](RunSettings& settings, const Value& value) {
        family.values_to_change(settings)[path] = value;
    };
    key.default_in = [family, owners](const RunSettings& settings) {
        return default_of(family, owners, settings);
    };
    key.read = [family, owners, path = first.path](const RunSettings& settings) {
        const KeyValues& values = family.values(settings);
        const auto given = values.find(path);
        return given == values.end() ? default_of(family, owners, settings) : given->second;
    };
    if (!family.one_of_several) {
        key.is_switched_on = [family, owners](const RunSettings& settings) {
            return std::any_of(owners.begin(), owners.end(), [&](const Owner& owner) {
                return family.uses(settings, owner.name);
            });
        };
        return key;
    }
    if (owners.size() < components) {
        key.used_when = UsedWhen{family.selector, {}};
        for (const Owner& owner : owners) {
            key.used_when->values.push_back(owner.name);
        }
    }
    if (first.is_switched_on) {
        key.is_switched_on = [family, is_on = first.is_switched_on](const RunSettings& settings) {
            return is_on(family.values(settings));
        };
    }
    return key;
}

}  // namespace

std::vector<Key> family_keys(const Family& family,
                             const std::vector<const Component*>& components) {
    std::vector<std::pair<std::string, std::vector<Owner>>> owners_of_paths;
    for (const Component* component : components) {
        for (const ComponentKey& key : component->keys) {
            auto found = std::find_if(owners_of_paths.begin(), owners_of_paths.end(),
                                      [&](const auto& entry) { return entry.first == key.path; });
            if (found == owners_of_paths.end()) {
                found = owners_of_paths.insert(owners_of_paths.end(), {key.path, {}});
            } else if (!describe_the_same(found->second.front().key, key)) {
                throw std::logic_error(fmt::format("{}.{}: {} and {} describe it differently",
                                                   family.section, key.path,
                                                   found->second.front().name, component->name));
            }
            found->second.push_back({component->name, key});
        }
    }
    std::vector<Key> keys;
    for (const auto& [path, owners] : owners_of_paths) {
        keys.push_back(key_of(family, owners, components.size()));
    }
    return keys;
}

}  // namespace batchscope
