#include "analysis/claims/reason.hpp"

#include <gtest/gtest.h>

#include "analysis/claims/gradient_noise.hpp"
#include "analysis/claims/sharp_minima.hpp"

namespace batchscope::tests_of_reason {
namespace {

std::string text(const Because& because) {
    return because_text(because, Phrases(Language::english));
}

TEST(ClaimReasons, NameTheKeysThatMeasureGradientNoise) {
    EXPECT_EQ(text({GradientNoiseFalls::not_measured, "gradient_noise"}),
              "no run holds gradient_noise (add batch_gradients to sharpness.measures and set "
              "sharpness.every_epochs to half of the epochs or less)");
    for (const char* place : {"start", "middle"}) {
        EXPECT_EQ(text({GradientNoiseFalls::not_measured, place}),
                  "gradient noise is not measured before or during training (set "
                  "sharpness.every_epochs to half of the epochs or less)");
    }
    EXPECT_EQ(text({GradientNoiseFalls::not_measured, "end"}),
              "gradient noise is not measured at the end of training (sharpness.at_end: true)");
    EXPECT_EQ(text({.reason = GradientNoiseFalls::too_few_batch_sizes,
                    .name = "start",
                    .found = 3,
                    .needed = 4}),
              "gradient noise is measured at 3 batch sizes, 4 are needed "
              "(sharpness.batch_gradients.batch_sizes, each below sharpness.examples)");
    EXPECT_EQ(text({.reason = GradientNoiseFalls::too_few_batches,
                    .name = "gradient_noise",
                    .batch_size = 64,
                    .seed = 2,
                    .found = 20,
                    .needed = 30}),
              "20 batches at batch 64, seed 2, 30 are needed (sharpness.batch_gradients.batches)");
}

TEST(ClaimReasons, OfOtherMeasuresAreTheOldOnes) {
    EXPECT_EQ(text({SharpMinima::not_measured, "trace"}), "no run holds trace");
    EXPECT_EQ(text({.reason = ClaimReason::too_few_batch_sizes, .found = 3, .needed = 4}),
              "3 batch sizes, 4 are needed");
    EXPECT_EQ(
        text({.reason = SharpMinima::not_converged, .name = "trace", .batch_size = 64, .seed = 2}),
        "trace is not certified at batch 64, seed 2");
}

}  // namespace
}  // namespace batchscope::tests_of_reason
