#include "analysis/runs/configuration_differences.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <memory>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace batchscope {

namespace {

using Settings = std::map<std::string, std::string>;

bool changes_metrics(std::string_view key) {
    constexpr std::array<std::string_view, 5> names{"study", "training.batch_size", "training.seed",
                                                    "data.directory", "training.micro_batch_size"};
    constexpr std::array<std::string_view, 3> sections{"output.", "evaluate.", "sharpness."};
    return std::find(names.begin(), names.end(), key) == names.end() &&
           std::none_of(sections.begin(), sections.end(),
                        [key](std::string_view section) { return key.starts_with(section); });
}

/// The text with the number after each "seed: " blanked: runs of one row differ in nothing else, so
/// that thousands of files need few parses.
std::string without_seed(std::string text) {
    constexpr std::string_view key = "seed: ";
    for (auto at = text.find(key); at != std::string::npos; at = text.find(key, at + 1)) {
        const bool whole_word =
            at == 0 ||
            (std::isalnum(static_cast<unsigned char>(text[at - 1])) == 0 && text[at - 1] != '_');
        const auto digits = at + key.size();
        if (whole_word) {
            const auto end = text.find_first_not_of("0123456789", digits);
            text.erase(digits, (end == std::string::npos ? text.size() : end) - digits);
        }
    }
    return text;
}

std::string flow_text(const YAML::Node& node) {
    YAML::Emitter emitter;
    emitter << YAML::Flow << node;
    return emitter.c_str();
}

void flatten(const YAML::Node& node, const std::string& path, Settings& settings) {
    if (!node.IsMap()) {
        settings[path] = node.IsScalar() ? node.Scalar() : flow_text(node);
        return;
    }
    for (const auto& entry : node) {
        const std::string key = entry.first.Scalar();
        flatten(entry.second, path.empty() ? key : path + "." + key, settings);
    }
}

/// The value as the attribute of a result file would hold it; a key that a run lacks is an empty
/// text.
AttributeValue attribute_value(const Settings& settings, const std::string& key) {
    const auto found = settings.find(key);
    if (found == settings.end()) {
        return std::string{};
    }
    const std::string& text = found->second;
    const char* const end = text.data() + text.size();
    std::int64_t whole = 0;
    if (const auto parsed = std::from_chars(text.data(), end, whole);
        parsed.ec == std::errc{} && parsed.ptr == end) {
        return whole;
    }
    double number = 0;
    if (const auto parsed = std::from_chars(text.data(), end, number);
        parsed.ec == std::errc{} && parsed.ptr == end) {
        return number;
    }
    return text;
}

/// The keys in which two runs of equal batch size and axes differ. `settings[i]` belongs to
/// `runs[i]`.
std::set<std::string> differing_keys(std::span<const AnalyzedRun> runs,
                                     const std::vector<const Settings*>& settings) {
    struct Row {
        std::int64_t batch_size;
        std::map<std::string, std::string> axes;
        auto operator<=>(const Row&) const = default;
    };
    std::map<Row, std::set<const Settings*>> rows;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        Row row{runs[i].batch_size, {}};
        for (const auto& [key, value] : runs[i].axes) {
            row.axes[key] = to_text(value);
        }
        if (!settings[i]->empty()) {
            rows[row].insert(settings[i]);
        }
    }
    std::set<std::string> keys;
    const auto add_differences = [&keys](const Settings& a, const Settings& b) {
        for (const auto& [key, value] : a) {
            const auto other = b.find(key);
            if (changes_metrics(key) && (other == b.end() || other->second != value)) {
                keys.insert(key);
            }
        }
    };
    for (const auto& [row, different] : rows) {
        for (const Settings* other : different) {
            add_differences(**different.begin(), *other);
            add_differences(*other, **different.begin());
        }
    }
    return keys;
}

}  // namespace

std::map<std::string, std::string> flatten_configuration(const std::string& yaml) {
    Settings settings;
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

std::set<std::string> separate_configurations(std::span<AnalyzedRun> runs) {
    std::unordered_map<std::string, std::shared_ptr<const Settings>> parsed;
    std::vector<const Settings*> settings;
    std::set<std::string> axes;
    for (AnalyzedRun& run : runs) {
        const auto [entry, is_new] = parsed.try_emplace(without_seed(std::move(run.configuration)));
        if (is_new) {
            entry->second = std::make_shared<const Settings>(flatten_configuration(entry->first));
        }
        run.configuration.clear();
        run.settings = entry->second;
        settings.push_back(entry->second.get());
        for (const auto& [key, value] : run.axes) {
            axes.insert(key);
        }
    }
    // Axes that only some files have are filled first: they may explain every difference.
    const auto fill = [&](const std::set<std::string>& keys) {
        for (std::size_t i = 0; i < runs.size(); ++i) {
            for (const std::string& key : keys) {
                runs[i].axes.try_emplace(key, attribute_value(*settings[i], key));
            }
        }
    };
    fill(axes);
    std::set<std::string> keys = differing_keys(runs, settings);
    fill(keys);
    return keys;
}

}  // namespace batchscope
