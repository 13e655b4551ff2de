#include "training/evaluation_points.hpp"

#include <cmath>

namespace batchscope {

std::int64_t log_points_within(std::int64_t examples, std::int64_t train_examples, double factor) {
    constexpr double first_of_epoch = 16;
    std::int64_t points = 0;
    for (double point = static_cast<double>(train_examples) / first_of_epoch;
         std::ceil(point) <= static_cast<double>(examples); point *= factor) {
        ++points;
    }
    return points;
}

}  // namespace batchscope
