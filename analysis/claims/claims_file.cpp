#include "analysis/claims/claims_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "config/yaml_reader.hpp"

namespace batchscope {

namespace {

SizeRange range_of(const YamlPlace& place) {
    SizeRange range;
    for (const auto& [name, bound] : entries_of(place, {"from", "to"})) {
        (name == "from" ? range.from : range.to) = integer_from(bound, 1);
    }
    if (range.from > range.to) {
        throw place.error(fmt::format("holds no batch size: from {} to {}", range.from, range.to),
                          "let 'from' be at most 'to'");
    }
    return range;
}

/// Reads the parameter `name` into `claim`.
void assign(Claim& claim, const std::string& name, const YamlPlace& place) {
    static const std::map<std::string, SizeRange Claim::*> ranges{
        {"small", &Claim::small}, {"medium", &Claim::medium}, {"large", &Claim::large}};
    struct Least {
        std::int64_t Claim::*member;
        std::int64_t least;
    };
    static const std::map<std::string, Least> counts{
        {"fewest_batch_sizes", {&Claim::fewest_batch_sizes, 3}},
        {"fewest_rates", {&Claim::fewest_rates, 3}},
        {"fewest_batches", {&Claim::fewest_batches, 2}}};
    struct Above {
        double Claim::*member;
        double least;
    };
    static const std::map<std::string, Above> numbers{
        {"loss_rise", {&Claim::loss_rise, 0}},
        {"lowest_slope", {&Claim::lowest_slope, 0}},
        {"highest_slope", {&Claim::highest_slope, 1}},
        {"smallest_span", {&Claim::smallest_span, 1}}};
    if (const auto range = ranges.find(name); range != ranges.end()) {
        claim.*range->second = range_of(place);
    } else if (const auto count = counts.find(name); count != counts.end()) {
        claim.*count->second.member = integer_from(place, count->second.least);
    } else if (const auto value = numbers.find(name); value != numbers.end()) {
        claim.*value->second.member = number_between(place, value->second.least);
    } else {
        claim.margin = number_between(place, 0);
    }
}

const std::vector<std::string>& all_parameters() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (std::size_t kind = 0; kind < claim_kind_names().size(); ++kind) {
            for (const std::string& key : keys_of(static_cast<ClaimKind>(kind))) {
                if (std::find(all.begin(), all.end(), key) == all.end()) {
                    all.push_back(key);
                }
            }
        }
        return all;
    }();
    return names;
}

ClaimKind kind_of(const YamlPlace& place) {
    const std::string name = text_of(place);
    if (const auto kind = claim_kind(name)) {
        return *kind;
    }
    throw place.error(
        fmt::format("'{}' is not a kind of claim", name),
        remedy_of_misspelt(name, claim_kind_names(),
                           fmt::format("give one of {}", fmt::join(claim_kind_names(), ", "))));
}

/// Groups that share a batch size would compare it with itself.
void check_groups(const Claim& claim, const YamlPlace& place) {
    const std::vector<std::string>& keys = keys_of(claim.kind);
    const std::pair<const char*, const SizeRange*> groups[] = {
        {"small", &claim.small}, {"medium", &claim.medium}, {"large", &claim.large}};
    const std::pair<const char*, const SizeRange*>* previous = nullptr;
    for (const auto& group : groups) {
        if (std::find(keys.begin(), keys.end(), group.first) == keys.end()) {
            continue;
        }
        if (previous != nullptr && previous->second->to >= group.second->from) {
            throw place.error(
                fmt::format("{} goes up to {}, but {} begins at {}", previous->first,
                            previous->second->to, group.first, group.second->from),
                fmt::format("let {} end below where {} begins", previous->first, group.first));
        }
        previous = &group;
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
    names.insert(names.end(), all_parameters().begin(), all_parameters().end());
    const YamlEntries entries = entries_of(place, names);
    const YamlPlace& kind = required(entries, "kind", place);
    Claim claim = default_claim(kind_of(kind));
    claim.id = text_of(required(entries, "id", place));
    claim.english = text_of(required(entries, "english", place));
    const auto korean = entries.find("korean");
    claim.korean = korean == entries.end() ? claim.english : text_of(korean->second);
    const std::vector<std::string>& keys = keys_of(claim.kind);
    for (const std::string& name : all_parameters()) {
        const auto entry = entries.find(name);
        if (entry == entries.end()) {
            continue;
        }
        if (std::find(keys.begin(), keys.end(), name) == keys.end()) {
            throw entry->second.error(
                fmt::format("a claim of kind {} has no use for it", to_string(claim.kind)),
                fmt::format("it takes {}", fmt::join(keys, ", ")));
        }
        assign(claim, name, entry->second);
    }
    if (claim.lowest_slope >= 1) {
        throw entries.at("lowest_slope")
            .error(fmt::format("{} is not below 1", claim.lowest_slope),
                   "give a number above 0 and below 1");
    }
    check_groups(claim, place);
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
