#include "analysis/statistics/loss_detrending.hpp"

namespace batchscope {
namespace {

bool are_comparable(const StepLoss& a, const StepLoss& b) {
    return std::isfinite(a.loss) && std::isfinite(b.loss) && a.epoch == b.epoch &&
           a.batch_examples == b.batch_examples;
}

}  // namespace

std::vector<double> without_trend(std::span<const StepLoss> steps, DifferenceOrder order) {
    std::vector<double> noise(steps.size(), std::nan(""));
    const std::size_t lag = order == DifferenceOrder::first ? 1 : 2;
    const double scale = 1 / std::sqrt(order == DifferenceOrder::first ? 2.0 : 6.0);
    for (std::size_t i = lag; i < steps.size(); ++i) {
        if (!are_comparable(steps[i], steps[i - 1]) || !are_comparable(steps[i], steps[i - lag])) {
            continue;
        }
        const double last_change = steps[i].loss - steps[i - 1].loss;
        const double change_before = lag == 1 ? 0 : steps[i - 1].loss - steps[i - 2].loss;
        noise[i] = scale * (last_change - change_before);
    }
    return noise;
}

LossNoise loss_noise(std::span<const StepLoss> steps, DifferenceOrder order) {
    LossNoise result;
    double square_sum = 0;
    for (const double noise : without_trend(steps, order)) {
        if (std::isfinite(noise)) {
            square_sum += noise * noise;
            ++result.differences;
        }
    }
    if (result.differences > 0) {
        result.variance = square_sum / static_cast<double>(result.differences);
    }
    return result;
}

}  // namespace batchscope
