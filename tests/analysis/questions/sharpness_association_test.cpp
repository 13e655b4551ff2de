#include "analysis/questions/sharpness_association.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/analysis/questions/made_up_study.hpp"

namespace batchscope::tests_of_sharpness_association {
namespace {

/// A run with this top eigenvalue and this gap.
void add(MadeUpStudy& study, std::int64_t batch_size, std::uint64_t seed, const std::string& rule,
         double eigenvalue, double gap) {
    AnalyzedRun& run = study.add(batch_size, seed, {{"training.learning_rate_scaling", rule}});
    run.sharpness.values["top_eigenvalue"] = {eigenvalue, 0.01, true};
    run.history.test_loss.back() = run.history.train_loss.back() + gap;
}

TEST(SharpnessAndGap, OverallAndAlongTheBatchSizeCanDisagree) {
    MadeUpStudy study;
    // Within each rule sharper means a larger gap; the sharper rule has the smaller gaps.
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const double shift = 0.01 * static_cast<double>(seed);
        for (int i = 0; i < 4; ++i) {
            add(study, 16 << i, seed, "none", 10 + i + shift, 0.5 + 0.01 * i + shift / 100);
            add(study, 16 << i, seed, "linear", 100 + i + shift, 0.1 + 0.01 * i + shift / 100);
        }
    }
    const auto found = sharpness_and_gap(study.summary(), 999);
    ASSERT_EQ(found.size(), 1U) << "no other measure was taken";
    EXPECT_EQ(found[0].measure.name, "top_eigenvalue");
    EXPECT_EQ(found[0].runs, 24);
    EXPECT_LT(found[0].overall, 0);
    EXPECT_EQ(found[0].along_batch_size.psi, 1.0);
    EXPECT_EQ(found[0].along_batch_size.strata, 6);
    EXPECT_LE(found[0].along_batch_size.p_two_sided, 0.01);
    EXPECT_EQ(found[0].along_axis.at("training.learning_rate_scaling").psi, -1.0);
}

TEST(SharpnessAndGap, UncertifiedValuesAndUncountedRunsTakeNoPart) {
    MadeUpStudy study;
    add(study, 16, 1, "none", 1, 0.1);
    add(study, 64, 1, "none", 2, 0.2);
    AnalyzedRun& unconverged = study.add(256, 1, {{"training.learning_rate_scaling", "none"}});
    unconverged.sharpness.values["top_eigenvalue"] = {9, 5, false};
    AnalyzedRun& collapsed = study.add(1024, 1, {{"training.learning_rate_scaling", "none"}});
    collapsed.sharpness.values["top_eigenvalue"] = {9, 0.01, true};
    collapsed.collapsed = true;
    EXPECT_EQ(sharpness_and_gap(study.summary(), 99)[0].runs, 2);
}

TEST(SharpnessAndGap, OfOneRunIsNone) {
    MadeUpStudy study;
    add(study, 16, 1, "none", 1, 0.1);
    EXPECT_TRUE(sharpness_and_gap(study.summary(), 99).empty());
}

}  // namespace
}  // namespace batchscope::tests_of_sharpness_association
