#include <ATen/ATen.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <tuple>

#include "../measures/measure_parts.hpp"
#include "../measures/resumption_checks.hpp"
#include "../models/network_settings.hpp"
#include "../normal_tensor.hpp"
#include "measures/batch_gradients.hpp"
#include "measures/gradient_covariance.hpp"
#include "measures/loss_curvature.hpp"
#include "measures/split_loss.hpp"
#include "test_ranks.hpp"

/// Derivatives of the mean loss of a split, shared over ranks, against closed forms: the same on
/// any number of ranks and for any micro-batch. Every rank runs every test; started under mpirun
/// with one to four ranks.
namespace batchscope::tests_of_curvature {
namespace {

/// Linear regression on a split of 23 examples: with a column of ones for the bias, the Hessian of
/// the mean of half the squared errors is X'X / 23, the gradient of example i is residual_i x_i.
class LinearRegression : public ::testing::TestWithParam<std::tuple<std::int64_t, std::int64_t>> {
  protected:
    static constexpr std::int64_t features = 5;

    LinearRegression() { network_.parameters().initialise(3); }

    [[nodiscard]] std::int64_t examples() const { return std::get<0>(GetParam()); }
    [[nodiscard]] std::int64_t micro_batch() const { return std::get<1>(GetParam()); }
    [[nodiscard]] at::Tensor weights() const { return network_.parameters().weights(); }
    [[nodiscard]] at::Tensor with_ones() const {
        return at::cat({split_.inputs, at::ones({examples(), 1}, at::kDouble)}, 1);
    }
    [[nodiscard]] at::Tensor hessian() const {
        return at::mm(with_ones().t(), with_ones()).div(static_cast<double>(examples()));
    }
    /// (examples, parameters) at `point`.
    [[nodiscard]] at::Tensor example_gradients(const at::Tensor& point) const {
        const at::Tensor residual = at::mv(with_ones(), point) - split_.targets;
        return with_ones() * residual.unsqueeze(1);
    }

