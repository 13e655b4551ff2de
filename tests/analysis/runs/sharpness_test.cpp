#include "analysis/runs/sharpness.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace batchscope {
namespace {

SharpnessPoint point_with(const std::map<std::string, std::vector<double>>& values) {
    RunRecord record;
    record.sharpness.rows = {{2.0, 20, values}};
    return sharpness_history(record).at(0);
}

TEST(SharpnessHistory, HoldsBothNoiseScalesAtFrozenWeights) {
    const SharpnessPoint point = point_with({{"noise_scale", {300}},
                                             {"curvature_covariance_trace_standard_error", {5}},
                                             {"gradient_curvature", {0.5}},
                                             {"simple_noise_scale", {200}},
                                             {"covariance_trace_standard_error", {8}},
                                             {"gradient_square_norm", {2}}});
    EXPECT_EQ(point.hessian_noise_scale.value, 300);
    EXPECT_EQ(point.hessian_noise_scale.error, 10);
    EXPECT_TRUE(point.hessian_noise_scale.counts);
    EXPECT_EQ(point.simple_noise_scale.value, 200);
    EXPECT_EQ(point.simple_noise_scale.error, 4);
    EXPECT_TRUE(point.simple_noise_scale.counts);
}

TEST(SharpnessHistory, ANoiseScaleAlongNegativeCurvatureDoesNotCount) {
    const SharpnessPoint point =
        point_with({{"noise_scale", {-300}}, {"gradient_curvature", {-1}}});
    EXPECT_FALSE(point.hessian_noise_scale.counts);
    EXPECT_FALSE(point.simple_noise_scale.counts);
    EXPECT_TRUE(std::isnan(point.simple_noise_scale.value));
}

}  // namespace
}  // namespace batchscope
