#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/component.hpp"
#include "config/key.hpp"
#include "config/run_settings.hpp"
#include "config/settings_keys.hpp"
#include "config/value.hpp"

namespace batchscope {

/// A key that only some values of another key, its selector, make use of.
struct UsedWhen {
    std::string selector;
    std::vector<std::string> values;
};

/// All about one key of the configuration.
struct Key : KeyOf<RunSettings> {
    Key() = default;
    Key(KeyOf<RunSettings> key) : KeyOf<RunSettings>(std::move(key)) {}

    bool may_be_axis = true;
    std::optional<UsedWhen> used_when;  ///< always used if absent; naming it in vain is an error
    /// The default where the other settings are these; empty: that of RunSettings.
    std::function<Value(const RunSettings&)> default_in;
};

/// Every key of the configuration: those of every run, and those of the components that a study may
/// name.
class Schema {
  public:
    /// Throws std::logic_error where two components of a family describe a key of one name
    /// differently.
    explicit Schema(Components components);
    Schema(const Schema&) = delete;  // keys look components up
    Schema& operator=(const Schema&) = delete;

    [[nodiscard]] const Components& components() const { return components_; }
    /// In the order of documentation, names and hashes. Adding an optional key anywhere keeps old
    /// hashes.
    [[nodiscard]] const std::vector<Key>& keys() const { return keys_; }

    /// The key of this path, or nullptr.
    [[nodiscard]] const Key* find(std::string_view path) const;
    /// find() for a path known to be in the table; throws std::out_of_range.
    [[nodiscard]] const Key& at(std::string_view path) const;

    /// Every map of the configuration: "training", "training.optimizer", ...
    [[nodiscard]] const std::vector<std::string>& sections() const { return sections_; }
    [[nodiscard]] bool is_section(std::string_view path) const;
    /// Names directly under a section ("" is the top): keys and sections, in the order of keys().
    [[nodiscard]] std::vector<std::string> names_under(std::string_view section) const;

    /// The shortest suffix of the path, in whole names, that no other key shares: "batch_size",
    /// "optimizer.name". It names axes in file names; hence keys that cannot be an axis leave the
    /// names of the others alone: training.seed is "seed" although there is a sharpness.seed.
    [[nodiscard]] std::string short_key_of(const Key& key) const;

    /// Whether a run with these settings makes use of the key: its selector and its switch say so.
    [[nodiscard]] bool is_used(const Key& key, const RunSettings& settings) const;

    /// The data set of these settings. Throws Error (configuration) for an unknown name.
    [[nodiscard]] const DatasetComponent& dataset(const RunSettings& settings) const;

  private:
    Components components_;
    std::vector<Key> keys_;
    std::map<std::string, std::size_t, std::less<>> positions_;
    std::vector<std::string> sections_;
};

/// The default of a key where its siblings are as in `settings`: of most that of RunSettings, or of
/// the component named there.
[[nodiscard]] Value default_at(const Key& key, const RunSettings& settings);

}  // namespace batchscope
