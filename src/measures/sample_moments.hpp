#pragma once

#include <vector>

namespace batchscope {

/// Of independent numbers; `deviation` is NaN for fewer than two, all is NaN for none.
struct SampleMoments {
    double mean = 0;
    double deviation = 0;       ///< standard deviation of one number, from count - 1
    double standard_error = 0;  ///< of the mean
};
[[nodiscard]] SampleMoments sample_moments(const std::vector<double>& numbers);

}  // namespace batchscope
