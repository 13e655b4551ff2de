#pragma once

#include <vector>

#include "config/schema.hpp"

namespace batchscope {

/// The keys of one section that belong to no component. Those of a component's family stand where
/// its selector says: schema.cpp puts them together.
[[nodiscard]] std::vector<Key> data_keys(const Components& components);
[[nodiscard]] std::vector<Key> training_keys_before_optimizer();
[[nodiscard]] std::vector<Key> optimizer_keys_of_all();
[[nodiscard]] std::vector<Key> training_keys_after_optimizer();
[[nodiscard]] std::vector<Key> batch_norm_keys(const Components& components);
[[nodiscard]] std::vector<Key> evaluation_keys();
[[nodiscard]] std::vector<Key> sharpness_keys(const Components& components);
[[nodiscard]] std::vector<Key> output_keys();
[[nodiscard]] Key study_key();

/// A choice among the names of a family's components.
template <class Described, class Member>
[[nodiscard]] Key name_key(const std::string& path, const std::vector<Described>& components,
                           Member member, const std::string& meaning) {
    Key key{make_key<RunSettings>(path, ValueKind::choice, member, meaning)};
    key.choices = names_of(components);
    return key;
}

// Reaches the member of settings `s`, constant or not: one function serves reading and assigning.
#define MEMBER(path)       \
    [](auto& s) -> auto& { \
        return s.path;     \
    }

}  // namespace batchscope
