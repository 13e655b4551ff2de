#include "analysis/claims/claims_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "analysis/claims/claims.hpp"
#include "config/yaml_reader.hpp"

namespace batchscope {

namespace {

std::vector<std::string> kind_names() {
    std::vector<std::string> names;
    for (const ClaimKind* kind : claim_kinds()) {
        names.push_back(kind->name);
    }
    return names;
}

/// The keys of the settings of all kinds, each once.
const std::vector<std::string>& all_settings() {
    static const std::vector<std::string> keys = [] {
        std::vector<std::string> all;
        for (const ClaimKind* kind : claim_kinds()) {
            for (const std::string& key : kind->keys) {
                if (std::find(all.begin(), all.end(), key) == all.end()) {
                    all.push_back(key);
                }
            }
        }
        return all;
    }();
    return keys;
}

const ClaimKind& kind_of(const YamlPlace& place) {
    const std::string name = text_of(place);
    for (const ClaimKind* kind : claim_kinds()) {
        if (kind->name == name) {
            return *kind;
        }
    }
    const std::vector<std::string> names = kind_names();
    throw place.error(
        fmt::format("'{}' is not a kind of claim", name),
        remedy_of_misspelt(name, names, fmt::format("give one of {}", fmt::join(names, ", "))));
}

void refuse_useless_settings(const YamlEntries& entries, const ClaimKind& kind) {
    for (const std::string& key : all_settings()) {
        const auto entry = entries.find(key);
        const bool is_of_kind =
            std::find(kind.keys.begin(), kind.keys.end(), key) != kind.keys.end();
        if (entry != entries.end() && !is_of_kind) {
            throw entry->second.error(
                fmt::format("a claim of kind {} has no use for it", kind.name),
                fmt::format("it takes {}", fmt::join(kind.keys, ", ")));
        }
    }
}

const YamlPlace& required(const YamlEntries& entries, const std::string& name,
                          const YamlPlace& claim) {
    const auto found = entries.find(name);
    if (found == entries.end()) {
        throw claim.error(fmt::format("has no '{}'", name),
                          "a claim needs id, kind and english; see the default claims");
    }
    return found->second;
}

Claim read_claim(const YamlPlace& place) {
    std::vector<std::string> names{"id", "kind", "english", "korean"};
    names.insert(names.end(), all_settings().begin(), all_settings().end());
    const YamlEntries entries = entries_of(place, names);
    const ClaimKind& kind = kind_of(required(entries, "kind", place));
    Claim claim{.id = text_of(required(entries, "id", place)),
                .english = text_of(required(entries, "english", place)),
                .korean = {},
                .kind = &kind,
                .rule = {}};
    const auto korean = entries.find("korean");
    claim.korean = korean == entries.end() ? claim.english : text_of(korean->second);
    refuse_useless_settings(entries, kind);
    claim.rule = kind.read(entries, place);
    return claim;
}

}  // namespace

std::vector<Claim> read_claims(const std::string& text, const std::filesystem::path& source) {
    const YamlOrigin origin{.name = source.string(), .has_lines = true};
    const std::string remedy = "begin with 'claims:' and one '- id: ...' for each claim";
    const YamlEntries entries = entries_of(top_level_map(text, origin, remedy, remedy), {"claims"});
    const auto list = entries.find("claims");
    if (list == entries.end()) {
        throw configuration_error(fmt::format("{}: has no 'claims'", origin.name), remedy);
    }
    if (!list->second.node.IsSequence() || list->second.node.size() == 0) {
        throw list->second.error("a list of claims belongs here", remedy);
    }
    std::vector<Claim> claims;
    std::map<std::string, std::string> lines;  // where each id was first
    for (const YAML::Node& node : list->second.node) {
        const YamlPlace place{origin, node, origin.at(node.Mark()),
                              fmt::format("claims[{}]", claims.size())};
        claims.push_back(read_claim(place));
        const auto [first, is_new] = lines.emplace(claims.back().id, place.where);
        if (!is_new) {
            throw place.error(
                fmt::format("the id {} is given twice, first at {}", first->first, first->second),
                "give each claim an id of its own");
        }
    }
    return claims;
}

std::vector<Claim> read_claims_file(const std::filesystem::path& file) {
    std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream.good() || std::filesystem::is_directory(file)) {
        throw configuration_error(fmt::format("{}: cannot read the claims", file.string()),
                                  "give a YAML file that exists and that you may read");
    }
    return read_claims(text.str(), file);
}

const std::vector<Claim>& default_claims() {
    static const std::vector<Claim> claims = read_claims(default_claims_yaml, "the default claims");
    return claims;
}

}  // namespace batchscope
