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

/// Components of which a run uses one may have defaults of their own: those of several at once must
/// agree.
bool describe_the_same(const Family& family, const ComponentKey& a, const ComponentKey& b) {
    return a.kind == b.kind && a.choices == b.choices && a.range == b.range &&
           (family.one_of_several || a.default_value == b.default_value);
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
    if (family.one_of_several && owners.size() < components) {
        key.used_when = UsedWhen{family.selector, {}};
        for (const Owner& owner : owners) {
            key.used_when->values.push_back(owner.name);
        }
    }
    const bool any_switch = std::any_of(owners.begin(), owners.end(), [](const Owner& owner) {
        return static_cast<bool>(owner.key.is_switched_on);
    });
    if (any_switch || !family.one_of_several) {
        key.is_switched_on = [family, owners](const RunSettings& settings) {
            return std::any_of(owners.begin(), owners.end(), [&](const Owner& owner) {
                return family.uses(settings, owner.name) &&
                       (!owner.key.is_switched_on ||
                        owner.key.is_switched_on(family.values(settings)));
            });
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
            } else if (!describe_the_same(family, found->second.front().key, key)) {
                throw std::logic_error(fmt::format("{}.{}: {} and {} describe it differently",
                                                   family.section, key.path,
                                                   found->second.front().name, component->name));
            }
            found->second.push_back({component->name, key});
        }
    }
    std::stable_sort(owners_of_paths.begin(), owners_of_paths.end(),
                     [](const auto& a, const auto& b) {
                         return a.second.front().key.position < b.second.front().key.position;
                     });
    std::vector<Key> keys;
    for (const auto& [path, owners] : owners_of_paths) {
        keys.push_back(key_of(family, owners, components.size()));
    }
    return keys;
}

}  // namespace batchscope
