#include "config/unknown_key.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/nearest_name.hpp"

namespace batchscope {

namespace {

/// Full paths of all keys and sections with this last name.
std::vector<std::string> paths_named(const Schema& schema, const std::string& name) {
    std::vector<std::string> paths;
    for (const std::string& section : schema.sections()) {
        if (last_name_of(section) == name) {
            paths.push_back(section);
        }
    }
    for (const Key& key : schema.keys()) {
        if (last_name_of(key.path) == name) {
            paths.push_back(key.path);
        }
    }
    return paths;
}

std::string place_of(const std::string& path) {
    const std::string parent = parent_of(path);
    return parent.empty() ? std::string{"at the top level"} : "under " + parent;
}

/// What to say of a name that exists, but elsewhere: those under the same top-level name as `path`
/// first.
std::string remedy_for_misplaced(const std::string& path, std::vector<std::string> same_name) {
    const std::string top = path.substr(0, path.find('.') + 1);  // "" at the top level
    const auto far = std::stable_partition(
        same_name.begin(), same_name.end(),
        [&](const std::string& candidate) { return candidate.starts_with(top); });
    const auto near = far - same_name.begin();
    if (same_name.size() > 1 && near != 1) {
        return fmt::format("did you mean one of {}?", fmt::join(same_name, ", "));
    }
    const std::string& nearest = same_name.front();
    return fmt::format(
        "{} belongs {}: did you mean {}?{}", last_name_of(path), place_of(nearest), nearest,
        same_name.size() == 1 ? std::string{}
                              : fmt::format(" (or {})", fmt::join(far, same_name.end(), ", ")));
}

/// Last names of all keys and sections; those under `section` first, so that they win a tie.
std::vector<std::string> last_names(const Schema& schema, const std::string& section) {
    std::vector<std::string> names = schema.names_under(section);
    for (const std::string& other : schema.sections()) {
        names.push_back(last_name_of(other));
    }
    for (const Key& key : schema.keys()) {
        names.push_back(last_name_of(key.path));
    }
    return names;
}

std::string valid_names(const Schema& schema, const std::string& section) {
    return fmt::format("the names {} are: {}", place_of(section.empty() ? "" : section + ".x"),
                       fmt::join(schema.names_under(section), ", "));
}

std::string remedy_for(const Schema& schema, const std::string& path) {
    // A path may hold dots of a key that was written "training.batch_size" in the file.
    if (schema.find(path) != nullptr || schema.is_section(path)) {
        return fmt::format("nest the names, one map inside the other ('{}' with '{}' in it)",
                           parent_of(path), last_name_of(path));
    }
    const std::string section = parent_of(path);
    const std::string name = last_name_of(path);
    std::vector<std::string> same_name = paths_named(schema, name);
    if (!same_name.empty()) {
        return remedy_for_misplaced(path, std::move(same_name));
    }
    const std::string nearest = nearest_name(name, last_names(schema, section));
    if (nearest.empty()) {
        return valid_names(schema, schema.is_section(section) ? section : "");
    }
    const std::string sibling = section.empty() ? nearest : section + "." + nearest;
    if (schema.find(sibling) != nullptr || schema.is_section(sibling)) {
        return fmt::format("did you mean {}?", sibling);
    }
    const std::vector<std::string> candidates = paths_named(schema, nearest);
    return candidates.size() == 1
               ? fmt::format("did you mean {}, which belongs {}?", candidates.front(),
                             place_of(candidates.front()))
               : fmt::format("did you mean one of {}?", fmt::join(candidates, ", "));
}

}  // namespace

Error unknown_key_error(const Schema& schema, const std::string& where, const std::string& path) {
    return configuration_error(fmt::format("{}: {}: unknown key", where, path),
                               remedy_for(schema, path));
}

}  // namespace batchscope
