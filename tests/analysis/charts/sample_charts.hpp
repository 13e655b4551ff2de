#pragma once

#include <string>
#include <vector>

#include "analysis/charts/chart.hpp"

namespace batchscope {

struct SampleChart {
    std::string name;  ///< of its ids
    Chart chart;
};

/// "every-layer", and charts at their limits: long and hostile text, nothing to show, Korean, a
/// thousand runs.
[[nodiscard]] const std::vector<SampleChart>& sample_charts();

}  // namespace batchscope
