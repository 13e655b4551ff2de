#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "results/run_record.hpp"

namespace batchscope {

/// Counters and values found so far, of a measure's state. Integers below 2^53 are exact.
[[nodiscard]] NamedArray stored_numbers(const std::string& name, const std::string& long_name,
                                        std::vector<double> numbers);

/// The `count` numbers called `name`. Throws Error (data) when there are none or not so many.
[[nodiscard]] std::vector<double> restored_numbers(const std::vector<NamedArray>& arrays,
                                                   const std::string& name, std::size_t count);

/// All numbers of the array called `name`. Throws Error (data) when there is none.
[[nodiscard]] std::vector<double> restored_numbers(const std::vector<NamedArray>& arrays,
                                                   const std::string& name);

/// A list that grows to `capacity` numbers: its length, then the numbers. So its array is never
/// empty, and has one shape.
[[nodiscard]] NamedArray stored_list(const std::string& name, const std::string& long_name,
                                     std::vector<double> list, std::size_t capacity);
[[nodiscard]] std::vector<double> restored_list(const std::vector<NamedArray>& arrays,
                                                const std::string& name, std::size_t capacity);

/// Throws Error (data) unless the array called `name` holds exactly these numbers: the settings
/// under which a state was saved.
void require_numbers(const std::vector<NamedArray>& arrays, const std::string& name,
                     const std::vector<double>& numbers);

/// A seed as numbers of a state: its upper and lower 32 bits.
[[nodiscard]] std::array<double, 2> seed_numbers(std::uint64_t seed);

}  // namespace batchscope
