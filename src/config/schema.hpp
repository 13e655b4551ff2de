#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/run_settings.hpp"
#include "config/value.hpp"

namespace batchscope {

enum class ValueKind {
    boolean,
    integer,
    automatic_integer,  ///< an integer or the word auto
    number,
    choice,
    text,
    integer_list,
    number_list,
    choice_list,  ///< a set: each choice once at most, read in the order of the choices
};

/// Inclusive bounds of a number (of each number of a list), unless marked as open.
struct Range {
    double lowest = -std::numeric_limits<double>::infinity();
    double highest = std::numeric_limits<double>::infinity();
    bool lowest_open = false;
    bool highest_open = false;

    [[nodiscard]] bool contains(double value) const;
    [[nodiscard]] std::string description() const;  ///< ">= 1", "> 0 and < 1"; empty if unbounded
};

/// A key that only some values of another key, its selector, make use of.
struct UsedWhen {
    std::string selector;
    std::vector<std::string> values;
};

/// All about one key of the configuration.
struct Key {
    std::string path;  ///< "training.optimizer.momentum"
    ValueKind kind = ValueKind::text;
    std::vector<std::string> choices;  ///< of a choice or a list of choices
    Range range;                       ///< of numbers
    bool may_be_axis = true;
    std::optional<UsedWhen> used_when;  ///< always used if absent; naming it in vain is an error
    /// Whether a switch elsewhere lets the key act (empty: always); naming it in vain is harmless.
    std::function<bool(const RunSettings&)> is_switched_on;
    std::function<void(RunSettings&, const Value&)> assign;
    std::function<Value(const RunSettings&)> read;

    [[nodiscard]] bool is_list() const;  ///< a list by nature: a list of lists is its axis
    [[nodiscard]] std::string expectation() const;  ///< "an integer >= 1", "one of none, linear"
};

/// Every key of the configuration, in the order of documentation, names and hashes. Adding an
/// optional key anywhere keeps old hashes.
[[nodiscard]] const std::vector<Key>& schema();

/// The key of this path, or nullptr.
[[nodiscard]] const Key* find_key(std::string_view path);
/// find_key for a path known to be in the table; throws std::out_of_range.
[[nodiscard]] const Key& key_at(std::string_view path);

/// Every map of the configuration: "training", "training.optimizer", ...
[[nodiscard]] const std::vector<std::string>& sections();
[[nodiscard]] bool is_section(std::string_view path);
/// Names directly under a section ("" is the top): keys and sections, in the schema's order.
[[nodiscard]] std::vector<std::string> names_under(std::string_view section);

/// "training.optimizer" and "momentum" of "training.optimizer.momentum"; "" and "study" of "study".
[[nodiscard]] std::string parent_of(std::string_view path);
[[nodiscard]] std::string last_name_of(std::string_view path);

/// The shortest suffix of the path, in whole names, that no other key shares: "batch_size",
/// "optimizer.name". It names axes in file names; hence keys that cannot be an axis leave the names
/// of the others alone: training.seed is "seed" although there is a sharpness.seed.
[[nodiscard]] std::string short_key_of(const Key& key);

/// Whether a run with these settings makes use of the key: its selector and its switch say so.
[[nodiscard]] bool is_used(const Key& key, const RunSettings& settings);

/// The default of a key where its siblings are as in `settings`: most are those of RunSettings; the
/// folder of the data, the number of validation examples, dropout and the budget depend on other
/// keys.
[[nodiscard]] Value default_at(const Key& key, const RunSettings& settings);

/// Whether the data set lies in files (else it is generated).
[[nodiscard]] bool is_file_based(std::string_view data_name);

}  // namespace batchscope
