#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/claims/claim.hpp"
#include "analysis/claims/decision.hpp"
#include "analysis/claims/evidence.hpp"
#include "analysis/claims/finding.hpp"
#include "analysis/claims/size_range.hpp"
#include "config/yaml_reader.hpp"

namespace batchscope {

/// How claims are decided: one pair of files of this folder each, which claims.cpp lists. The pair
/// holds a struct of settings with their defaults, which is called with evidence, a ClaimKind of it
/// and the reasons that are its own.
struct ClaimKind {
    std::string name;  ///< in a claims file: "small_generalizes"
    ClaimChart shown_by;
    std::vector<std::string> keys;  ///< of its settings, in the order of documentation
    /// The rule with the settings that the entries give. Throws Error (configuration) for values
    /// out of range and for groups of batch sizes that overlap or are out of order.
    std::function<ClaimRule(const YamlEntries& entries, const YamlPlace& claim)> read;
};

/// A setting of a kind: its key in a claims file, and how its value comes into the settings.
template <class Settings>
struct ClaimSetting {
    std::string key;
    std::function<void(Settings& settings, const YamlPlace& place)> read;
    SizeRange Settings::*group = nullptr;  ///< of a group of batch sizes
};

/// What a number may be, without the bounds.
struct Between {
    double above;
    double below = std::numeric_limits<double>::infinity();
};

struct AtLeast {
    std::int64_t least;
};

/// A group of batch sizes. Throws Error (configuration) where it holds none.
[[nodiscard]] SizeRange size_range_of(const YamlPlace& place);

/// Groups that share a batch size would compare it with itself: throws Error (configuration) where
/// one does not end before the next begins.
void check_groups(const std::vector<std::pair<std::string, SizeRange>>& groups,
                  const YamlPlace& claim);

template <class Settings>
ClaimSetting<Settings> setting(std::string key, SizeRange Settings::*member) {
    return {std::move(key),
            [member](Settings& settings, const YamlPlace& place) {
                settings.*member = size_range_of(place);
            },
            member};
}

template <class Settings>
ClaimSetting<Settings> setting(std::string key, std::int64_t Settings::*member, AtLeast range) {
    return {std::move(key), [member, range](Settings& settings, const YamlPlace& place) {
                settings.*member = integer_from(place, range.least);
            }};
}

/// `Number` is double or std::optional<double>.
template <class Settings, class Number>
ClaimSetting<Settings> setting(std::string key, Number Settings::*member, Between range) {
    return {std::move(key), [member, range](Settings& settings, const YamlPlace& place) {
                settings.*member = number_between(place, range.above, range.below);
            }};
}

/// The kind that is decided by `Settings`.
template <class Settings>
ClaimKind claim_kind_of(std::string name, ClaimChart shown_by,
                        std::vector<ClaimSetting<Settings>> all) {
    ClaimKind kind{std::move(name), shown_by, {}, {}};
    for (const auto& setting : all) {
        kind.keys.push_back(setting.key);
    }
    kind.read = [all = std::move(all)](const YamlEntries& entries,
                                       const YamlPlace& claim) -> ClaimRule {
        Settings settings;
        std::vector<std::pair<std::string, SizeRange>> groups;
        for (const auto& setting : all) {
            if (const auto entry = entries.find(setting.key); entry != entries.end()) {
                setting.read(settings, entry->second);
            }
            if (setting.group != nullptr) {
                groups.emplace_back(setting.key, settings.*setting.group);
            }
        }
        check_groups(groups, claim);
        return settings;
    };
    return kind;
}

}  // namespace batchscope
