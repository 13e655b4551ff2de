#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/schema.hpp"

namespace batchscope {

/// Where the settings of a family of components lie, and which of them a run uses.
struct Family {
    std::string section;   ///< "training.optimizer"
    std::string selector;  ///< "training.optimizer.name"
    /// True: a key of a component that is not named is an error; false: it is harmless, since
    /// several may be named at once (measures).
    bool one_of_several = true;
    std::function<const KeyValues&(const RunSettings&)> values;
    std::function<KeyValues&(RunSettings&)> values_to_change;
    std::function<bool(const RunSettings&, const std::string& name)> uses;
};

/// The keys of all components of a family, each path once, in the order of the components. The
/// value of a key that a run does not give is the default of the component that it uses. Throws
/// std::logic_error where two components describe a key of one name differently.
[[nodiscard]] std::vector<Key> family_keys(const Family& family,
                                           const std::vector<const Component*>& components);

}  // namespace batchscope
