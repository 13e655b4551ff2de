#include "analysis/claims/claims_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "config/value.hpp"
#include "config/yaml_document.hpp"
#include "core/error.hpp"
#include "core/nearest_name.hpp"

namespace batchscope {

namespace {

/// A node with the words that a message about it begins with.
struct Place {
    YAML::Node node;
    std::string where;  ///< "claims.yaml:7"
    std::string path;   ///< "claims[2].small.to"

    [[nodiscard]] Error error(const std::string& problem, std::string remedy) const {
        return configuration_error(fmt::format("{}: {}: {}", where, path, problem),
                                   std::move(remedy));
    }
};

using Entries = std::map<std::string, Place>;

/// The entries of a map, of which only `names` may be given, each once.
Entries entries_of(const Place& map, const std::vector<std::string>& names,
                   const YamlOrigin& origin) {
    if (!map.node.IsMap()) {
        throw map.error("a map of keys belongs here",
                        fmt::format("give some of {}", fmt::join(names, ", ")));
    }
    Entries entries;
    for (const auto& entry : map.node) {
        const std::string where = origin.at(entry.first.Mark());
        if (!entry.first.IsScalar()) {
            throw configuration_error(fmt::format("{}: {}: a key that is not a name", where,
                                                  map.path.empty() ? "top level" : map.path),
                                      "write 'name: value'");
        }
        const std::string& name = entry.first.Scalar();
        const Place place{entry.second, where, map.path.empty() ? name : map.path + "." + name};
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            const std::string nearest = nearest_name(name, names);
            throw place.error("unknown key",
                              nearest.empty()
                                  ? fmt::format("the names here are: {}", fmt::join(names, ", "))
                                  : fmt::format("did you mean {}?", nearest));
        }
        const auto [first, is_new] = entries.emplace(name, place);
        if (!is_new) {
            throw place.error(fmt::format("given twice, first at {}", first->second.where),
                              "keep one of the two");
        }
    }
    return entries;
}

const std::string& scalar_of(const Place& place, const std::string& expectation) {
    if (!place.node.IsScalar()) {
        throw place.error(place.node.IsNull() ? "has no value" : "one value belongs here",
                          fmt::format("give {}", expectation));
    }
    return place.node.Scalar();
}

std::string text_of(const Place& place) {
    std::string text = scalar_of(place, "plain text");
    const bool has_control = std::any_of(text.begin(), text.end(), [](unsigned char letter) {
        return letter < 0x20 || letter == 0x7f;
    });
    if (text.empty() || has_control) {
        throw place.error("is empty or holds control characters", "give plain text");
    }
    return text;
}

/// A number above `least`.
double number_above(const Place& place, double least) {
    const std::string expectation = fmt::format("a number above {}", least);
    const std::string& text = scalar_of(place, expectation);
    try {
        const double value = parse_number(text);
        if (value > least) {
            return value;
        }
    } catch (const std::invalid_argument& reason) {
        throw place.error(reason.what(), fmt::format("give {}", expectation));
    }
    throw place.error(fmt::format("{} is not above {}", text, least),
                      fmt::format("give {}", expectation));
}

std::int64_t integer_from(const Place& place, std::int64_t least) {
    const std::string expectation = fmt::format("an integer >= {}", least);
    const std::string& text = scalar_of(place, expectation);
    try {
        const std::int64_t value = parse_integer(text);
        if (value >= least) {
            return value;
        }
    } catch (const std::invalid_argument& reason) {
        throw place.error(reason.what(), fmt::format("give {}", expectation));
    }
    throw place.error(fmt::format("{} is not >= {}", text, least),
                      fmt::format("give {}", expectation));
}

SizeRange range_of(const Place& place, const YamlOrigin& origin) {
    SizeRange range;
    for (const auto& [name, bound] : entries_of(place, {"from", "to"}, origin)) {
        (name == "from" ? range.from : range.to) = integer_from(bound, 1);
    }
    if (range.from > range.to) {
        throw place.error(fmt::format("holds no batch size: from {} to {}", range.from, range.to),
                          "let 'from' be at most 'to'");
    }
    return range;
}

/// Reads the parameter `name` into `claim`.
void assign(Claim& claim, const std::string& name, const Place& place, const YamlOrigin& origin) {
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
        claim.*range->second = range_of(place, origin);
    } else if (const auto count = counts.find(name); count != counts.end()) {
        claim.*count->second.member = integer_from(place, count->second.least);
    } else if (const auto value = numbers.find(name); value != numbers.end()) {
        claim.*value->second.member = number_above(place, value->second.least);
    } else {
        claim.margin = number_above(place, 0);
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

ClaimKind kind_of(const Place& place) {
    const std::string name = text_of(place);
    if (const auto kind = claim_kind(name)) {
        return *kind;
    }
    const std::string nearest = nearest_name(name, claim_kind_names());
    throw place.error(fmt::format("'{}' is not a kind of claim", name),
                      nearest.empty()
                          ? fmt::format("give one of {}", fmt::join(claim_kind_names(), ", "))
                          : fmt::format("did you mean {}?", nearest));
}

/// Groups that share a batch size would compare it with itself.
void check_groups(const Claim& claim, const Place& place) {
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

const Place& required(const Entries& entries, const std::string& name, const Place& claim) {
    const auto found = entries.find(name);
    if (found == entries.end()) {
        throw claim.error(fmt::format("has no '{}'", name),
                          "a claim needs id, kind and english; see the default claims");
    }
    return found->second;
}

Claim read_claim(const Place& place, const YamlOrigin& origin) {
    std::vector<std::string> names{"id", "kind", "english", "korean"};
    names.insert(names.end(), all_parameters().begin(), all_parameters().end());
    const Entries entries = entries_of(place, names, origin);
    const Place& kind = required(entries, "kind", place);
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
        assign(claim, name, entry->second, origin);
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
    const YAML::Node document = parse_yaml_document(text, origin);
    if (!document.IsDefined() || document.IsNull()) {
        throw configuration_error(fmt::format("{}: the file says nothing", origin.name), remedy);
    }
    if (!document.IsMap()) {
        throw configuration_error(
            fmt::format("{}: the file is not a map of keys", origin.at(document.Mark())), remedy);
    }
    const Place top{document, origin.at(document.Mark()), ""};
    const Entries entries = entries_of(top, {"claims"}, origin);
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
        const Place place{node, origin.at(node.Mark()), fmt::format("claims[{}]", claims.size())};
        claims.push_back(read_claim(place, origin));
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
