#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "config/run_settings.hpp"
#include "config/study_yaml.hpp"

namespace batchscope {

/// Checks what the whole study says: keys that no point can use (momentum with adamw), two budgets,
/// one folder for two data sets. A key whose selector is an axis need be used at one of its values
/// only. Throws Error (configuration).
void check_study(const GivenValues& given);

/// Checks that the values of one point go together: a scaling rule has its reference, a step
/// schedule its epochs, and so on. `given` tells where to point. Throws Error (configuration).
void check_point(const RunSettings& settings, const GivenValues& given);

/// Throws the error (configuration) of a value that is wrong beside another one: `keys`, the wrong
/// one first, then those that make it so.
[[noreturn]] void refuse(const GivenValues& given, const std::vector<std::string>& keys,
                         const std::string& problem, std::string remedy);

/// Refuses a list that holds a value twice.
template <class Number>
void refuse_repeated(std::vector<Number> list, const std::string& key, const GivenValues& given) {
    std::sort(list.begin(), list.end());
    if (const auto twice = std::adjacent_find(list.begin(), list.end()); twice != list.end()) {
        refuse(given, {key}, fmt::format("{} is on the list twice", *twice), "name each once");
    }
}

}  // namespace batchscope
