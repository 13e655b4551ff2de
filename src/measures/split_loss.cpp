#include "measures/split_loss.hpp"

#include <ATen/ATen.h>

#include <vector>

namespace batchscope {

namespace {

/// Weights of a network set to a point for a while. The old ones come back bit for bit.
class WeightsAt {
  public:
    WeightsAt(Network& network, const at::Tensor& point)
        : weights_(network.parameters().weights()), before_(weights_.clone()) {
        weights_.copy_(point);
    }
    ~WeightsAt() { weights_.copy_(before_); }
    WeightsAt(const WeightsAt&) = delete;
    WeightsAt& operator=(const WeightsAt&) = delete;

  private:
    at::Tensor weights_, before_;
};

/// Population statistics of a network that come back, likewise.
class PopulationKept {
  public:
    explicit PopulationKept(const Network& network) : network_(network) {
        for (const Network::Buffer& buffer : network.buffers()) {
            before_.push_back(buffer.values.clone());
        }
    }
    ~PopulationKept() {
        const auto buffers = network_.buffers();
        for (std::size_t i = 0; i < buffers.size(); ++i) {
            buffers[i].values.copy_(before_[i]);
        }
    }
    PopulationKept(const PopulationKept&) = delete;
    PopulationKept& operator=(const PopulationKept&) = delete;

  private:
    const Network& network_;
    std::vector<at::Tensor> before_;
};

at::TensorOptions double_options(const Network& network) {
    return network.parameters().weights().options().dtype(at::kDouble);
}

}  // namespace

SplitLoss::SplitLoss(Network& network, const DeviceSplit& split, Communicator& communicator,
                     std::int64_t micro_batch_size)
    : network_(network),
      split_(split),
      communicator_(communicator),
      plan_{.size = micro_batch_size} {}

std::int64_t SplitLoss::size() const {
    return network_.parameters().count();
}

at::TensorOptions SplitLoss::options() const {
    return double_options(network_);
}

Objective::ValueAndGradient SplitLoss::value_and_gradient(const at::Tensor& point) {
    const WeightsAt moved(network_, point);
    // The loss rides behind the gradient in its all-reduce.
    at::Tensor sums = at::zeros({size() + 1}, options());
    at::Tensor gradient_sum = sums.narrow(0, 0, size());
    at::Tensor loss_sum = sums.narrow(0, size(), 1);
    for_each_micro_batch(
        split_.size(), communicator_, plan_, [&](std::int64_t first, std::int64_t count) {
            loss_sum += network_.evaluation_gradient(split_.inputs.narrow(0, first, count),
                                                     split_.targets.narrow(0, first, count));
            gradient_sum += network_.parameters().gradients();
        });
    communicator_.sum(sums);
    sums.div_(static_cast<double>(split_.size()));
    return {loss_sum.item<double>(), gradient_sum};
}

at::Tensor SplitLoss::weighted_gradient(const at::Tensor& weights) {
    at::Tensor sum = at::zeros({size()}, options());
    for_each_micro_batch(
        split_.size(), communicator_, plan_, [&](std::int64_t first, std::int64_t count) {
            (void)network_.evaluation_gradient(split_.inputs.narrow(0, first, count),
                                               split_.targets.narrow(0, first, count),
                                               weights.narrow(0, first, count));
            sum += network_.parameters().gradients();
        });
    communicator_.sum(sum);
    return sum;
}

at::Tensor SplitLoss::batch_gradient(const std::vector<std::int64_t>& indices) {
    const at::Tensor chosen = at::tensor(indices, at::kLong).to(split_.inputs.device());
    at::Tensor sum = at::zeros({size()}, options());
    for_each_micro_batch(
        chosen.size(0), communicator_, plan_, [&](std::int64_t first, std::int64_t count) {
            const at::Tensor micro_batch = chosen.narrow(0, first, count);
            (void)network_.evaluation_gradient(split_.inputs.index_select(0, micro_batch),
                                               split_.targets.index_select(0, micro_batch));
            sum += network_.parameters().gradients();
        });
    communicator_.sum(sum);
    return sum.div_(static_cast<double>(chosen.size(0)));
}

std::vector<SplitMetrics> metrics_at(Network& network, const at::Tensor& point,
                                     const std::vector<const DeviceSplit*>& splits,
                                     const DeviceSplit& train, Communicator& communicator) {
    const PopulationKept population(network);
    const WeightsAt moved(network, point);
    estimate_population(network, train, communicator);
    std::vector<SplitMetrics> metrics;
    for (const DeviceSplit* split : splits) {
        metrics.push_back(evaluate_split(network, *split, communicator));
    }
    return metrics;
}

SplitSurface::SplitSurface(Network& network, const DeviceSplit& split, const DeviceSplit& train,
                           Communicator& communicator)
    : network_(network), split_(split), train_(train), communicator_(communicator) {}

std::int64_t SplitSurface::size() const {
    return network_.parameters().count();
}

at::TensorOptions SplitSurface::options() const {
    return double_options(network_);
}

SplitMetrics SplitSurface::at(const at::Tensor& point) {
    return metrics_at(network_, point, {&split_}, train_, communicator_).front();
}

FilterLayout filter_layout(const Parameters& parameters) {
    FilterLayout layout;
    for (const Parameters::View& view : parameters.views()) {
        const std::int64_t filters = view.weight.size(0);
        layout.push_back(
            {view.offset, filters, view.weight.numel() / filters, view.shape.is_weight});
    }
    return layout;
}

}  // namespace batchscope
