#include "measures/sample_moments.hpp"

#include <cmath>

#include "core/not_finite.hpp"

namespace batchscope {

SampleMoments sample_moments(const std::vector<double>& numbers) {
    const auto count = static_cast<double>(numbers.size());
    double sum = 0;
    for (const double number : numbers) {
        sum += number;
    }
    const double mean = sum / count;
    double squares = 0;
    for (const double number : numbers) {
        squares += (number - mean) * (number - mean);
    }
    const double deviation = numbers.size() < 2 ? unknown : std::sqrt(squares / (count - 1));
    return {mean, deviation, deviation / std::sqrt(count)};
}

}  // namespace batchscope
