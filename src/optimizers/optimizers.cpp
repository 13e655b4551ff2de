#include "optimizers/optimizers.hpp"

#include "models/parameters.hpp"
#include "optimizers/adamw.hpp"
#include "optimizers/optimizer.hpp"
#include "optimizers/sgd.hpp"

namespace batchscope {

const std::vector<OptimizerKind>& optimizers() {
    static const std::vector<OptimizerKind> all{
        sgd(),
        adamw(),
    };
    return all;
}

const OptimizerKind& optimizer_kind(const OptimizerSettings& settings) {
    return component_named(optimizers(), settings.name, "training.optimizer.name");
}

std::unique_ptr<Optimizer> make_optimizer(const OptimizerSettings& settings,
                                          const Parameters& parameters) {
    const OptimizerKind& kind = optimizer_kind(settings);
    return parameters.weights().is_cpu() ? kind.make_cpu(settings, parameters)
                                         : kind.make_fused(settings, parameters);
}

}  // namespace batchscope
