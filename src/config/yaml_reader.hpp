#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "config/yaml_document.hpp"
#include "core/error.hpp"

/// Reads the maps, texts and numbers of a YAML file that a user wrote. All throw Error
/// (configuration) that begins with the line and the path of the key.
namespace batchscope {

/// A node with the words that a message about it begins with.
struct YamlPlace {
    YamlOrigin origin;
    YAML::Node node;
    std::string where;  ///< "claims.yaml:7", or the override
    std::string path;   ///< "claims[2].small.to"; empty at the top level

    /// What stands in a list at this place.
    [[nodiscard]] YamlPlace with(const YAML::Node& element) const {
        return {origin, element, where, path};
    }
    [[nodiscard]] Error error(const std::string& problem, std::string remedy) const;
    /// The remedy is to give `expectation`: "an integer >= 1".
    [[nodiscard]] Error expected(const std::string& problem, const std::string& expectation) const;
};

/// The map that `text` consists of. The remedies are for a text that says nothing and for one that
/// says something else.
[[nodiscard]] YamlPlace top_level_map(const std::string& text, const YamlOrigin& origin,
                                      const std::string& remedy_of_nothing,
                                      const std::string& remedy_of_no_map);

/// Calls visit(name, entry) for each entry of a map in the order of the file. Throws for keys that
/// are no names and, before the second visit, for a name given twice.
void visit_entries(
    const YamlPlace& map,
    const std::function<void(const std::string& name, const YamlPlace& entry)>& visit);

using YamlEntries = std::map<std::string, YamlPlace>;

/// The entries of a map, of which only `names` may be given, each once. Throws also for what is no
/// map; for an unknown name it says the nearest one.
[[nodiscard]] YamlEntries entries_of(const YamlPlace& map, const std::vector<std::string>& names);

/// "did you mean margin?", or `otherwise` where no name is near.
[[nodiscard]] std::string remedy_of_misspelt(const std::string& name,
                                             const std::vector<std::string>& names,
                                             const std::string& otherwise);

/// What `parse` makes of the text; the std::invalid_argument that it throws becomes an error.
template <class Parse>
[[nodiscard]] auto parsed(const YamlPlace& place, const std::string& text,
                          const std::string& expectation, const Parse& parse) {
    try {
        return parse(text);
    } catch (const std::invalid_argument& reason) {
        throw place.expected(reason.what(), expectation);
    }
}

/// The text of a single value; `expectation` is what belongs there.
[[nodiscard]] const std::string& scalar_of(const YamlPlace& place, const std::string& expectation);

/// A text that is not empty and holds no control characters.
[[nodiscard]] std::string text_of(const YamlPlace& place);
void check_plain_text(const YamlPlace& place, const std::string& text);

[[nodiscard]] std::int64_t integer_from(const YamlPlace& place, std::int64_t least);

/// A number between these, without them.
[[nodiscard]] double number_between(const YamlPlace& place, double above,
                                    double below = std::numeric_limits<double>::infinity());

}  // namespace batchscope
