#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "config/component.hpp"
#include "config/run_settings.hpp"

namespace batchscope {

class Optimizer;
class Parameters;

/// An optimizer that a study can name, in the file that holds it. To read one needs no LibTorch; to
/// make one, optimizers/optimizer.hpp.
struct OptimizerKind : OptimizerComponent {
    using Make =
        std::function<std::unique_ptr<Optimizer>(const OptimizerSettings&, const Parameters&)>;
    /// One pass over memory per update on one thread, written for the CPU: averaging, norms, decay,
    /// momentum and step together.
    Make make_cpu;
    /// LibTorch's fused kernels: for GPUs, and the oracle of the CPU version.
    Make make_fused;
    /// The values of its keys at `ratio` times the batch size that they were tuned at, under the
    /// rule sqrt_adam; empty: the rule is not for it. Throws Error (configuration) where the ratio
    /// is too large for the rule.
    std::function<KeyValues(const TrainingSettings&, double ratio)> square_root_scaled;
};

/// All of them, in the order of documentation.
[[nodiscard]] const std::vector<OptimizerKind>& optimizers();

/// The optimizer with these settings. Throws Error (configuration) for an unknown name.
[[nodiscard]] const OptimizerKind& optimizer_kind(const OptimizerSettings& settings);

/// The one for the parameters' device.
[[nodiscard]] std::unique_ptr<Optimizer> make_optimizer(const OptimizerSettings& settings,
                                                        const Parameters& parameters);

}  // namespace batchscope
