// Do the methods keep what they promise? Each is asked often about made-up data of which the truth
// is known. Everything is seeded: a failure is no bad luck.
#include "tests/analysis/calibration.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "analysis/statistics/best_of.hpp"
#include "analysis/statistics/interval.hpp"
#include "analysis/statistics/multiple_comparisons.hpp"
#include "analysis/statistics/verdict.hpp"
#include "core/random.hpp"

namespace batchscope::tests_of_calibration {
namespace {

constexpr std::uint64_t repetitions = repetitions_of(20'000);

double slack() {
    return slack_of(repetitions);
}

// Standard normal numbers, one after the other.
class Normals {
  public:
    explicit Normals(std::uint64_t seed) : stream_(seed, RandomPurpose::synthetic_data) {}
    double next() { return stream_.normal(drawn_++); }

  private:
    RandomStream stream_;
    std::uint64_t drawn_ = 0;
};

double share(std::int64_t count) {
    return static_cast<double>(count) / static_cast<double>(repetitions);
}

TEST(Calibration, StudentIntervalsCover95Percent) {
    for (const std::size_t n : {3U, 5U, 10U}) {
        Normals normals(n);
        std::int64_t covered = 0;
        for (std::uint64_t repetition = 0; repetition < repetitions; ++repetition) {
            std::vector<double> differences(n);
            for (double& difference : differences) {
                difference = 0.01 + 0.003 * normals.next();
            }
            const PairedComparison comparison = paired_comparison(differences, 0.95);
            covered += std::abs(comparison.mean - 0.01) <= comparison.half_width ? 1 : 0;
        }
        EXPECT_GE(share(covered), 0.94 - slack()) << n;
        EXPECT_LE(share(covered), 0.96 + slack()) << n;
    }
}

// A setting whose mean differs from the reference by `mean` margins, with `noise` times the usual
// spread of the differences.
struct Setting {
    double mean;
    double noise = 1;
};

struct Family {
    std::vector<Setting> settings;
    std::size_t seeds;
    double margin_in_standard_errors;  ///< of a setting of usual spread
    /// The settings are compared with the runs of one reference, so that the differences of a seed
    /// correlate by a half. Else they are independent.
    bool shares_reference = true;
};

// Shares of families with a wrong verdict of each kind.
struct Wrong {
    double any = 0;
    double difference = 0;   ///< better or worse: without a difference, or with the wrong sign
    double equivalence = 0;  ///< equivalent: with a difference of at least the margin
    double any_of_two_families = 0;  ///< Holm over either kind of hypothesis by itself
};

constexpr double margin = 0.005;
constexpr double alpha = 0.05;

bool is_wrongly_different(const Setting& setting, double seen) {
    return setting.mean == 0 || (seen > 0) != (setting.mean > 0);
}

bool is_wrongly_equivalent(const Setting& setting) {
    return std::abs(setting.mean) >= 1;
}

std::vector<Compared> draw(const Family& family, Normals& normals) {
    const double spread =
        margin / family.margin_in_standard_errors * std::sqrt(static_cast<double>(family.seeds));
    std::vector<double> reference(family.seeds);
    for (double& value : reference) {
        value = normals.next();
    }
    std::vector<Compared> comparisons;
    for (const Setting& setting : family.settings) {
        std::vector<double> differences(family.seeds);
        for (std::size_t seed = 0; seed < family.seeds; ++seed) {
            const double own = normals.next();
            const double noise = family.shares_reference
                                     ? (setting.noise * own - reference[seed]) / std::sqrt(2.0)
                                     : setting.noise * own;
            differences[seed] = margin * setting.mean + spread * noise;
        }
        comparisons.push_back({paired_comparison(differences, 0.95)});
    }
    return comparisons;
}

// By Holm over the differences and, by itself, Holm over the equivalences.
bool is_wrong_by_two_families(const Family& family, const std::vector<Compared>& seen,
                              const std::vector<Judgement>& judgements) {
    std::vector<double> p_difference;
    std::vector<double> p_equivalence;
    for (std::size_t i = 0; i < seen.size(); ++i) {
        p_difference.push_back(seen[i].difference.p_two_sided);
        p_equivalence.push_back(judgements[i].equivalence.p);
    }
    p_difference = holm_adjusted(p_difference);
    p_equivalence = holm_adjusted(p_equivalence);
    bool wrong = false;
    for (std::size_t i = 0; i < seen.size(); ++i) {
        const Setting& setting = family.settings[i];
        wrong = wrong || (p_equivalence[i] < alpha
                              ? is_wrongly_equivalent(setting)
                              : p_difference[i] < alpha &&
                                    is_wrongly_different(setting, seen[i].difference.mean));
    }
    return wrong;
}

Wrong wrong_verdicts(const Family& family, std::uint64_t seed) {
    Normals normals(seed);
    std::int64_t any = 0;
    std::int64_t difference = 0;
    std::int64_t equivalence = 0;
    std::int64_t any_of_two = 0;
    for (std::uint64_t repetition = 0; repetition < repetitions; ++repetition) {
        const std::vector<Compared> seen = draw(family, normals);
        const std::vector<Judgement> judgements = judge(seen, margin, alpha);
        bool wrongly_different = false;
        bool wrongly_equivalent = false;
        for (std::size_t i = 0; i < seen.size(); ++i) {
            const Setting& setting = family.settings[i];
            const Verdict verdict = judgements[i].verdict;
            if (verdict == Verdict::equivalent) {
                wrongly_equivalent = wrongly_equivalent || is_wrongly_equivalent(setting);
            } else if (verdict != Verdict::undecided) {
                EXPECT_EQ(verdict == Verdict::better, seen[i].difference.mean > 0);
                wrongly_different =
                    wrongly_different || is_wrongly_different(setting, seen[i].difference.mean);
            }
        }
        any += wrongly_different || wrongly_equivalent ? 1 : 0;
        difference += wrongly_different ? 1 : 0;
        equivalence += wrongly_equivalent ? 1 : 0;
        any_of_two += is_wrong_by_two_families(family, seen, judgements) ? 1 : 0;
    }
    return {share(any), share(difference), share(equivalence), share(any_of_two)};
}

void expect_within_gates(const Wrong& wrong) {
    EXPECT_LE(wrong.any, 0.06 + slack());
    EXPECT_LE(wrong.equivalence, 0.05 + slack());
}

TEST(VerdictCalibration, HoldsWhereNothingDiffers) {
    // A margin within the noise, so that nothing can be called equivalent and every false
    // difference shows.
    for (const std::size_t seeds : {3U, 5U, 10U}) {
        const Wrong wrong = wrong_verdicts({std::vector<Setting>(6, {0}), seeds, 1}, 11);
        expect_within_gates(wrong);
        EXPECT_GE(wrong.difference, 0.03 - slack()) << "the level is not used";
        EXPECT_EQ(wrong.equivalence, 0);
    }
}

TEST(VerdictCalibration, HoldsWhereAllDifferByTheMargin) {
    const std::vector<Setting> settings{{1}, {-1}, {1}, {-1}, {1}, {-1}};
    for (const std::size_t seeds : {3U, 5U, 10U}) {
        const Wrong wrong = wrong_verdicts({settings, seeds, 20}, 12);
        expect_within_gates(wrong);
        EXPECT_GE(wrong.equivalence, 0.03 - slack()) << "the level is not used";
        EXPECT_EQ(wrong.difference, 0);
    }
}

TEST(VerdictCalibration, HoldsWhereSomeDiffer) {
    // Large true differences are found, which makes Holm bolder about the others.
    const Wrong wrong = wrong_verdicts({{{0}, {0}, {0}, {-8}, {-20}, {-40}}, 5, 1.5}, 13);
    expect_within_gates(wrong);
    const Wrong mixed = wrong_verdicts({{{0}, {0}, {1}, {-1}, {0.5}, {-0.5}, {-12}}, 10, 4}, 14);
    expect_within_gates(mixed);
}

TEST(VerdictCalibration, HoldsForOneWithoutDifferenceAndOneAtTheMargin) {
    const Wrong wrong = wrong_verdicts({{{0}, {1}}, 10, 3.3, false}, 15);
    expect_within_gates(wrong);
    EXPECT_GT(wrong.any_of_two_families, 0.06 - slack());
}

TEST(VerdictCalibration, HoldsForANoisySettingAmongPreciseOnesAtTheMargin) {
    const Family family{{{0, 10}, {1}, {-1}, {1}, {-1}, {1}, {-1}}, 5, 8, false};
    const Wrong wrong = wrong_verdicts(family, 16);
    expect_within_gates(wrong);
    EXPECT_GT(wrong.any_of_two_families, 0.08 - slack());
}

TEST(VerdictCalibration, FindsWhatIsThere) {
    // Keeping silent would never be wrong. Five seeds; the numbers of the MLP on Fashion-MNIST.
    Normals normals(17);
    std::int64_t worse = 0;
    std::int64_t equivalent = 0;
    for (std::uint64_t repetition = 0; repetition < repetitions; ++repetition) {
        std::vector<Compared> family;
        for (const auto& [mean, spread] : {std::pair{0.0012, 0.0013}, std::pair{-0.011, 0.002}}) {
            std::vector<double> differences(5);
            for (double& difference : differences) {
                difference = mean + spread * normals.next();
            }
            family.push_back({paired_comparison(differences, 0.95)});
        }
        const std::vector<Judgement> judgements = judge(family, margin, alpha);
        equivalent += judgements[0].verdict == Verdict::equivalent ? 1 : 0;
        worse += judgements[1].verdict == Verdict::worse ? 1 : 0;
    }
    EXPECT_GE(share(equivalent), 0.95 - slack());
    EXPECT_GE(share(worse), 0.95 - slack());
}

TEST(SelectionCalibration, LeaveOneSeedOutTakesTheWinnersCurseAway) {
    constexpr double expected_maximum_of_eight = 1.423600;
    for (const std::size_t seeds : {3U, 5U, 10U}) {
        Normals normals(20 + seeds);
        double naive = 0;
        double left_out = 0;
        for (std::uint64_t repetition = 0; repetition < repetitions; ++repetition) {
            // Eight equal options with mean 0 and standard deviation 1.
            std::vector<std::vector<double>> options(8, std::vector<double>(seeds));
            for (std::vector<double>& option : options) {
                for (double& value : option) {
                    value = normals.next();
                }
            }
            const SelectionMatrix matrix{options, Better::larger};
            const SelectionOptimism optimism = selection_optimism(matrix, matrix, 0.95);
            naive += optimism.naive;
            left_out += optimism.leave_one_seed_out.mean;
        }
        const double curse = expected_maximum_of_eight / std::sqrt(static_cast<double>(seeds));
        const double margin_of_error = repeats_fully ? 0.02 : 0.1;
        EXPECT_NEAR(naive / static_cast<double>(repetitions), curse, margin_of_error) << seeds;
        EXPECT_NEAR(left_out / static_cast<double>(repetitions), 0, margin_of_error) << seeds;
    }
}

}  // namespace
}  // namespace batchscope::tests_of_calibration
