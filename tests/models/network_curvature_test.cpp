#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>

#include "models/loss.hpp"
#include "models/network.hpp"
#include "network_settings.hpp"
#include "reference_network.hpp"

namespace batchscope::tests_of_network_curvature {
namespace {

using reference::difference;
using reference::labels;
using reference::Leaves;
using reference::normal;

struct Case {
    std::string name;
    ModelSettings model;
    Task task = Task::classification;
    std::vector<std::int64_t> example_shape{6};
};

void PrintTo(const Case& that, std::ostream* out) {
    *out << that.name;
}

/// A network with known population statistics, examples, and autograd's derivatives of their loss
/// sum in evaluation mode.
class NetworkCurvature : public ::testing::TestWithParam<Case> {
  protected:
    static constexpr std::int64_t classes = 5;
    static constexpr std::int64_t examples = 12;

    NetworkCurvature() {
        network_.parameters().initialise(3);
        for (const auto& view : network_.parameters().views()) {
            if (view.shape.name.starts_with("bn")) {
                view.weight.add_(normal(view.weight.sizes(), 21), 0.3);
            }
        }
        SerialCommunicator communicator;
        network_.estimate_population({inputs_}, communicator);
        network_.parameters().gradients().fill_(NAN);  // what a step left is replaced
    }

