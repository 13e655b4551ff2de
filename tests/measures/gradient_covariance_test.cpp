#include "measures/gradient_covariance.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "../models/network_settings.hpp"
#include "../normal_tensor.hpp"
#include "measure_parts.hpp"
#include "measures/loss_curvature.hpp"
#include "measures/split_loss.hpp"
#include "resumption_checks.hpp"

// Its values against closed forms, on one to four ranks: tests/mpi/curvature_test.cpp.
namespace batchscope::tests_of_gradient_covariance {
namespace {

class Covariance : public ::testing::Test {
  protected:
    Covariance() { network_.parameters().initialise(3); }

    [[nodiscard]] std::unique_ptr<Measure> make(std::int64_t probes) {
        return make_measure(gradient_covariance(), GradientCovarianceSettings{.probes = probes}, 5,
                            {.weights = network_.parameters().weights().clone(),
                             .loss = &loss_,
                             .gradients = &loss_,
                             .hessian = &hessian_});
    }

    SerialCommunicator communicator_;
    Network network_{describe_network(mlp_settings({4}, false, 0), {3}, 1),
                     {},
                     Task::regression,
                     0,
                     at::kDouble};
    DeviceSplit split_{normal_tensor({17, 3}, 1), normal_tensor({17}, 2)};
    SplitLoss loss_{network_, split_, communicator_};
    LossCurvature hessian_{network_, split_, Curvature::hessian, communicator_};
};

TEST_F(Covariance, GoesOnFromEveryState) {
    expect_resumable([&] { return make(9); });
}

TEST_F(Covariance, ItsProbesDoNotDependOnHowManyFollow) {
    const MeasuredValues few = finish(*make(2));
    const MeasuredValues one = finish(*make(1));
    EXPECT_TRUE(std::isnan(one.at("covariance_trace_standard_error")[0]));
    // The mean of two less half the difference is the first: what one probe gives.
    const double mean = few.at("covariance_trace")[0];
    const double half_difference = few.at("covariance_trace_standard_error")[0];
    EXPECT_NEAR(std::abs(one.at("covariance_trace")[0] - mean), half_difference, 1e-12 * mean);
}

TEST_F(Covariance, OfEqualExamplesIsZero) {
    split_.inputs.copy_(split_.inputs[0].expand_as(split_.inputs).clone());
    split_.targets.fill_(1.5);
    const MeasuredValues values = finish(*make(3));
    EXPECT_NEAR(values.at("covariance_trace")[0], 0,
                1e-24 * values.at("gradient_square_norm")[0] + 1e-24);
}

TEST_F(Covariance, RefusesTheStateOfOtherSettings) {
    const auto state = make(9)->state();
    EXPECT_THROW(make(8)->restore(state), Error);
}

}  // namespace
}  // namespace batchscope::tests_of_gradient_covariance
