#include "measures/stored_numbers.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "measures/stored_tensor.hpp"

namespace batchscope {

NamedArray stored_numbers(const std::string& name, const std::string& long_name,
                          std::vector<double> numbers) {
    const auto count = static_cast<std::int64_t>(numbers.size());
    return {name, long_name, {count}, std::move(numbers)};
}

std::vector<double> restored_numbers(const std::vector<NamedArray>& arrays, const std::string& name,
                                     std::size_t count) {
    const at::Tensor numbers = at::empty({static_cast<std::int64_t>(count)}, at::kDouble);
    restore_tensor(arrays, name, numbers);
    const auto* data = numbers.const_data_ptr<double>();
    return {data, data + count};
}

std::vector<double> restored_numbers(const std::vector<NamedArray>& arrays,
                                     const std::string& name) {
    const auto found = std::find_if(arrays.begin(), arrays.end(),
                                    [&](const NamedArray& array) { return array.name == name; });
    if (found == arrays.end() || !std::holds_alternative<std::vector<double>>(found->values)) {
        throw data_error(fmt::format("the checkpoint holds no {}", name),
                         "it is of another program version: run the point again with --overwrite");
    }
    return std::get<std::vector<double>>(found->values);
}

NamedArray stored_list(const std::string& name, const std::string& long_name,
                       std::vector<double> list, std::size_t capacity) {
    const auto length = static_cast<double>(list.size());
    list.resize(capacity, 0.0);
    list.insert(list.begin(), length);
    return stored_numbers(name, long_name, std::move(list));
}

std::vector<double> restored_list(const std::vector<NamedArray>& arrays, const std::string& name,
                                  std::size_t capacity) {
    const auto numbers = restored_numbers(arrays, name, capacity + 1);
    const auto length = static_cast<std::ptrdiff_t>(numbers.front());
    return {numbers.begin() + 1, numbers.begin() + 1 + length};
}

void require_numbers(const std::vector<NamedArray>& arrays, const std::string& name,
                     const std::vector<double>& numbers) {
    if (restored_numbers(arrays, name, numbers.size()) != numbers) {
        throw data_error(fmt::format("the {} in the checkpoint are not those of this run", name),
                         "run the point again with --overwrite");
    }
}

std::array<double, 2> seed_numbers(std::uint64_t seed) {
    return {static_cast<double>(seed >> 32U), static_cast<double>(seed & 0xFFFFFFFFU)};
}

}  // namespace batchscope
