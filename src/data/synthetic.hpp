#pragma once

#include <vector>

#include "config/run_settings.hpp"
#include "data/dataset.hpp"

/// Generated data sets with known answers. They depend on split_seed, never on the seed of a run,
/// and example i is a pure function of (split_seed, i): a smaller set is the beginning of a larger
/// one. The test part has test_examples examples, or a fifth of `examples` when that is not given.
namespace batchscope {

/// Regression on inputs x from N(0, I): target = x . w + noise * N(0, 1), with w drawn from N(0,
/// I). The best possible mean loss (half squared error) is noise^2 / 2.
[[nodiscard]] Dataset generate_linear_regression(const DataSettings& settings);

/// The weights w of that task, `features` of them.
[[nodiscard]] std::vector<double> linear_regression_weights(const DataSettings& settings);

/// Classification of N(mean of the class, I) with equally many examples of each class (to one). The
/// means form a regular simplex around 0 in a random direction: any two are `separation` apart. The
/// best possible accuracy for two classes is Phi(separation / 2), Phi being the standard normal
/// distribution function. Throws Error (configuration) if features < classes - 1: no such means
/// exist then.
[[nodiscard]] Dataset generate_gaussians(const DataSettings& settings);

/// The class means, classes x features, row-major.
[[nodiscard]] std::vector<double> gaussian_means(const DataSettings& settings);

}  // namespace batchscope
