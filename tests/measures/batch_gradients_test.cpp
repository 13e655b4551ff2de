#include "measures/batch_gradients.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "../models/network_settings.hpp"
#include "../normal_tensor.hpp"
#include "measure_parts.hpp"
#include "measures/evaluation.hpp"
#include "measures/sharpness_measurement.hpp"
#include "resumption_checks.hpp"

// The same on one to four ranks and for any micro-batch: tests/mpi/curvature_test.cpp.
namespace batchscope::tests_of_batch_gradients {
namespace {

constexpr std::int64_t examples = 23;

/// Linear regression: the gradient of example i is residual_i x_i, with a column of ones in x for
/// the bias.
class BatchGradientsOfRegression : public ::testing::Test {
  protected:
    BatchGradientsOfRegression() { network_.parameters().initialise(3); }

    [[nodiscard]] std::unique_ptr<Measure> make(std::vector<std::int64_t> batch_sizes,
                                                std::int64_t batches, std::uint64_t seed = 5) {
        return make_measure(batch_gradients(),
                            BatchGradientSettings{std::move(batch_sizes), batches}, seed,
                            {.weights = network_.parameters().weights(), .gradients = &loss_});
    }

    [[nodiscard]] std::vector<double> variances(std::vector<std::int64_t> batch_sizes,
                                                std::int64_t batches, std::uint64_t seed = 5) {
        return finish(*make(std::move(batch_sizes), batches, seed)).at("batch_gradient_variance");
    }

    /// S: the trace of the covariance of the examples' gradients, divisor N - 1.
    [[nodiscard]] double covariance_trace() const {
        const at::Tensor inputs = at::cat({split_.inputs, at::ones({examples, 1}, at::kDouble)}, 1);
        const at::Tensor residual =
            at::mv(inputs, network_.parameters().weights()) - split_.targets;
        return (inputs * residual.unsqueeze(1)).var(0, /*unbiased=*/true).sum().item<double>();
    }

