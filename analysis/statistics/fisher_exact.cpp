#include "analysis/statistics/fisher_exact.hpp"

#include <algorithm>
#include <boost/math/distributions/hypergeometric.hpp>

namespace batchscope {

FisherTest fisher_exact_test(const LostRuns& runs) {
    FisherTest test;
    const std::int64_t all_lost = runs.lost + runs.reference_lost;
    if (runs.tried == 0 || runs.reference_tried == 0 || all_lost == 0) {
        return test;
    }
    const auto lost = static_cast<unsigned>(all_lost);
    const auto tried = static_cast<unsigned>(runs.tried);
    const auto reference = static_cast<unsigned>(runs.reference_tried);
    const boost::math::hypergeometric_distribution<double> lost_of_setting(lost, tried,
                                                                           tried + reference);
    const unsigned fewest = lost > reference ? lost - reference : 0;
    const unsigned most = std::min(lost, tried);
    const auto at_least = [&](unsigned k) {
        double p = 0;
        for (unsigned i = most + 1; i > k; --i) {  // the smallest terms first
            p += boost::math::pdf(lost_of_setting, i - 1);
        }
        return std::min(p, 1.0);
    };
    const auto at_most = [&](unsigned k) {
        double p = 0;
        for (unsigned i = fewest; i <= k; ++i) {
            p += boost::math::pdf(lost_of_setting, i);
        }
        return std::min(p, 1.0);
    };
    test.p_more = at_least(static_cast<unsigned>(runs.lost));
    test.p_fewer = at_most(static_cast<unsigned>(runs.lost));
    test.smallest_p_more = at_least(most);
    test.smallest_p_fewer = at_most(fewest);
    return test;
}

double unseen_loss_rate(std::int64_t runs, double confidence) {
    return runs < 1 ? 1 : 1 - std::pow(1 - confidence, 1 / static_cast<double>(runs));
}

}  // namespace batchscope
