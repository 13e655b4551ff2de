#include "training/stop_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace batchscope {

std::string stop_rule_reached(const StopSettings& stop, const EpochColumns& rows) {
    if (stop.train_loss_below && rows.train_loss.back() < *stop.train_loss_below) {
        return fmt::format("stop rule: train loss below {}", *stop.train_loss_below);
    }
    if (stop.train_accuracy_above && rows.train_accuracy.back() > *stop.train_accuracy_above) {
        return fmt::format("stop rule: train accuracy above {}", *stop.train_accuracy_above);
    }
    // A split of no examples has NaN losses, which never are lowest: the rule would fire at once.
    if (stop.plateau_epochs && !std::isnan(rows.validation_loss.back())) {
        const auto lowest =
            std::min_element(rows.validation_loss.begin(), rows.validation_loss.end());
        const auto at = static_cast<std::size_t>(lowest - rows.validation_loss.begin());
        if (rows.epoch.back() - rows.epoch[at] >= static_cast<double>(*stop.plateau_epochs)) {
            return fmt::format("stop rule: no lower validation loss for {} epochs",
                               *stop.plateau_epochs);
        }
    }
    return {};
}

bool has_collapsed(const EpochColumns& rows, double constant_prediction_loss) {
    const double last = rows.train_loss.back();
    double lowest = last;
    for (const double loss : rows.train_loss) {
        lowest = std::fmin(lowest, loss);
    }
    return last > 0.9 * constant_prediction_loss || last > 3.0 * lowest;
}

}  // namespace batchscope
