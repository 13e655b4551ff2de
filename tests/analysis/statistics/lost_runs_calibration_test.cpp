#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "analysis/statistics/verdict.hpp"
#include "tests/analysis/calibration.hpp"

// How often verdicts about settings that lose runs are wrong. The truth of a setting is its rate of
// losses and the mean of what survives; wrong is better or worse of one that is like its reference
// in both, and better or equivalent of one that loses more.
namespace batchscope::tests_of_lost_runs_calibration {
namespace {

constexpr double alpha = 0.05;
constexpr double margin = 1;
constexpr double spread = 0.4;  // of a difference, in margins
const std::uint64_t repetitions = repetitions_of(4000);

struct Setting {
    double mean;  // of what survives, in margins
    double loss_rate;
};

struct Family {
    double reference_loss_rate;
    std::vector<Setting> settings;
};

/// A family as one study of `seeds` shows it: runs are lost independently of what they would be.
std::vector<Compared> draw(const Family& family, std::int64_t seeds, std::mt19937_64& engine) {
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform;
    std::vector<bool> reference_lost;
    std::vector<double> reference;
    LostRuns runs{.reference_tried = seeds};
    for (std::int64_t seed = 0; seed < seeds; ++seed) {
        reference_lost.push_back(uniform(engine) < family.reference_loss_rate);
        reference.push_back(normal(engine));
        runs.reference_lost += reference_lost.back() ? 1 : 0;
    }
    std::vector<Compared> seen;
    for (const Setting& setting : family.settings) {
        LostRuns of_setting = runs;
        of_setting.tried = seeds;
        std::vector<double> differences;
        for (std::size_t seed = 0; seed < reference.size(); ++seed) {
            const bool lost = uniform(engine) < setting.loss_rate;
            const double difference =
                setting.mean + spread * (normal(engine) - reference[seed]) / std::sqrt(2.0);
            of_setting.lost += lost ? 1 : 0;
            if (!lost && !reference_lost[seed]) {
                differences.push_back(difference);
            }
        }
        seen.push_back({paired_comparison(differences, 0.95), of_setting});
    }
    return seen;
}

bool is_wrong(Verdict verdict, const Setting& setting, double reference_loss_rate) {
    const bool loses_more = setting.loss_rate > reference_loss_rate;
    const bool loses_fewer = setting.loss_rate < reference_loss_rate;
    switch (verdict) {
        case Verdict::better:
            return loses_more || (!loses_fewer && setting.mean <= 0);
        case Verdict::worse:
            return loses_fewer || (!loses_more && setting.mean >= 0);
        case Verdict::equivalent:
            return loses_more || loses_fewer || std::abs(setting.mean) >= 1;
        case Verdict::undecided:
            break;
    }
    return false;
}

double share_wrong(const Family& family, std::int64_t seeds) {
    std::mt19937_64 engine(31 + static_cast<std::uint64_t>(seeds));
    std::int64_t wrong = 0;
    for (std::uint64_t repetition = 0; repetition < repetitions; ++repetition) {
        const std::vector<Compared> seen = draw(family, seeds, engine);
        const std::vector<Judgement> judgements = judge(seen, margin, alpha);
        bool any = false;
        for (std::size_t i = 0; i < seen.size(); ++i) {
            any = any ||
                  is_wrong(judgements[i].verdict, family.settings[i], family.reference_loss_rate);
        }
        wrong += any ? 1 : 0;
    }
    return static_cast<double>(wrong) / static_cast<double>(repetitions);
}

TEST(LostRunsCalibration, HoldsForEqualRatesOfLossAndEqualResults) {
    for (const double rate : {0.0, 0.1, 0.5}) {
        for (const std::int64_t seeds : {3, 5, 10}) {
            const Family family{rate, std::vector<Setting>(5, {0, rate})};
            EXPECT_LE(share_wrong(family, seeds), 0.06 + slack_of(repetitions))
                << rate << ", " << seeds << " seeds";
        }
    }
}

TEST(LostRunsCalibration, HoldsForDifferencesAtTheMargin) {
    for (const double rate : {0.0, 0.1, 0.5}) {
        for (const std::int64_t seeds : {3, 5, 10}) {
            const Family family{rate, {{1, rate}, {-1, rate}, {1, rate}, {-1, rate}, {0, rate}}};
            EXPECT_LE(share_wrong(family, seeds), 0.06 + slack_of(repetitions))
                << rate << ", " << seeds << " seeds";
        }
    }
}

TEST(LostRunsCalibration, LossesAtOneEndAreNeverBetterOrEquivalent) {
    // With a rate of 30 % at the largest: 0.7^n of studies see none of them, which no test can
    // tell.
    for (const std::int64_t seeds : {3, 5, 10}) {
        std::mt19937_64 engine(77);
        std::int64_t flattered = 0;
        for (std::uint64_t repetition = 0; repetition < repetitions; ++repetition) {
            const Family family{0, {{0, 0}, {0.5, 0.3}}};
            const std::vector<Compared> seen = draw(family, seeds, engine);
            const Verdict verdict = judge(seen, margin, alpha)[1].verdict;
            const bool loses = seen[1].runs.lost > 0;
            flattered +=
                loses && (verdict == Verdict::better || verdict == Verdict::equivalent) ? 1 : 0;
        }
        EXPECT_EQ(flattered, 0) << seeds << " seeds";
    }
}

TEST(LostRunsCalibration, FindsWhatIsThere) {
    // All lost at ten seeds against none: found in every study.
    std::mt19937_64 engine(5);
    for (int repetition = 0; repetition < 20; ++repetition) {
        const Family family{0, {{0, 1}, {0, 0}}};
        EXPECT_EQ(judge(draw(family, 10, engine), margin, alpha)[0].verdict, Verdict::worse);
    }
}

}  // namespace
}  // namespace batchscope::tests_of_lost_runs_calibration
