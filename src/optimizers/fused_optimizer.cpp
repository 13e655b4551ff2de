#include "optimizers/fused_optimizer.hpp"

#include <ATen/ATen.h>

#include "optimizers/cpu_optimizer.hpp"

namespace batchscope {

FusedOptimizer::FusedOptimizer(const OptimizerSettings& settings, const Parameters& parameters,
                               bool with_second_moment)
    : first_(at::zeros_like(parameters.weights())),
      second_(with_second_moment ? at::zeros_like(first_) : at::Tensor()),
      steps_(at::zeros({1}, parameters.weights().options().dtype(at::kFloat))),
      before_(at::empty_like(first_)),
      groups_(2) {
    groups_[0].decay = settings.weight_decay;
    std::int64_t offset = 0;
    for (const Parameters::View& view : parameters.views()) {
        Group& group = groups_[is_decayed(settings, view) ? 0 : 1];
        const std::int64_t size = view.weight.numel();
        group.weights.push_back(view.weight.flatten());
        group.gradients.push_back(view.gradient.flatten());
        group.first.push_back(first_.narrow(0, offset, size));
        if (second_.defined()) {
            group.second.push_back(second_.narrow(0, offset, size));
            group.steps.push_back(steps_[0]);
        }
        offset += size;
    }
}

at::Tensor FusedOptimizer::update(Parameters& parameters, double rate, double batch) {
    parameters.gradients().div_(batch);
    before_.copy_(parameters.weights());
    steps_.add_(1);
    for (Group& group : groups_) {
        if (!group.weights.empty()) {
            update_group(group, rate);
        }
    }
    before_.sub_(parameters.weights());
    return at::stack(
        {parameters.gradients().square().sum(at::kDouble), before_.square().sum(at::kDouble)});
}

}  // namespace batchscope
