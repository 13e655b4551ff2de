#pragma once

#include <cstdint>
#include <vector>

#include "config/settings_keys.hpp"
#include "data/dataset.hpp"
#include "data/datasets.hpp"

namespace batchscope {

struct GaussiansSettings {
    std::int64_t examples = 1000;  ///< of the training part, validation examples among them
    std::int64_t features = 10;
    std::int64_t classes = 2;
    double separation = 4.0;  ///< distance of the class means, in standard deviations
};
[[nodiscard]] std::vector<KeyOf<GaussiansSettings>> keys_of(Type<GaussiansSettings> type);

/// Classification of N(mean of the class, I) with equally many examples of each class (to one). The
/// means form a regular simplex around 0 in a random direction: any two are `separation` apart. The
/// best possible accuracy for two classes is Phi(separation / 2), Phi being the standard normal
/// distribution function. Loading throws Error (configuration) if features < classes - 1: no such
/// means exist then.
[[nodiscard]] DatasetKind gaussians();

/// The class means, classes x features, row-major.
[[nodiscard]] std::vector<double> gaussian_means(const DataSettings& settings);

}  // namespace batchscope
