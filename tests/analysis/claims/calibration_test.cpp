// How often claims are decided falsely, in studies without effects and with effects at their
// margins.

#include "tests/analysis/calibration.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "analysis/claims/decide_claims.hpp"
#include "analysis/claims/not_always_better.hpp"
#include "analysis/claims/small_generalizes.hpp"
#include "analysis/claims/sweet_spot.hpp"
#include "core/random.hpp"
#include "tests/analysis/claims/claim_study.hpp"

namespace batchscope::tests_of_claims_calibration {
namespace {

/// The normal numbers of one repetition, one after the other.
class NormalDraws {
  public:
    explicit NormalDraws(std::uint64_t repetition)
        : stream_(20260101, RandomPurpose::probe, repetition) {}
    double operator()() { return stream_.normal(next_++); }

  private:
    RandomStream stream_;
    std::uint64_t next_ = 0;
};

/// A study in which the batch size changes nothing: five seeds, each with an effect of its own that
/// all batch sizes share, and noise.
void add_null_runs(MadeUpStudy& study, NormalDraws noise) {
    const std::vector<std::int64_t> sizes{16, 64, 256, 1024};
    for (std::uint64_t seed = 1; seed <= five_seeds; ++seed) {
        const double shared = noise();
        for (const std::int64_t batch_size : sizes) {
            AnalyzedRun& run = study.add(batch_size, seed);
            History& history = run.history;
            history.epoch = {0, 4, 8, 10};
            history.steps = {0, 40, 80, 100};
            history.examples = {0, 2560, 5120, 6400};
            history.seconds = {0, 4 * std::exp(0.05 * noise()), 8 * std::exp(0.05 * noise()), 12};
            history.seconds[3] = 10 * std::exp(0.05 * noise()) + 1;
            const double deep = 0.3 + 0.02 * shared + 0.02 * noise();
            history.train_loss = {2.3, 1.0 + 0.05 * noise(), 0.5 + 0.02 * noise(), deep};
            history.test_loss = {2.3, 1.0 + 0.05 * noise(), 0.6 + 0.03 * noise(),
                                 deep + 0.1 + 0.03 * noise()};
            const double bottom = 0.6 + 0.02 * noise();
            history.validation_loss = {2.3, 1.0 + 0.05 * noise(), bottom,
                                       bottom + 0.06 + 0.02 * noise()};
            const double accuracy = 0.85 + 0.004 * shared + 0.004 * noise();
            history.train_accuracy = {0.1, 0.5, 0.8, 0.9};
            history.validation_accuracy = {0.1, 0.5, 0.8, accuracy};
            history.test_accuracy = {0.1, 0.5, 0.8, accuracy};
            history.peak_memory_bytes = {1, 1, 1, 1};
            const double variance = 0.01 * std::exp(0.2 * noise());
            history.step_loss_variance = {unknown, variance, variance, variance};
            history.gradient_covariance_trace =
                history.gradient_square = {unknown, unknown, unknown, unknown};
            add_rows_between(history, 10);
            const double eigenvalue = std::exp(0.1 * noise());
            const double sharpness = std::exp(0.1 * noise());
            for (const double above : {0.3, 0.2, 0.1, 0.05, 0.0}) {
                SharpnessPoint point;
                point.loss = deep + above;
                point.values["top_eigenvalue"] = {eigenvalue, 0.001, true};
                point.values["adaptive_sharpness"] = {sharpness, unknown, true};
                run.sharpness_history.push_back(point);
            }
        }
    }
}

/// Whether a decision asserts an effect of the batch size. "The difference does not matter" and
/// "the largest is not inferior" are true here, and so is that the validation loss rises.
bool asserts_an_effect(const ClaimDecision& decision) {
    static const std::set<std::string_view> no_effect{"negligible", "bound_below_margin",
                                                      "largest_not_inferior"};
    const bool is_decided = decision.outcome == ClaimOutcome::supported ||
                            decision.outcome == ClaimOutcome::contradicted;
    return is_decided && !no_effect.contains(decision.because.reason.word);
}

TEST(DecisionsOnClaims, FamilyOfAStudyWithoutEffectsIsSeldomWrong) {
    constexpr std::uint64_t repetitions = repetitions_of(2000);
    int wrong = 0;
    int wrong_unadjusted = 0;
    std::int64_t tested = 0;
    for (std::uint64_t repetition = 0; repetition < repetitions; ++repetition) {
        MadeUpStudy study;
        add_null_runs(study, NormalDraws(repetition));
        const auto decisions =
            decide_claims(recipes_of(study.summary()).front(), "test", default_claims(), {});
        tested = std::max(tested, decisions.front().claims_tested);
        wrong += std::any_of(decisions.begin(), decisions.end(), asserts_an_effect) ? 1 : 0;
        wrong_unadjusted += std::any_of(decisions.begin(), decisions.end(),
                                        [](const auto& d) { return d.p_supported < 0.05; })
                                ? 1
                                : 0;
    }
    EXPECT_EQ(tested, 8)
        << "all but gradient noise and learning rates, where rows are close enough";
    constexpr auto studies = static_cast<double>(repetitions);
    EXPECT_GT(wrong_unadjusted / studies, 0.06 - slack_of(repetitions))
        << "else the family would need no adjustment";
    RecordProperty("wrong", wrong);
    EXPECT_LE(wrong / studies, 0.06 + slack_of(repetitions));
}

/// Differences exactly at their margin: "negligible" is the wrong answer here.
TEST(DecisionsOnClaims, DifferencesAtTheMarginAreSeldomCalledNegligible) {
    constexpr std::uint64_t repetitions = repetitions_of(2000);
    int wrong = 0;
    for (std::uint64_t repetition = 0; repetition < repetitions; ++repetition) {
        NormalDraws noise(repetition);
        MadeUpStudy study;
        for (std::uint64_t seed = 1; seed <= five_seeds; ++seed) {
            for (const std::int64_t batch_size : {16, 64, 256}) {
                // Medium above both, small above large: each pair of neighbours by a margin.
                const double mean = batch_size == 16 ? 0.845 : (batch_size == 64 ? 0.85 : 0.84);
                study.add(batch_size, seed).history.test_accuracy.back() = mean + 0.0015 * noise();
            }
        }
        const std::vector<Claim> claims{claim_with(SmallGeneralizes{}), claim_with(SweetSpot{}),
                                        claim_with(NotAlwaysBetter{})};
        const auto decisions =
            decide_claims(recipes_of(study.summary()).front(), "test", claims, {});
        wrong += std::any_of(decisions.begin(), decisions.end(),
                             [](const auto& decision) {
                                 return decision.outcome == ClaimOutcome::contradicted;
                             })
                     ? 1
                     : 0;
    }
    RecordProperty("wrong", wrong);
    EXPECT_LE(wrong / static_cast<double>(repetitions), 0.06 + slack_of(repetitions));
}

}  // namespace
}  // namespace batchscope::tests_of_claims_calibration
