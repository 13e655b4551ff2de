#include "analysis/statistics/equivalence.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <stdexcept>

namespace batchscope {

namespace {

// P(T > (mean - bound) / se): small if the mean is above the bound.
double p_mean_above(const PairedComparison& comparison, double bound) {
    if (std::isnan(comparison.t)) {
        return NAN;
    }
    const boost::math::students_t student(comparison.degrees_of_freedom);
    return boost::math::cdf(
        boost::math::complement(student, (comparison.mean - bound) / comparison.standard_error));
}

double p_mean_below(const PairedComparison& comparison, double bound) {
    if (std::isnan(comparison.t)) {
        return NAN;
    }
    const boost::math::students_t student(comparison.degrees_of_freedom);
    return boost::math::cdf(student, (comparison.mean - bound) / comparison.standard_error);
}

}  // namespace

EquivalenceTest two_one_sided_tests(const PairedComparison& comparison, double margin) {
    if (!(margin > 0 && std::isfinite(margin))) {
        throw std::invalid_argument("an equivalence margin is finite and above 0");
    }
    EquivalenceTest test;
    test.p_above = p_mean_above(comparison, -margin);
    test.p_below = p_mean_below(comparison, margin);
    test.p = std::max(test.p_above, test.p_below);  // both or neither are NaN
    return test;
}

double non_inferiority_p(const PairedComparison& comparison, double margin) {
    if (!(margin >= 0 && std::isfinite(margin))) {
        throw std::invalid_argument("a margin of non-inferiority is finite and not below 0");
    }
    return p_mean_above(comparison, -margin);
}

}  // namespace batchscope