    TestRanks ranks_;
    MpiCommunicator& communicator_ = ranks_.communicator();
    Network network_{describe_network(mlp_settings({}, false, 0), {features}, 1),
                     {},
                     Task::regression,
                     0,
                     at::kDouble};
    DeviceSplit split_{normal_tensor({examples(), features}, 1), normal_tensor({examples()}, 2)};
    SplitLoss loss_{network_, split_, communicator_, micro_batch()};
    LossCurvature curvature_{network_, split_, Curvature::hessian, communicator_, micro_batch()};
};

TEST_P(LinearRegression, HessianIsThatOfTheMeanLoss) {
    const at::Tensor matrix = curvature_.apply(at::eye(features + 1, at::kDouble));
    EXPECT_TRUE(at::allclose(matrix, hessian(), 1e-13, 1e-13));
    LossCurvature gauss_newton(network_, split_, Curvature::gauss_newton, communicator_,
                               micro_batch());
    EXPECT_TRUE(at::allclose(gauss_newton.apply(at::eye(features + 1, at::kDouble)), hessian(),
                             1e-13, 1e-13));
}

TEST_P(LinearRegression, LossAndGradientAreTheMeansAtAnyPoint) {
    const at::Tensor before = weights().clone();
    for (const at::Tensor& point : {weights().clone(), normal_tensor({features + 1}, 7)}) {
        const at::Tensor residual = at::mv(with_ones(), point) - split_.targets;
        const double expected = 0.5 * residual.square().mean().item<double>();
        const auto [value, gradient] = loss_.value_and_gradient(point);
        EXPECT_NEAR(value, expected, 1e-13);
        EXPECT_TRUE(at::allclose(gradient, example_gradients(point).mean(0), 1e-12, 1e-13));
    }
    EXPECT_TRUE(at::equal(weights(), before));
}

TEST_P(LinearRegression, NoiseScalesAreThoseOfAllExampleGradients) {
    const at::Tensor gradients = example_gradients(weights());
    const at::Tensor mean = gradients.mean(0);
    const at::Tensor centred = gradients - mean;
    const at::Tensor covariance = at::mm(centred.t(), centred).div(static_cast<double>(examples()));
    const MeasuredValues values =
        finish(*make_measure(gradient_covariance(), GradientCovarianceSettings{.probes = 400}, 5,
                             {.weights = weights().clone(),
                              .loss = &loss_,
                              .gradients = &loss_,
                              .hessian = &curvature_}));
    const auto metric = [&](const char* name) { return values.at(name).at(0); };
    const double square = mean.dot(mean).item<double>();
    const double curvature = mean.dot(at::mv(hessian(), mean)).item<double>();
    const double trace = covariance.trace().item<double>();
    const double curvature_trace = at::mm(hessian(), covariance).trace().item<double>();
    EXPECT_NEAR(metric("gradient_square_norm"), square, 1e-12 * square);
    EXPECT_NEAR(metric("gradient_curvature"), curvature, 1e-12 * curvature);
    EXPECT_NEAR(metric("covariance_trace"), trace,
                4 * metric("covariance_trace_standard_error") + 1e-12 * trace);
    EXPECT_NEAR(metric("curvature_covariance_trace"), curvature_trace,
                4 * metric("curvature_covariance_trace_standard_error") + 1e-12 * curvature_trace);
    // Four standard errors are few per cent here: the test above can fail.
    EXPECT_LT(metric("covariance_trace_standard_error"), 0.1 * trace);
    EXPECT_DOUBLE_EQ(metric("noise_scale"),
                     metric("curvature_covariance_trace") / metric("gradient_curvature"));
    EXPECT_DOUBLE_EQ(metric("simple_noise_scale"),
                     metric("covariance_trace") / metric("gradient_square_norm"));
}

TEST_P(LinearRegression, GradientsOfBatchesAreTheMeansOfTheirExamples) {
    const at::Tensor gradients = example_gradients(weights());
    for (const std::vector<std::int64_t>& batch :
         {std::vector<std::int64_t>{2}, std::vector<std::int64_t>{0, 2},
          std::vector<std::int64_t>{0, 1, 2}}) {
        const at::Tensor expected = gradients.index_select(0, at::tensor(batch)).mean(0);
        EXPECT_TRUE(at::allclose(loss_.batch_gradient(batch), expected, 1e-12, 1e-13));
    }
}

TEST_P(LinearRegression, TheScatterOfBatchGradientsIsTheSameOnOneRankAndInOneMicroBatch) {
    const auto variances = [&](SplitLoss& loss) {
        return finish(*make_measure(batch_gradients(), BatchGradientSettings{{1, 2, 16}, 12}, 5,
                                    {.weights = weights(), .gradients = &loss}))
            .at("batch_gradient_variance");
    };
    SerialCommunicator alone;
    SplitLoss whole(network_, split_, alone, 100);
    const std::vector<double> expected = variances(whole);
    const std::vector<double> found = variances(loss_);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (std::isnan(expected[i])) {
            EXPECT_TRUE(std::isnan(found[i]));
        } else {
            EXPECT_GT(expected[i], 0);
            EXPECT_NEAR(found[i], expected[i], 1e-12 * expected[i]);
        }
    }
    EXPECT_EQ(std::isnan(found[2]), examples() < 16);
}

// Fewer examples than ranks, micro-batches that do not divide the local batches, one micro-batch.
INSTANTIATE_TEST_SUITE_P(SplitsAndMicroBatches, LinearRegression,
                         ::testing::Combine(::testing::Values(3, 23), ::testing::Values(1, 7, 23)));

/// The networks of a study in single precision: sums that do not depend on ranks or micro-batches.
TEST(CurvatureOfNetworks, IsTheSameForAnyMicroBatchToRounding) {
    TestRanks ranks;
    MpiCommunicator& communicator = ranks.communicator();
    SerialCommunicator alone;
    constexpr std::int64_t examples = 41;
    for (const auto& model : {mlp_settings({16}, true, 0.2), simple_cnn_settings()}) {
        const at::Tensor inputs = normal_tensor({examples, 1, 8, 8}, 1).to(at::kFloat);
        const DeviceSplit split{inputs, inputs.flatten(1).narrow(1, 0, 4).argmax(1)};
        Network network(describe_network(model, {1, 8, 8}, 4), {}, Task::classification, 0,
                        at::kFloat);
        network.parameters().initialise(3);
        estimate_population(network, split, alone);
        const at::Tensor vectors = normal_tensor({2, network.parameters().count()}, 9);
        LossCurvature serial(network, split, Curvature::hessian, alone, examples);
        const at::Tensor expected = serial.apply(vectors);
        for (const std::int64_t micro_batch : {1, 7, 500}) {
            LossCurvature shared(network, split, Curvature::hessian, communicator, micro_batch);
            const at::Tensor products = shared.apply(vectors);
            EXPECT_LT((products - expected).norm().item<double>(),
                      1e-5 * expected.norm().item<double>());
        }
    }
}

}  // namespace
}  // namespace batchscope::tests_of_curvature
