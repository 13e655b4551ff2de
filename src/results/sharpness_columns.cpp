#include "results/sharpness_columns.hpp"

namespace batchscope {

std::vector<std::int64_t> sharpness_shape(
    const SharpnessColumn& column, const std::map<std::string, std::vector<double>>& scales) {
    std::vector<std::int64_t> shape;
    for (const std::string& dimension : column.dimensions) {
        const auto scale = scales.find(dimension);
        shape.push_back(scale == scales.end() ? 0
                                              : static_cast<std::int64_t>(scale->second.size()));
    }
    return shape;
}

}  // namespace batchscope
