#include "measures/gradient_noise.hpp"

#include "core/not_finite.hpp"

namespace batchscope {

GradientNoise gradient_noise(const GradientSquares& squares) {
    if (squares.shares < 2) {
        return {unknown, unknown};
    }
    const auto batch_size = static_cast<double>(squares.batch_size);
    const double trace =
        (squares.share_sum - batch_size * squares.batch) / static_cast<double>(squares.shares - 1);
    return {trace,
            squares.batch - trace / batch_size + trace / static_cast<double>(squares.examples)};
}

}  // namespace batchscope
