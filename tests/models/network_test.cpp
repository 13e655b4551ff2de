#include "models/network.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/error.hpp"
#include "network_settings.hpp"
#include "reference_network.hpp"

namespace batchscope::tests_of_network {
namespace {

using reference::difference;
using reference::labels;
using reference::Leaves;
using reference::micro_batches_of;
using reference::normal;

struct Case {
    std::string name;
    ModelSettings model;
    std::optional<std::int64_t> ghost_size;
    Task task = Task::classification;
    std::vector<std::int64_t> example_shape{6};
    std::int64_t batch = 12;
};

void PrintTo(const Case& that, std::ostream* out) {
    *out << that.name;
}

class NetworkGradient : public ::testing::TestWithParam<Case> {
  protected:
    static constexpr std::int64_t classes = 5;

    NetworkGradient() {
        network_.parameters().initialise(3);
        // Scales and shifts of normalisation that are not 1 and 0.
        for (const auto& view : network_.parameters().views()) {
            if (view.shape.name.starts_with("bn")) {
                view.weight.add_(normal(view.weight.sizes(), 21), 0.3);
            }
        }
    }

    [[nodiscard]] BatchNormSettings norm_settings() const {
        return {that_.ghost_size ? BatchNormStatistics::ghost : BatchNormStatistics::global,
                that_.ghost_size};
    }
    [[nodiscard]] std::vector<std::int64_t> input_shape() const {
        std::vector<std::int64_t> shape{that_.batch};
        shape.insert(shape.end(), that_.example_shape.begin(), that_.example_shape.end());
        return shape;
    }

    /// Loss sum and flat gradient of the network with micro-batches of `micro_batch`.
    std::pair<double, at::Tensor> ours(std::int64_t micro_batch) {
        network_.parameters().gradients().fill_(NAN);  // what an earlier step left is replaced
        const at::Tensor loss = network_.forward_backward(
            micro_batches_of(inputs_, targets_, micro_batch), context_, communicator_);
        return {loss.item<double>(), network_.parameters().gradients().clone()};
    }
    [[nodiscard]] std::pair<double, at::Tensor> autograd(const Parameters& parameters) const {
        const Leaves leaves(parameters);
        const reference::Norm norm{has_batch_norm(that_.model),
                                   that_.ghost_size.value_or(that_.batch)};
        const at::Tensor outputs =
            that_.model.name == "mlp"
                ? reference::mlp(
                      leaves, inputs_,
                      static_cast<int>(settings_of<MlpSettings>(that_.model.values).hidden.size()),
                      norm, std::get<double>(that_.model.values.at("dropout")), context_)
                : reference::simple_cnn(leaves, inputs_, norm,
                                        std::get<double>(that_.model.values.at("dropout")),
                                        context_);
        const at::Tensor loss = reference::loss_sum(that_.task, outputs, targets_);
        return {loss.item<double>(), leaves.flat_gradients(loss)};
    }

