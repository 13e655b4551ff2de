#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

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
    bool operator==(const Range&) const = default;
};

inline constexpr Range positive{.lowest = 0.0, .lowest_open = true};
inline constexpr Range not_negative{.lowest = 0.0};
inline constexpr Range fraction{.lowest = 0.0, .highest = 1.0};
inline constexpr Range fraction_below_one{.lowest = 0.0, .highest = 1.0, .highest_open = true};
inline constexpr Range fraction_inside{
    .lowest = 0.0, .highest = 1.0, .lowest_open = true, .highest_open = true};

/// What a reader of the documentation, and of a message, learns of a key.
struct KeyDescription {
    std::string path;  ///< "training.optimizer.momentum"
    ValueKind kind = ValueKind::text;
    std::vector<std::string> choices;  ///< of a choice or a list of choices
    Range range;                       ///< of numbers
    std::string meaning;               ///< what it sets, and the unit where it has one
    /// Place among the keys of a family of components; equal ones in the order of the components.
    int position = 0;

    [[nodiscard]] bool is_list() const;  ///< a list by nature: a list of lists is its axis
    [[nodiscard]] std::string expectation() const;  ///< "an integer >= 1", "one of none, linear"
};

/// "training.optimizer" and "momentum" of "training.optimizer.momentum"; "" and "study" of "study".
[[nodiscard]] std::string parent_of(std::string_view path);
[[nodiscard]] std::string last_name_of(std::string_view path);

}  // namespace batchscope
