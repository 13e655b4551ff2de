#include "analysis/runs/axis_names.hpp"

#include <algorithm>

namespace batchscope {

std::vector<std::string> short_axis_names(const std::vector<std::string>& keys) {
    const auto last_part = [](const std::string& key) { return key.substr(key.rfind('.') + 1); };
    std::vector<std::string> names;
    for (const std::string& key : keys) {
        const auto sharing = std::count_if(keys.begin(), keys.end(), [&](const std::string& other) {
            return last_part(other) == last_part(key);
        });
        names.push_back(sharing == 1 ? last_part(key) : key);
    }
    return names;
}

}  // namespace batchscope
