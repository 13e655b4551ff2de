#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "../models/residual_networks.hpp"
#include "data/batch_order.hpp"
#include "measures/loss_curvature.hpp"
#include "test_ranks.hpp"

/// Residual networks with batch normalisation in their blocks, shared over ranks: gradients,
/// population statistics and products of curvature are those of autograd on one rank, also where
/// shares differ or are empty. Every rank runs every test; started under mpirun with one to four
/// ranks.
namespace batchscope::tests_of_residual {
namespace {

using reference::difference;
using reference::labels;
using reference::Leaves;
using reference::micro_batches_of;
using reference::ResidualNetwork;

struct Case {
    std::string name;
    std::function<ResidualNetwork()> describe;
    std::optional<std::int64_t> ghost_size;
    std::int64_t batch = 0;
};

void PrintTo(const Case& that, std::ostream* out) {
    *out << that.name;
}

class SharedResidualNetwork : public ::testing::TestWithParam<Case> {
  protected:
    SharedResidualNetwork() { reference::initialise(network_); }

    [[nodiscard]] LocalBatch local_batch() const {
        return local_batch_of(that_.batch, communicator_.rank(), communicator_.size());
    }
    /// This rank's part, in micro-batches of at most `size`.
    [[nodiscard]] std::vector<MicroBatch> micro_batches(std::int64_t size) const {
        const LocalBatch own = local_batch();
        auto micro_batches = micro_batches_of(inputs_.narrow(0, own.begin, own.size()),
                                              targets_.narrow(0, own.begin, own.size()), size);
        for (MicroBatch& micro_batch : micro_batches) {
            micro_batch.first_position += own.begin;
        }
        return micro_batches;
    }

    const Case that_ = GetParam();
    const ResidualNetwork described_ = that_.describe();
    TestRanks ranks_;
    MpiCommunicator& communicator_ = ranks_.communicator();
    Network network_ = reference::make_network(described_, that_.ghost_size);
    at::Tensor inputs_ = reference::examples_for(described_, that_.batch);
    at::Tensor targets_ = labels(that_.batch, reference::residual_classes, 12);
    const StepContext context_{9, 4, that_.batch};
};

TEST_P(SharedResidualNetwork, HasTheGradientOfTheWholeBatch) {
    const Leaves leaves(network_.parameters());
    const at::Tensor outputs = reference::training_outputs(
        described_, leaves, inputs_, that_.ghost_size.value_or(that_.batch), context_);
    const at::Tensor expected_loss =
        reference::loss_sum(Task::classification, outputs, targets_).detach();
    const at::Tensor expected =
        leaves.flat_gradients(reference::loss_sum(Task::classification, outputs, targets_));
    for (const std::int64_t micro_batch : {2, 4, 100}) {
        network_.parameters().gradients().fill_(NAN);
        const at::Tensor loss =
            network_.forward_backward(micro_batches(micro_batch), context_, communicator_).clone();
        communicator_.sum(loss);
        communicator_.sum(network_.parameters().gradients());
        EXPECT_LT(difference(loss, expected_loss), 1e-10) << micro_batch;
        EXPECT_LT(difference(network_.parameters().gradients(), expected), 1e-10) << micro_batch;
    }
}

TEST_P(SharedResidualNetwork, HasThePopulationOfAllExamples) {
    const auto expected = reference::population(described_, Leaves(network_.parameters()), inputs_);
    for (const std::size_t most_bytes : {Network::most_bytes_held, std::size_t{0}}) {
        std::vector<at::Tensor> inputs;
        for (const MicroBatch& micro_batch : micro_batches(2)) {
            inputs.push_back(micro_batch.inputs);
        }
        network_.estimate_population(inputs, communicator_, most_bytes);
        for (const auto& [name, values] : network_.buffers()) {
            EXPECT_LT(difference(values, expected.at(name)), 1e-10) << name;
        }
    }
}

TEST_P(SharedResidualNetwork, HasTheCurvatureOfAllExamples) {
    SerialCommunicator alone;
    network_.estimate_population({inputs_}, alone);
    const DeviceSplit split{inputs_, targets_};
    const Leaves leaves(network_.parameters());
    const at::Tensor outputs = reference::evaluation_outputs(described_, leaves, inputs_, network_);
    const at::Tensor loss = reference::loss_sum(Task::classification, outputs, targets_);
    const at::Tensor vectors = reference::normal({2, network_.parameters().count()}, 31);
    const auto examples = static_cast<double>(that_.batch);
    for (const std::int64_t micro_batch : {2, 100}) {
        LossCurvature hessian(network_, split, Curvature::hessian, communicator_, micro_batch);
        EXPECT_LT(difference(hessian.apply(vectors) * examples,
                             reference::hessian_products(leaves, loss, vectors)),
                  1e-10);
        LossCurvature gauss_newton(network_, split, Curvature::gauss_newton, communicator_,
                                   micro_batch);
        EXPECT_LT(difference(gauss_newton.apply(vectors) * examples,
                             reference::gauss_newton_products(leaves, Task::classification, outputs,
                                                              vectors)),
                  1e-10);
    }
}

// Three examples leave a rank of four without any, ten give shares of two sizes.
INSTANTIATE_TEST_SUITE_P(
    Networks, SharedResidualNetwork,
    ::testing::Values(Case{"cnn_empty_share", reference::residual_cnn, {}, 3},
                      Case{"cnn_uneven_shares", reference::residual_cnn, {}, 10},
                      Case{"cnn_ghost", reference::residual_cnn, 2, 24},
                      Case{"mlp_empty_share", reference::residual_mlp, {}, 3},
                      Case{"mlp_uneven_shares", reference::residual_mlp, {}, 10},
                      Case{"mlp_ghost", reference::residual_mlp, 2, 24}),
    [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace batchscope::tests_of_residual