    [[nodiscard]] std::int64_t outputs() const {
        return that_.task == Task::classification ? classes : 1;
    }
    [[nodiscard]] at::Tensor directions(std::int64_t count) const {
        return normal({count, network_.parameters().count()}, 31);
    }
    [[nodiscard]] at::Tensor reference_outputs(const Leaves& leaves) const {
        const reference::Norm norm{has_batch_norm(that_.model), examples, &network_};
        return that_.model.name == "mlp"
                   ? reference::mlp(leaves, inputs_,
                                    static_cast<int>(
                                        settings_of<MlpSettings>(that_.model.values).hidden.size()),
                                    norm, 0, {})
                   : reference::simple_cnn(leaves, inputs_, norm, 0, {});
    }
    Case that_ = GetParam();
    Network network_{describe_network(that_.model, that_.example_shape, outputs()),
                     {},
                     that_.task,
                     2,
                     at::kDouble};
    at::Tensor inputs_ = [this] {
        std::vector<std::int64_t> shape{examples};
        shape.insert(shape.end(), that_.example_shape.begin(), that_.example_shape.end());
        return normal(shape, 11);
    }();
    at::Tensor targets_ =
        that_.task == Task::classification ? labels(examples, classes, 12) : normal({examples}, 12);
};

TEST_P(NetworkCurvature, GradientIsThatOfAutograd) {
    const Leaves leaves(network_.parameters());
    const at::Tensor loss = reference::loss_sum(that_.task, reference_outputs(leaves), targets_);
    const at::Tensor ours = network_.evaluation_gradient(inputs_, targets_);
    EXPECT_NEAR(ours.item<double>(), loss.item<double>(), 1e-12);
    EXPECT_LT(difference(network_.parameters().gradients(), leaves.flat_gradients(loss)), 1e-12);
}

TEST_P(NetworkCurvature, WeightedGradientIsTheSumOfWeightedGradients) {
    const at::Tensor weights = normal({examples}, 41);
    at::Tensor expected = at::zeros_like(network_.parameters().gradients());
    for (std::int64_t i = 0; i < examples; ++i) {
        (void)network_.evaluation_gradient(inputs_.narrow(0, i, 1), targets_.narrow(0, i, 1));
        expected.add_(network_.parameters().gradients() * weights[i]);
    }
    (void)network_.evaluation_gradient(inputs_, targets_, weights);
    EXPECT_LT(difference(network_.parameters().gradients(), expected), 1e-12);
}

TEST_P(NetworkCurvature, HessianProductsAreThoseOfAutograd) {
    const at::Tensor vectors = directions(3);
    const at::Tensor products =
        network_.curvature_products(inputs_, targets_, vectors, Curvature::hessian);
    const Leaves leaves(network_.parameters());
    const at::Tensor loss = reference::loss_sum(that_.task, reference_outputs(leaves), targets_);
    EXPECT_LT(difference(products, reference::hessian_products(leaves, loss, vectors)), 1e-12);
}

TEST_P(NetworkCurvature, GaussNewtonProductsAreThoseOfTheJacobian) {
    const at::Tensor vectors = directions(3);
    const at::Tensor products =
        network_.curvature_products(inputs_, targets_, vectors, Curvature::gauss_newton);
    const Leaves leaves(network_.parameters());
    EXPECT_LT(difference(products, reference::gauss_newton_products(
                                       leaves, that_.task, reference_outputs(leaves), vectors)),
              1e-12);
}

TEST_P(NetworkCurvature, DirectionsOfOnePassDoNotMix) {
    const at::Tensor vectors = directions(4);
    const at::Tensor together =
        network_.curvature_products(inputs_, targets_, vectors, Curvature::hessian);
    for (std::int64_t k = 0; k < 4; ++k) {
        const at::Tensor alone = network_.curvature_products(
            inputs_, targets_, vectors.narrow(0, k, 1), Curvature::hessian);
        EXPECT_LT(difference(together.narrow(0, k, 1), alone), 1e-12);
    }
}

TEST_P(NetworkCurvature, IsASumOverExamplesAndSymmetric) {
    const at::Tensor vectors = directions(2);
    const auto products = [&](std::int64_t first, std::int64_t count) {
        return network_.curvature_products(inputs_.narrow(0, first, count),
                                           targets_.narrow(0, first, count), vectors,
                                           Curvature::hessian);
    };
    const at::Tensor whole = products(0, examples);
    EXPECT_LT(difference(products(0, 7) + products(7, examples - 7), whole), 1e-12);
    const at::Tensor form = at::mm(vectors, whole.t());
    EXPECT_NEAR(form[0][1].item<double>(), form[1][0].item<double>(),
                1e-12 * form.abs().max().item<double>());
}

TEST_P(NetworkCurvature, LeavesTheNetworkAsItWas) {
    const at::Tensor weights = network_.parameters().weights().clone();
    const at::Tensor before = network_.evaluate(inputs_);
    (void)network_.curvature_products(inputs_, targets_, directions(2), Curvature::hessian);
    (void)network_.evaluation_gradient(inputs_, targets_);
    EXPECT_TRUE(at::equal(network_.parameters().weights(), weights));
    EXPECT_TRUE(at::equal(network_.evaluate(inputs_), before));
}

INSTANTIATE_TEST_SUITE_P(
    Networks, NetworkCurvature,
    ::testing::Values(
        Case{"softmax_regression", mlp_settings({}, false, 0)},
        Case{"linear_regression", mlp_settings({}, false, 0), Task::regression},
        Case{"mlp", mlp_settings({7, 4}, false, 0)},
        Case{"mlp_with_dropout", mlp_settings({7, 4}, false, 0.5)},
        Case{"mlp_of_images", mlp_settings({7}, false, 0), Task::classification, {2, 3, 2}},
        Case{"mlp_regression", mlp_settings({7, 4}, false, 0), Task::regression},
        Case{"mlp_batch_norm", mlp_settings({7, 4}, true, 0)},
        Case{"cnn", simple_cnn_settings(false, 0), Task::classification, {2, 5, 7}},
        Case{"cnn_batch_norm", simple_cnn_settings(true, 0.4), Task::classification, {1, 6, 4}}),
    [](const auto& instance) { return instance.param.name; });

TEST(NetworkCurvatureClosedForm, OfSoftmaxRegression) {
    // d2 loss / dW dW = sum over examples of (diag(p) - p p') (x) x x', biases with x = 1.
    constexpr std::int64_t features = 3;
    constexpr std::int64_t classes = 4;
    Network network(describe_network(mlp_settings({}, false, 0), {features}, classes), {},
                    Task::classification, 0, at::kDouble);
    network.parameters().initialise(5);
    const at::Tensor x = normal({9, features}, 1);
    const at::Tensor targets = labels(9, classes, 2);
    const at::Tensor p = at::softmax(network.evaluate(x), 1);
    const std::int64_t count = network.parameters().count();
    const at::Tensor hessian =
        network.curvature_products(x, targets, at::eye(count, at::kDouble), Curvature::hessian);
    const at::Tensor with_one = at::cat({x, at::ones({9, 1}, at::kDouble)}, 1);
    for (std::int64_t a = 0; a < classes; ++a) {
        for (std::int64_t b = 0; b < classes; ++b) {
            const at::Tensor weight = p.select(1, a) * ((a == b ? 1.0 : 0.0) - p.select(1, b));
            const at::Tensor block = at::mm(with_one.t() * weight, with_one);
            const at::Tensor weights =
                hessian.narrow(0, a * features, features).narrow(1, b * features, features);
            EXPECT_LT(difference(weights, block.narrow(0, 0, features).narrow(1, 0, features)),
                      1e-12);
            const std::int64_t bias = classes * features;
            EXPECT_NEAR(hessian[bias + a][bias + b].item<double>(),
                        block[features][features].item<double>(), 1e-12);
        }
    }
}

TEST(NetworkCurvatureClosedForm, SingleAndDoublePrecisionAgree) {
    for (const auto& example :
         {std::pair{mlp_settings({16, 8}, true, 0), std::vector<std::int64_t>{6}},
          std::pair{simple_cnn_settings(true, 0), std::vector<std::int64_t>{1, 8, 8}}}) {
        const auto& model = example.first;  // no structured binding: clang 14 captures none
        const auto& shape = example.second;
        std::vector<std::int64_t> input_shape{20};
        input_shape.insert(input_shape.end(), shape.begin(), shape.end());
        const at::Tensor x = normal(input_shape, 1);
        const at::Tensor targets = labels(20, 3, 2);
        const auto products = [&](at::ScalarType type) {
            Network network(describe_network(model, shape, 3), {}, Task::classification, 0, type);
            network.parameters().initialise(5);
            SerialCommunicator communicator;
            network.estimate_population({x.to(type)}, communicator);
            return network
                .curvature_products(x.to(type), targets,
                                    normal({2, network.parameters().count()}, 3, type),
                                    Curvature::hessian)
                .to(at::kDouble);
        };
        EXPECT_LT(difference(products(at::kFloat), products(at::kDouble)), 1e-4);
    }
}

}  // namespace
}  // namespace batchscope::tests_of_network_curvature