    const Case that_ = GetParam();
    SerialCommunicator communicator_;
    const bool classes_ = that_.task == Task::classification;
    Network network_{describe_network(that_.model, that_.example_shape, classes_ ? classes : 1),
                     norm_settings(), that_.task, 3, at::TensorOptions(at::kDouble)};
    at::Tensor inputs_ = normal(input_shape(), 11);
    at::Tensor targets_ = classes_ ? labels(that_.batch, classes, 12) : normal({that_.batch}, 12);
    const StepContext context_{9, 4, that_.batch};
};

TEST_P(NetworkGradient, EqualsThatOfAutograd) {
    const auto [expected_loss, expected] = autograd(network_.parameters());
    const auto [loss, gradient] = ours(that_.batch);
    EXPECT_NEAR(loss, expected_loss, 1e-10 * std::abs(expected_loss));
    EXPECT_LT(difference(gradient, expected), 1e-10);
    EXPECT_GT(expected.abs().max().item<double>(), 1e-3);
}

TEST_P(NetworkGradient, DoesNotDependOnTheMicroBatch) {
    const auto [expected_loss, expected] = autograd(network_.parameters());
    for (const std::int64_t micro_batch : {1, 2, 4, 5, 8, 11}) {
        // Ghost groups that would straddle micro-batches are refused before a run.
        if (that_.ghost_size && micro_batch % *that_.ghost_size != 0) {
            continue;
        }
        const auto [loss, gradient] = ours(micro_batch);
        EXPECT_NEAR(loss, expected_loss, 1e-10 * std::abs(expected_loss)) << micro_batch;
        EXPECT_LT(difference(gradient, expected), 1e-10) << micro_batch;
    }
}

TEST_P(NetworkGradient, LeavesTheInputsAlone) {
    const auto micro_batches = micro_batches_of(inputs_, targets_, 8);
    (void)network_.forward_backward(micro_batches, context_, communicator_);
    EXPECT_TRUE(micro_batches[0].inputs.equal(inputs_.narrow(0, 0, 8)));
    EXPECT_TRUE(micro_batches[1].inputs.equal(inputs_.narrow(0, 8, that_.batch - 8)));
}

// The cells behind the gradients belong to the training step.
TEST_P(NetworkGradient, LeavesTheExtraCellsAlone) {
    network_.parameters().extra().fill_(7);
    (void)ours(4);
    EXPECT_TRUE(network_.parameters().extra().equal(at::full({3}, 7.0, at::kDouble)));
}

TEST_P(NetworkGradient, IsZeroForAnEmptyLocalBatch) {
    network_.parameters().gradients().fill_(NAN);
    EXPECT_EQ(network_.forward_backward({}, context_, communicator_).item<double>(), 0.0);
    EXPECT_TRUE(network_.parameters().gradients().eq(0).all().item<bool>());
}

// Rows of one micro-batch and of many micro-batches are the same numbers.
TEST_P(NetworkGradient, EvaluationDoesNotDependOnTheMicroBatches) {
    network_.estimate_population({inputs_}, communicator_);
    const at::Tensor whole = network_.evaluate(inputs_);
    for (const std::int64_t size : {1, 5}) {
        std::vector<at::Tensor> parts;
        for (const MicroBatch& micro_batch : micro_batches_of(inputs_, targets_, size)) {
            parts.push_back(network_.evaluate(micro_batch.inputs));
        }
        EXPECT_LT(difference(at::cat(parts), whole), 1e-12) << size;
    }
    EXPECT_TRUE(network_.evaluate(inputs_).equal(whole));
}

// Rounding alone may move a unit over the edge of ReLU or pooling, which changes the gradient by a
// unit's whole part. That hits few inputs: of three scales of the inputs, two must agree.
TEST_P(NetworkGradient, InFloat32EqualsThatOfAutograd) {
    Network single{describe_network(that_.model, that_.example_shape, classes_ ? classes : 1),
                   norm_settings(), that_.task, 0, at::TensorOptions(at::kFloat)};
    single.parameters().weights().copy_(network_.parameters().weights());
    const at::Tensor unscaled = inputs_.to(at::kFloat);
    targets_ = classes_ ? targets_ : targets_.to(at::kFloat);
    std::vector<double> differences;
    for (const double scale : {1.0, 1.01, 1.02}) {
        inputs_ = unscaled * scale;
        (void)single.forward_backward({{inputs_, targets_, 0}}, context_, communicator_);
        differences.push_back(
            difference(single.parameters().gradients(), autograd(single.parameters()).second));
    }
    std::sort(differences.begin(), differences.end());
    EXPECT_LT(differences[1], 2e-5);
}

const Case cases[] = {
    {"linear", mlp_settings({}), {}},
    {"linear_regression", mlp_settings({}), {}, Task::regression},
    {"linear_of_images", mlp_settings({}), {}, Task::classification, {2, 3, 3}},
    {"mlp", mlp_settings({8, 7}), {}},
    {"mlp_of_images", mlp_settings({8}), {}, Task::classification, {2, 3, 3}},
    {"mlp_regression", mlp_settings({8, 7}), {}, Task::regression},
    {"mlp_dropout", mlp_settings({8, 7}, false, 0.3), {}},
    {"mlp_global_norm", mlp_settings({8, 7}, true), {}},
    {"mlp_global_norm_dropout_regression", mlp_settings({8, 7}, true, 0.3), {}, Task::regression},
    {"mlp_ghost_norm", mlp_settings({8, 7}, true), 4},
    {"mlp_ghost_norm_smaller_last_group",
     mlp_settings({8, 7}, true),
     4,
     Task::classification,
     {6},
     14},
    {"mlp_ghost_norm_dropout", mlp_settings({8, 7}, true, 0.3), 2},
    {"mlp_ghost_norm_larger_than_batch", mlp_settings({8}, true), 64},
    {"cnn", simple_cnn_settings(), {}, Task::classification, {1, 9, 8}},
    {"cnn_dropout", simple_cnn_settings(false, 0.4), {}, Task::classification, {3, 4, 5}},
    {"cnn_global_norm", simple_cnn_settings(true, 0.4), {}, Task::classification, {3, 4, 5}},
    {"cnn_ghost_norm", simple_cnn_settings(true), 4, Task::classification, {2, 4, 4}},
};
INSTANTIATE_TEST_SUITE_P(Networks, NetworkGradient, ::testing::ValuesIn(cases),
                         [](const auto& that) { return that.param.name; });

Network make_network(const ModelSettings& model, std::vector<std::int64_t> example_shape,
                     std::int64_t outputs = 10, at::ScalarType type = at::kDouble) {
    return {describe_network(model, example_shape, outputs),
            {},
            Task::classification,
            0,
            at::TensorOptions(type)};
}

std::map<std::string, std::vector<std::int64_t>> shapes_of(const Network& network) {
    std::map<std::string, std::vector<std::int64_t>> shapes;
    for (const auto& view : network.parameters().views()) {
        shapes[view.shape.name] = view.weight.sizes().vec();
    }
    return shapes;
}

using Shapes = std::map<std::string, std::vector<std::int64_t>>;

TEST(DescribeNetwork, GivesTheMlpOfTheReport) {
    const auto network = make_network(mlp_settings({512, 256}), {1, 28, 28});
    EXPECT_EQ(shapes_of(network), (Shapes{{"fc1.weight", {512, 784}},
                                          {"fc1.bias", {512}},
                                          {"fc2.weight", {256, 512}},
                                          {"fc2.bias", {256}},
                                          {"fc3.weight", {10, 256}},
                                          {"fc3.bias", {10}}}));
    EXPECT_EQ(network.parameters().count(), 512 * 785 + 256 * 513 + 10 * 257);
}

TEST(DescribeNetwork, GivesSoftmaxRegressionWithoutHiddenLayers) {
    EXPECT_EQ(shapes_of(make_network(mlp_settings({}), {7}, 3)),
              (Shapes{{"fc1.weight", {3, 7}}, {"fc1.bias", {3}}}));
}

TEST(DescribeNetwork, GivesTheNetworkOfShallue) {
    const Shapes expected{{"conv1.weight", {32, 3, 5, 5}},    {"conv1.bias", {32}},
                          {"conv2.weight", {64, 32, 5, 5}},   {"conv2.bias", {64}},
                          {"fc1.weight", {1024, 64 * 8 * 8}}, {"fc1.bias", {1024}},
                          {"fc2.weight", {10, 1024}},         {"fc2.bias", {10}}};
    EXPECT_EQ(shapes_of(make_network(simple_cnn_settings(false, 0.4), {3, 32, 32})), expected);
}

TEST(DescribeNetwork, NamesNormalisationAndItsStatistics) {
    const auto network = make_network(simple_cnn_settings(true), {1, 4, 4});
    const auto shapes = shapes_of(network);
    EXPECT_EQ(shapes.at("bn1.weight"), std::vector<std::int64_t>{32});
    EXPECT_EQ(shapes.at("bn2.bias"), std::vector<std::int64_t>{64});
    EXPECT_EQ(shapes.at("bn3.weight"), std::vector<std::int64_t>{1024});
    std::vector<std::string> names;
    for (const auto& buffer : network.buffers()) {
        names.push_back(buffer.name);
        EXPECT_TRUE(buffer.values.isnan().all().item<bool>()) << "unknown is NaN: " << buffer.name;
    }
    EXPECT_EQ(names,
              (std::vector<std::string>{"bn1.running_mean", "bn1.running_var", "bn2.running_mean",
                                        "bn2.running_var", "bn3.running_mean", "bn3.running_var"}));
    EXPECT_TRUE(make_network(simple_cnn_settings(), {1, 4, 4}).buffers().empty());
}

TEST(DescribeNetwork, TellsWeightsFromBiasesAndNormalisation) {
    const auto network = make_network(mlp_settings({8}, true), {3, 2, 2});
    for (const auto& view : network.parameters().views()) {
        EXPECT_EQ(view.shape.is_weight,
                  view.shape.name == "fc1.weight" || view.shape.name == "fc2.weight")
            << view.shape.name;
    }
}

TEST(DescribeNetwork, RefusesImagesThatTheCnnCannotTake) {
    for (const std::vector<std::int64_t>& shape :
         {std::vector<std::int64_t>{784}, {1, 3, 28}, {1, 28, 3}}) {
        try {
            (void)describe_network(simple_cnn_settings(), shape, 10);
            ADD_FAILURE() << "accepted";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ExitCode::configuration);
        }
    }
}

// Both statistics of layer 2 rest on layer 1 normalised with its population statistics.
TEST(EstimatePopulation, MeasuresLayerByLayerOverAllMicroBatches) {
    SerialCommunicator communicator;
    auto network = make_network(mlp_settings({8, 7}, true), {6}, 5);
    network.parameters().initialise(3);
    const at::Tensor inputs = normal({30, 6}, 5) + 2.0;
    const auto& parameters = network.parameters();
    const auto linear = [&](const at::Tensor& values, const std::string& name) {
        return at::linear(values, parameters.view(name + ".weight").weight,
                          parameters.view(name + ".bias").weight);
    };
    const auto normalised = [](const at::Tensor& values) {
        return (values - values.mean(0)) / (values.var(0, /*unbiased=*/false) + 1e-5).sqrt();
    };
    const at::Tensor first = linear(inputs, "fc1");
    const at::Tensor second = linear(normalised(first).relu(), "fc2");
    for (const auto& micro_batches :
         {std::vector<at::Tensor>{inputs}, {inputs.narrow(0, 0, 17), inputs.narrow(0, 17, 13)}}) {
        network.estimate_population(micro_batches, communicator);
        const auto buffers = network.buffers();
        EXPECT_LT(difference(buffers[0].values, first.mean(0)), 1e-12);
        EXPECT_LT(difference(buffers[1].values, first.var(0, false)), 1e-12);
        EXPECT_LT(difference(buffers[2].values, second.mean(0)), 1e-12);
        EXPECT_LT(difference(buffers[3].values, second.var(0, false)), 1e-12);
    }
    const at::Tensor outputs = linear(normalised(second).relu(), "fc3");
    EXPECT_LT(difference(network.evaluate(inputs), outputs), 1e-12);
}

TEST(EstimatePopulation, OfImagesCountsEveryPosition) {
    SerialCommunicator communicator;
    auto network = make_network(simple_cnn_settings(true), {2, 4, 4}, 5);
    network.parameters().initialise(3);
    const at::Tensor inputs = normal({9, 2, 4, 4}, 5) - 1.0;
    network.estimate_population({inputs.narrow(0, 0, 5), inputs.narrow(0, 5, 4)}, communicator);
    const at::Tensor convolved =
        at::conv2d(inputs, network.parameters().view("conv1.weight").weight,
                   network.parameters().view("conv1.bias").weight, 1, 2);
    EXPECT_LT(difference(network.buffers()[0].values, convolved.mean({0, 2, 3})), 1e-12);
    EXPECT_LT(difference(network.buffers()[1].values, convolved.var({0, 2, 3}, false)), 1e-12);
}

TEST(Evaluate, DropsNothingAndLeavesTheInputsAlone) {
    auto with = make_network(mlp_settings({16}, false, 0.5), {6});
    auto without = make_network(mlp_settings({16}), {6});
    with.parameters().initialise(3);
    without.parameters().initialise(3);
    const at::Tensor inputs = normal({4, 6}, 1);
    const at::Tensor copy = inputs.clone();
    EXPECT_TRUE(with.evaluate(inputs).equal(without.evaluate(inputs)));
    EXPECT_TRUE(inputs.equal(copy));
}

// An evaluation between two steps, and a step of another size, leave nothing behind.
TEST(ForwardBackward, DoesNotDependOnWhatRanBefore) {
    SerialCommunicator communicator;
    auto network = make_network(mlp_settings({8, 7}, true, 0.3), {6}, 5);
    network.parameters().initialise(3);
    const at::Tensor inputs = normal({12, 6}, 5);
    const at::Tensor targets = labels(12, 5, 6);
    const auto gradient = [&] {
        (void)network.forward_backward(micro_batches_of(inputs, targets, 12), {1, 2, 12},
                                       communicator);
        return network.parameters().gradients().clone();
    };
    const at::Tensor first = gradient();
    network.estimate_population({inputs}, communicator);
    (void)network.evaluate(inputs);
    (void)network.forward_backward(
        micro_batches_of(inputs.narrow(0, 0, 7), targets.narrow(0, 0, 7), 3), {1, 3, 7},
        communicator);
    EXPECT_TRUE(gradient().equal(first));
}

}  // namespace
}  // namespace batchscope::tests_of_network
