#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "config/grid.hpp"
#include "config/schema.hpp"
#include "config/value.hpp"

namespace batchscope {

/// What a study says about one key.
struct GivenValue {
    std::vector<Value> values;  ///< one, or those of an axis in the order of the file
    bool is_axis = false;       ///< written as a list where one value belongs, even of length one
    std::string where;          ///< "configs/a.yaml:7" or "--set training.seed=3", for messages
};

/// Everything that a study says, by key path; defaults are absent.
class GivenValues {
  public:
    /// `source` names the study in messages about what it does not say.
    GivenValues(const Schema& schema, std::string source)
        : schema_(schema), source_(std::move(source)) {}

    /// The keys that the study may name; outlives this.
    [[nodiscard]] const Schema& schema() const noexcept { return schema_; }

    [[nodiscard]] const std::string& source() const noexcept { return source_; }
    /// nullptr if the study does not name the key.
    [[nodiscard]] const GivenValue* find(const std::string& path) const;
    /// Where the first of these keys that the study names is given; the source if it names none.
    [[nodiscard]] std::string where(const std::vector<std::string>& paths) const;
    /// The values of the key: the given ones, or its default among default settings.
    [[nodiscard]] std::vector<Value> values_of(const std::string& path) const;

    void insert(const std::string& path, GivenValue value);
    /// Forgets the key of this path and all below it.
    void erase(const std::string& path);
    [[nodiscard]] const std::map<std::string, GivenValue>& all() const noexcept { return given_; }

  private:
    const Schema& schema_;
    std::string source_;
    std::map<std::string, GivenValue> given_;
};

/// Reads a study's text and its overrides: YAML syntax, known and unique keys, types and ranges of
/// every value. Which values go together is not checked here (study_rules.hpp). Throws Error
/// (configuration) beginning with file:line or with the override.
[[nodiscard]] GivenValues read_study_yaml(const Schema& schema, const std::string& text,
                                          const std::filesystem::path& source,
                                          const std::vector<Override>& overrides);

}  // namespace batchscope
