#include "analysis/runs/batch_gradients.hpp"

#include <cmath>

namespace batchscope {

namespace {

/// A count of a file, where it may be anything; 0 for what is none.
std::int64_t as_count(double value) {
    constexpr double largest = 0x1p53;
    return value >= 1 && value <= largest ? static_cast<std::int64_t>(value) : 0;
}

std::int64_t count_in(const SharpnessRow& row, const std::string& column) {
    const auto found = row.values.find(column);
    return found == row.values.end() || found->second.empty() ? 0 : as_count(found->second.front());
}

}  // namespace

std::vector<BatchGradientVariance> batch_gradient_variances(const RunRecord& record) {
    std::vector<BatchGradientVariance> variances;
    const auto scale = record.sharpness.scales.find("gradient_batch_size");
    if (scale == record.sharpness.scales.end()) {
        return variances;
    }
    for (const SharpnessRow& row : record.sharpness.rows) {
        const auto column = row.values.find("batch_gradient_variance");
        if (column == row.values.end() || column->second.size() != scale->second.size()) {
            continue;
        }
        const std::int64_t batches = count_in(row, "gradient_batches");
        const std::int64_t examples = count_in(row, "examples");
        for (std::size_t i = 0; i < scale->second.size(); ++i) {
            if (std::isfinite(column->second[i])) {
                variances.push_back({row.epoch, static_cast<double>(row.step),
                                     as_count(scale->second[i]), batches, examples,
                                     column->second[i]});
            }
        }
    }
    return variances;
}

}  // namespace batchscope
