#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <functional>

#include "core/error.hpp"
#include "models/residual.hpp"
#include "residual_networks.hpp"

namespace batchscope::tests_of_residual_network {
namespace {

using reference::difference;
using reference::labels;
using reference::Leaves;
using reference::micro_batches_of;
using reference::normal;
using reference::ResidualNetwork;

struct Case {
    std::string name;
    std::function<ResidualNetwork()> describe;
    std::optional<std::int64_t> ghost_size;
    std::int64_t batch = 12;
};

void PrintTo(const Case& that, std::ostream* out) {
    *out << that.name;
}

class ResidualNetworks : public ::testing::TestWithParam<Case> {
  protected:
    ResidualNetworks() { reference::initialise(network_); }

    [[nodiscard]] std::pair<double, at::Tensor> training_by_autograd() const {
        const Leaves leaves(network_.parameters());
        const at::Tensor outputs = reference::training_outputs(
            described_, leaves, inputs_, that_.ghost_size.value_or(that_.batch), context_);
        const at::Tensor loss = reference::loss_sum(Task::classification, outputs, targets_);
        return {loss.item<double>(), leaves.flat_gradients(loss)};
    }

    const Case that_ = GetParam();
    const ResidualNetwork described_ = that_.describe();
    SerialCommunicator communicator_;
    Network network_ = reference::make_network(described_, that_.ghost_size);
    at::Tensor inputs_ = reference::examples_for(described_, that_.batch);
    at::Tensor targets_ = labels(that_.batch, reference::residual_classes, 12);
    const StepContext context_{9, 4, that_.batch};
};

TEST_P(ResidualNetworks, GradientIsThatOfAutogradForAnyMicroBatch) {
    const auto [expected_loss, expected] = training_by_autograd();
    for (const std::int64_t micro_batch : {that_.batch, 1L, 2L, 4L, 5L, 8L}) {
        // Ghost groups that would straddle micro-batches are refused before a run.
        if (that_.ghost_size && micro_batch % *that_.ghost_size != 0 &&
            micro_batch != that_.batch) {
            continue;
        }
        const auto micro_batches = micro_batches_of(inputs_, targets_, micro_batch);
        network_.parameters().gradients().fill_(NAN);  // what an earlier step left is replaced
        const at::Tensor loss = network_.forward_backward(micro_batches, context_, communicator_);
        EXPECT_NEAR(loss.item<double>(), expected_loss, 1e-10 * expected_loss) << micro_batch;
        EXPECT_LT(difference(network_.parameters().gradients(), expected), 1e-10) << micro_batch;
        EXPECT_TRUE(
            micro_batches[0].inputs.equal(inputs_.narrow(0, 0, micro_batches[0].inputs.size(0))));
    }
    for (const auto& view : network_.parameters().views()) {
        if (view.shape.is_weight) {  // a bias before a batch normalisation has none
            EXPECT_GT(view.gradient.abs().max().item<double>(), 1e-3) << view.shape.name;
        }
    }
}

TEST_P(ResidualNetworks, GradientIsZeroForAnEmptyLocalBatch) {
    network_.parameters().gradients().fill_(NAN);
    EXPECT_EQ(network_.forward_backward({}, context_, communicator_).item<double>(), 0.0);
    EXPECT_TRUE(network_.parameters().gradients().eq(0).all().item<bool>());
}

// Each batch normalisation, also in a block, rests on those before it as they are in evaluation.
TEST_P(ResidualNetworks, PopulationIsThatOfAPlainPass) {
    const auto expected = reference::population(described_, Leaves(network_.parameters()), inputs_);
    ASSERT_EQ(expected.size(), network_.buffers().size());
    for (const std::int64_t size : {12, 5}) {
        // All held, some places held, none held.
        for (const std::size_t most_bytes :
             {Network::most_bytes_held, std::size_t{3000}, std::size_t{0}}) {
            const auto micro_batches = inputs_.split(size);
            network_.estimate_population(micro_batches, communicator_, most_bytes);
            for (const auto& [name, values] : network_.buffers()) {
                EXPECT_LT(difference(values, expected.at(name)), 1e-12)
                    << name << " " << size << " " << most_bytes;
            }
        }
    }
    EXPECT_TRUE(inputs_.equal(reference::examples_for(described_, that_.batch)));
}

TEST_P(ResidualNetworks, EvaluationIsThatWithThePopulation) {
    network_.estimate_population({inputs_}, communicator_);
    const at::Tensor examples = inputs_.flip(0) * 1.5;
    const at::Tensor copy = examples.clone();
    const Leaves leaves(network_.parameters());
    const at::Tensor expected =
        reference::evaluation_outputs(described_, leaves, examples, network_).detach();
    EXPECT_LT(difference(network_.evaluate(examples), expected), 1e-12);
    EXPECT_TRUE(examples.equal(copy));
}

TEST_P(ResidualNetworks, DerivativesInEvaluationAreThoseOfAutograd) {
    network_.estimate_population({inputs_}, communicator_);
    network_.parameters().gradients().fill_(NAN);
    const Leaves leaves(network_.parameters());
    const at::Tensor outputs = reference::evaluation_outputs(described_, leaves, inputs_, network_);
    const at::Tensor loss = reference::loss_sum(Task::classification, outputs, targets_);
    const at::Tensor ours = network_.evaluation_gradient(inputs_, targets_);
    EXPECT_NEAR(ours.item<double>(), loss.item<double>(), 1e-10);
    EXPECT_LT(difference(network_.parameters().gradients(), leaves.flat_gradients(loss)), 1e-10);

    const at::Tensor vectors = normal({3, network_.parameters().count()}, 31);
    EXPECT_LT(
        difference(network_.curvature_products(inputs_, targets_, vectors, Curvature::hessian),
                   reference::hessian_products(leaves, loss, vectors)),
        1e-10);
    EXPECT_LT(difference(
                  network_.curvature_products(inputs_, targets_, vectors, Curvature::gauss_newton),
                  reference::gauss_newton_products(leaves, Task::classification, outputs, vectors)),
              1e-10);
}

INSTANTIATE_TEST_SUITE_P(
    Networks, ResidualNetworks,
    ::testing::Values(Case{"cnn_global", reference::residual_cnn, {}},
                      Case{"cnn_ghost", reference::residual_cnn, 4},
                      Case{"cnn_ghost_smaller_last_group", reference::residual_cnn, 4, 14},
                      Case{"mlp_global", reference::residual_mlp, {}},
                      Case{"mlp_ghost", reference::residual_mlp, 2},
                      Case{"mlp_ghost_smaller_last_group", reference::residual_mlp, 4, 15}),
    [](const auto& instance) { return instance.param.name; });

Network without_norm(const Network::Builder& builder) {
    Network network(builder, {}, Task::regression, 0, at::TensorOptions(at::kDouble));
    network.parameters().initialise(3);
    return network;
}

// With ReLU in place on the values that the shortcut adds, this would be 2 relu(x).
TEST(Residual, AddsTheValuesThatTheBodyGot) {
    Network network = without_norm(Network::Builder().residual(Network::Builder().relu()));
    const at::Tensor inputs = normal({5, 3}, 1);
    const at::Tensor copy = inputs.clone();
    EXPECT_TRUE(network.evaluate(inputs).equal(copy.relu() + copy));
    EXPECT_TRUE(inputs.equal(copy));
}

TEST(Residual, LeavesEarlierAndLaterLayersTheirValues) {
    // The values that the block gets and those that its body gives are both kept by a ReLU.
    Network network = without_norm(Network::Builder()
                                       .linear("a", 4, 3)
                                       .relu()
                                       .residual(Network::Builder().linear("b", 3, 3).relu())
                                       .linear("c", 3, 1));
    const at::Tensor inputs = normal({6, 4}, 1);
    const at::Tensor targets = normal({6}, 2);
    const Leaves leaves(network.parameters());
    const auto linear = [&](const at::Tensor& values, const std::string& name) {
        return at::linear(values, leaves[name + ".weight"], leaves[name + ".bias"]);
    };
    const at::Tensor hidden = linear(inputs, "a").relu();
    const at::Tensor outputs = linear(linear(hidden, "b").relu() + hidden, "c");
    const at::Tensor loss = reference::loss_sum(Task::regression, outputs, targets);
    SerialCommunicator communicator;
    (void)network.forward_backward({{inputs, targets, 0}}, {1, 0, 6}, communicator);
    EXPECT_LT(difference(network.parameters().gradients(), leaves.flat_gradients(loss)), 1e-12);
}

TEST(Residual, MayBeTheFirstLayerWithParameters) {
    // Nobody wants the gradient of its inputs.
    Network network = without_norm(Network::Builder()
                                       .flatten()
                                       .residual(Network::Builder().linear("a", 4, 4).relu())
                                       .linear("b", 4, 1));
    const at::Tensor inputs = normal({6, 2, 2}, 1);
    const at::Tensor targets = normal({6}, 2);
    const Leaves leaves(network.parameters());
    const auto linear = [&](const at::Tensor& values, const std::string& name) {
        return at::linear(values, leaves[name + ".weight"], leaves[name + ".bias"]);
    };
    const at::Tensor x = inputs.flatten(1);
    const at::Tensor outputs = linear(linear(x, "a").relu() + x, "b");
    const at::Tensor loss = reference::loss_sum(Task::regression, outputs, targets);
    SerialCommunicator communicator;
    (void)network.forward_backward({{inputs, targets, 0}}, {1, 0, 6}, communicator);
    EXPECT_LT(difference(network.parameters().gradients(), leaves.flat_gradients(loss)), 1e-12);
    const at::Tensor vectors = normal({2, network.parameters().count()}, 3);
    EXPECT_LT(difference(network.curvature_products(inputs, targets, vectors, Curvature::hessian),
                         reference::hessian_products(leaves, loss, vectors)),
              1e-12);
    EXPECT_TRUE(inputs.equal(normal({6, 2, 2}, 1)));
}

TEST(Residual, RefusesBranchesOfTwoShapes) {
    Network network =
        without_norm(Network::Builder().residual(Network::Builder().linear("a", 3, 1)));
    try {
        (void)network.evaluate(normal({5, 3}, 1));
        ADD_FAILURE() << "values of two shapes were added";
    } catch (const Error& error) {
        EXPECT_NE(error.problem().find("(5, 3)"), std::string::npos) << error.problem();
        EXPECT_NE(error.problem().find("(5, 1)"), std::string::npos) << error.problem();
    }
}

TEST(Residual, NamesParametersAndStatisticsInTheOrderOfTheLayers) {
    const Network network = reference::make_network(reference::residual_cnn());
    std::vector<std::string> layers;
    for (const auto& view : network.parameters().views()) {
        if (view.shape.name.ends_with(".weight")) {
            layers.push_back(view.shape.name.substr(0, view.shape.name.size() - 7));
        }
    }
    EXPECT_EQ(layers,
              (std::vector<std::string>{"conv", "bn", "one.conv1", "one.bn1", "one.conv2",
                                        "one.bn2", "two.conv1", "two.bn1", "two.shortcut", "two.bn",
                                        "three.conv1", "three.bn1", "three.conv2", "fc"}));
    std::vector<std::string> statistics;
    for (const auto& buffer : network.buffers()) {
        statistics.push_back(buffer.name);
    }
    EXPECT_EQ(statistics,
              (std::vector<std::string>{
                  "bn.running_mean", "bn.running_var", "one.bn1.running_mean",
                  "one.bn1.running_var", "one.bn2.running_mean", "one.bn2.running_var",
                  "two.bn1.running_mean", "two.bn1.running_var", "two.bn.running_mean",
                  "two.bn.running_var", "three.bn1.running_mean", "three.bn1.running_var"}));
}

}  // namespace
}  // namespace batchscope::tests_of_residual_network
