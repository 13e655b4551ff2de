#include "config/configuration_differences.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <set>

namespace batchscope {

namespace {

std::string flow_text(const YAML::Node& node) {
    YAML::Emitter emitter;
    emitter << YAML::Flow << node;
    return emitter.c_str();
}

void flatten(const YAML::Node& node, const std::string& path,
             std::map<std::string, std::string>& settings) {
    if (!node.IsMap()) {
        settings[path] = node.IsScalar() ? node.Scalar() : flow_text(node);
        return;
    }
    for (const auto& entry : node) {
        const std::string key = entry.first.Scalar();
        flatten(entry.second, path.empty() ? key : path + "." + key, settings);
    }
}

}  // namespace

std::map<std::string, std::string> flatten_configuration(const std::string& yaml) {
    std::map<std::string, std::string> settings;
    try {
        const YAML::Node root = YAML::Load(yaml);
        if (root.IsMap()) {
            flatten(root, "", settings);
        }
    } catch (const YAML::Exception&) {
        return {};
    }
    return settings;
}

std::vector<std::string> configuration_differences(const std::string& old_yaml,
                                                   const std::string& new_yaml) {
    const auto old_settings = flatten_configuration(old_yaml);
    const auto new_settings = flatten_configuration(new_yaml);
    std::set<std::string> keys;
    for (const auto* settings : {&old_settings, &new_settings}) {
        for (const auto& [key, value] : *settings) {
            keys.insert(key);
        }
    }
    const auto value_of = [](const auto& settings, const std::string& key) {
        const auto found = settings.find(key);
        return found == settings.end() ? std::string("(absent)") : found->second;
    };
    std::vector<std::string> differences;
    for (const std::string& key : keys) {
        const std::string before = value_of(old_settings, key);
        const std::string after = value_of(new_settings, key);
        if (before != after) {
            differences.push_back(fmt::format("{}: {} -> {}", key, before, after));
        }
    }
    return differences;
}

}  // namespace batchscope
