#include <ATen/ATen.h>

#include "training/optimizer.hpp"

namespace batchscope {

namespace {

/// Parameters with the same decay, as the fused kernels take them.
struct Group {
    double decay = 0;
    std::vector<at::Tensor> weights, gradients, first, second, steps;
};

class FusedOptimizer final : public Optimizer {
  public:
    FusedOptimizer(const OptimizerSettings& settings, const Parameters& parameters)
        : settings_(settings),
          first_(at::zeros_like(parameters.weights())),
          second_(settings.name == OptimizerKind::adamw ? at::zeros_like(first_) : at::Tensor()),
          steps_(at::zeros({1}, parameters.weights().options().dtype(at::kFloat))),
          before_(at::empty_like(first_)),
          groups_(2) {
        groups_[0].decay = settings.weight_decay;
        std::int64_t offset = 0;
        for (const Parameters::View& view : parameters.views()) {
            const bool decayed =
                settings.weight_decay_on == WeightDecayTarget::all || view.shape.is_weight;
            Group& group = groups_[decayed ? 0 : 1];
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

    at::Tensor update(Parameters& parameters, double rate, double batch) override {
        parameters.gradients().div_(batch);
        before_.copy_(parameters.weights());
        steps_.add_(1);
        for (Group& group : groups_) {
            if (group.weights.empty()) {
                continue;
            }
            if (settings_.name == OptimizerKind::adamw) {
                at::_fused_adamw_(group.weights, group.gradients, group.first, group.second, {},
                                  group.steps, rate, settings_.beta1, settings_.beta2, group.decay,
                                  settings_.epsilon,
                                  /*amsgrad=*/false, /*maximize=*/false);
            } else {
                const bool with_momentum = settings_.momentum != 0;
                at::_fused_sgd_(group.weights, group.gradients,
                                with_momentum ? at::TensorList(group.first) : at::TensorList(),
                                group.decay, settings_.momentum, rate, /*dampening=*/0.0,
                                settings_.nesterov && with_momentum, /*maximize=*/false,
                                /*is_first_step=*/false);
            }
        }
        before_.sub_(parameters.weights());
        return at::stack(
            {parameters.gradients().square().sum(at::kDouble), before_.square().sum(at::kDouble)});
    }

    std::vector<State> state() override {
        if (!second_.defined()) {
            return {{"momentum", first_}};
        }
        return {{"first_moment", first_}, {"second_moment", second_}, {"optimizer_steps", steps_}};
    }

  private:
    OptimizerSettings settings_;
    at::Tensor first_, second_, steps_;
    at::Tensor before_;  ///< weights before the step
    std::vector<Group> groups_;
};

}  // namespace

std::unique_ptr<Optimizer> make_fused_optimizer(const OptimizerSettings& settings,
                                                const Parameters& parameters) {
    return std::make_unique<FusedOptimizer>(settings, parameters);
}

}  // namespace batchscope
