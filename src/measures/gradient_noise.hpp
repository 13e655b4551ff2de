#pragma once

#include <cstdint>

namespace batchscope {

/// Squared norms that a training step has at hand. Its batch of B examples was drawn without
/// replacement from N and is split into K non-empty shares (local batches, or groups of them) of
/// b_r examples, whose mean gradients are g_r; g is the mean gradient of the batch.
struct GradientSquares {
    double share_sum = 0;         ///< sum_r b_r |g_r|^2
    std::int64_t shares = 0;      ///< K
    double batch = 0;             ///< |g|^2
    std::int64_t batch_size = 0;  ///< B
    std::int64_t examples = 0;    ///< N
};

/// Unbiased estimates of one step; far too noisy alone, and negative at times. Never clamp them or
/// take their ratio step by step: sum each over many steps first (McCandlish 2018, appendix A.1).
struct GradientNoise {
    double covariance_trace = 0;  ///< S: trace of the covariance of the examples' gradients
    double gradient_square = 0;   ///< |G|^2: squared norm of the gradient of all N examples
};

/// The gradient noise of a step from shares of any sizes; NaN where K is below 2, since one share
/// tells nothing of the spread.
///
/// With the covariance of a finite population, S = 1/(N-1) sum_i |g_i - G|^2, the mean of b
/// examples drawn without replacement has E|g_b|^2 = |G|^2 + S (1/b - 1/N) (Cochran 1977,
/// theorem 2.2). A share is such a draw as well as the batch, so that
///     E sum_r b_r |g_r|^2 = B |G|^2 + S (K - B/N)   and   E B |g|^2 = B |G|^2 + S (1 - B/N):
/// their difference is S (K - 1) whatever the b_r, and |G|^2 = |g|^2 - S/B + S/N. For equal shares
/// and N without end these are equations A.2 of McCandlish 2018 with B_small = b, B_big = B, which
/// for unequal shares would be off by much.
///
/// Exact at given weights; in an epoch the weights have seen the examples of earlier batches but
/// not those of this one, and dropout and augmentation count as noise of the examples.
[[nodiscard]] GradientNoise gradient_noise(const GradientSquares& squares);

}  // namespace batchscope
