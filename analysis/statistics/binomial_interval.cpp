#include "analysis/statistics/binomial_interval.hpp"

#include <boost/math/distributions/beta.hpp>
#include <stdexcept>

namespace batchscope {

ProbabilityInterval clopper_pearson(double successes, std::int64_t trials, double confidence) {
    const auto n = static_cast<double>(trials);
    if (!(successes >= 0 && successes <= n)) {
        throw std::invalid_argument("successes lie between 0 and the trials");
    }
    if (!(confidence > 0 && confidence < 1)) {
        throw std::invalid_argument("a confidence lies between 0 and 1");
    }
    using Beta = boost::math::beta_distribution<>;
    const double tail = (1 - confidence) / 2;
    ProbabilityInterval interval;
    if (successes > 0) {
        interval.low = boost::math::quantile(Beta(successes, n - successes + 1), tail);
    }
    if (successes < n) {
        interval.high = boost::math::quantile(
            boost::math::complement(Beta(successes + 1, n - successes), tail));
    }
    return interval;
}

WinningProbability winning_probability(std::span<const double> differences, double confidence) {
    WinningProbability result;
    for (const double difference : differences) {
        if (!std::isfinite(difference)) {
            throw std::invalid_argument("a probability of winning needs finite differences");
        }
        result.wins += difference > 0 ? 1 : 0;
        result.ties += difference == 0 ? 1 : 0;
        ++result.n;
    }
    const double score = static_cast<double>(result.wins) + static_cast<double>(result.ties) / 2;
    result.bounds = clopper_pearson(score, result.n, confidence);
    if (result.n > 0) {
        result.probability = score / static_cast<double>(result.n);
    }
    return result;
}

}  // namespace batchscope
