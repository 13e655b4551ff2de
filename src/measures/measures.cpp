#include "measures/measures.hpp"

#include <numeric>

#include "measures/average_case_sharpness.hpp"
#include "measures/batch_gradients.hpp"
#include "measures/eigenvalues.hpp"
#include "measures/gradient_covariance.hpp"
#include "measures/keskar_sharpness.hpp"
#include "measures/pac_bayes.hpp"
#include "measures/slices.hpp"
#include "measures/spectral_density.hpp"
#include "measures/trace.hpp"
#include "measures/worst_case_sharpness.hpp"

namespace batchscope {

const std::vector<MeasureKind>& measures() {
    static const std::vector<MeasureKind> all{
        hessian_eigenvalues(),
        gauss_newton_eigenvalues(),
        hessian_trace(),
        gauss_newton_trace(),
        spectral_density(),
        keskar_sharpness(),
        worst_case_sharpness(),
        average_case_sharpness(),
        pac_bayes(),
        slices(),
        gradient_covariance(),
        batch_gradients(),
    };
    return all;
}

std::vector<double> numbers_from(double first, std::int64_t count) {
    std::vector<double> numbers(static_cast<std::size_t>(count));
    std::iota(numbers.begin(), numbers.end(), first);
    return numbers;
}

}  // namespace batchscope