    SerialCommunicator communicator_;
    Network network_{
        describe_network(mlp_settings({}, false, 0), {3}, 1), {}, Task::regression, 0, at::kDouble};
    DeviceSplit split_{normal_tensor({examples, 3}, 1), normal_tensor({examples}, 2)};
    SplitLoss loss_{network_, split_, communicator_};
};

TEST_F(BatchGradientsOfRegression, ScatterAsMeansOfADrawWithoutReplacement) {
    const std::vector<std::int64_t> batch_sizes{1, 4, 10, 22};
    constexpr std::int64_t batches = 2400;
    const std::vector<double> found = variances(batch_sizes, batches);
    ASSERT_EQ(found.size(), batch_sizes.size());
    for (std::size_t i = 0; i < batch_sizes.size(); ++i) {
        const double expected =
            covariance_trace() * (1 / static_cast<double>(batch_sizes[i]) - 1.0 / examples);
        // Drawn with replacement, batches of 4, 10 and 22 would have 1.2, 1.8 and 23 times as much.
        EXPECT_NEAR(found[i], expected, 0.07 * expected) << batch_sizes[i];
    }
}

TEST_F(BatchGradientsOfRegression, HaveAVarianceWithoutBiasHoweverFewTheyAre) {
    constexpr int seeds = 800;
    double sum = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        sum += variances({10}, 3, seed).front();
    }
    // A divisor of 3, or squared distances from the mean before, would be 1.5 times off.
    const double expected = covariance_trace() * (1.0 / 10 - 1.0 / examples);
    EXPECT_NEAR(sum / seeds, expected, 0.1 * expected);
}

TEST_F(BatchGradientsOfRegression, AreNotMeasuredWhereABatchIsTheWholeSplitOrMore) {
    const std::vector<double> found = variances({22, 23, 24, 1}, 3);
    EXPECT_GT(found[0], 0);
    EXPECT_TRUE(std::isnan(found[1]));
    EXPECT_TRUE(std::isnan(found[2]));
    EXPECT_GT(found[3], 0);
    const auto none = make({23}, 3);
    EXPECT_TRUE(std::isnan(finish(*none).at("batch_gradient_variance").front()));
}

TEST_F(BatchGradientsOfRegression, OfABatchDependOnSeedSizeAndNumberAlone) {
    const std::vector<double> both = variances({5, 10}, 7);
    EXPECT_TRUE(same_bits(variances({10, 5}, 7), {both[1], both[0]}));
    EXPECT_TRUE(same_bits(variances({10}, 7), {both[1]}));
    EXPECT_NE(variances({10}, 7, 6).front(), both[1]);
    EXPECT_NE(variances({10}, 8).front(), both[1]) << "the eighth batch is another one";
}

TEST_F(BatchGradientsOfRegression, HaveASmallVarianceBesideALargeMean) {
    // All inputs 1: every gradient is the residual, 1e8 or so, in each parameter.
    split_.inputs.fill_(1.0);
    const double near_zero = variances({4}, 50).front();
    split_.targets.add_(1e8);
    EXPECT_NEAR(variances({4}, 50).front(), near_zero, 1e-6 * near_zero);
}

TEST_F(BatchGradientsOfRegression, OfEqualExamplesDoNotScatter) {
    split_.inputs.copy_(split_.inputs[0].expand_as(split_.inputs).clone());
    split_.targets.fill_(1.5);
    EXPECT_NEAR(variances({4}, 9).front(), 0, 1e-28);
}

TEST_F(BatchGradientsOfRegression, SayHowManyBatchesTheyAreOf) {
    EXPECT_EQ(finish(*make({4}, 9)).at("gradient_batches"), std::vector<double>{9});
}

TEST_F(BatchGradientsOfRegression, GoOnFromEveryState) {
    expect_resumable([&] { return make({4, 30, 10}, 6); });
}

TEST_F(BatchGradientsOfRegression, RefuseTheStateOfOtherSettings) {
    const auto state = make({4, 10}, 9)->state();
    EXPECT_THROW(make({4, 10}, 8)->restore(state), Error);
    EXPECT_THROW(make({4, 11}, 9)->restore(state), Error);
    EXPECT_THROW(make({4}, 9)->restore(state), Error);
    EXPECT_THROW(make({4, 10}, 9, 6)->restore(state), Error);
}

TEST_F(BatchGradientsOfRegression, AreOfOtherBatchesInRunsOfAnotherSeed) {
    RunSettings run;
    run.sharpness.measures = {"batch_gradients"};
    run.sharpness.values = values_of(BatchGradientSettings{{4, 10}, 5});
    const auto variances_of = [&](std::uint64_t training_seed, std::uint64_t sharpness_seed) {
        run.training.seed = training_seed;
        run.sharpness.seed = sharpness_seed;
        const MeasuredExamples measured = measured_examples(run.sharpness, split_);
        SharpnessMeasurement measurement(run, network_, measured, split_, communicator_);
        while (!measurement.finished()) {
            measurement.advance();
        }
        return measurement.values().at("batch_gradient_variance");
    };
    const std::vector<double> found = variances_of(1, 0);
    EXPECT_TRUE(same_bits(variances_of(1, 0), found));
    for (const std::size_t size : {0, 1}) {
        EXPECT_NE(variances_of(2, 0)[size], found[size]) << "of the same weights";
        EXPECT_NE(variances_of(1, 1)[size], found[size]);
    }
}

TEST(BatchGradientsOfNetworks, AreThoseOfEvaluationMode) {
    // Dropout and batch normalisation: with statistics of the batch, or units dropped, the gradient
    // of all examples would not be the mean of those of the parts.
    SerialCommunicator communicator;
    Network network(describe_network(mlp_settings({6}, true, 0.5), {3}, 3), {},
                    Task::classification, 0, at::kDouble);
    network.parameters().initialise(3);
    const at::Tensor inputs = normal_tensor({examples, 3}, 1);
    const DeviceSplit split{inputs, inputs.argmax(1)};
    estimate_population(network, split, communicator);
    SplitLoss loss(network, split, communicator);
    at::Tensor sum = at::zeros({loss.size()}, loss.options());
    for (std::int64_t example = 0; example < examples; ++example) {
        sum += loss.batch_gradient({example});
    }
    const at::Tensor whole =
        loss.value_and_gradient(network.parameters().weights().clone()).gradient;
    EXPECT_TRUE(at::allclose(sum / examples, whole, 1e-10, 1e-13));
}

}  // namespace
}  // namespace batchscope::tests_of_batch_gradients
