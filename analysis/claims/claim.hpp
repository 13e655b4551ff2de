#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace batchscope {

/// How a claim about batch size is decided; one file of this folder each.
enum class ClaimKind {
    small_generalizes,
    sweet_spot,
    overfitting,
    sharp_minima,
    gradient_noise,
    double_the_rate,
    faster,
    not_always_better,
    noisy_training,
    slow_convergence,
};

/// Batch sizes from `from` to `to`, both included.
struct SizeRange {
    std::int64_t from = 1;
    std::int64_t to = std::numeric_limits<std::int64_t>::max();
    [[nodiscard]] bool contains(std::int64_t batch_size) const {
        return from <= batch_size && batch_size <= to;
    }
    bool operator==(const SizeRange&) const = default;
};

/// A claim that practice holds, made testable. Parameters that its kind has no use for (keys_of)
/// are not looked at.
struct Claim {
    std::string id;  ///< "C1"
    ClaimKind kind = ClaimKind::small_generalizes;
    std::string english;
    std::string korean;

    SizeRange small{1, 32};
    SizeRange medium{64, 128};
    SizeRange large{256};
    /// Differences inside ±margin do not matter. Of accuracies a fraction, of losses nats, of
    /// ratios a share (0.05: 5 %), of slopes a difference. Empty: that of the command line.
    std::optional<double> margin;
    double loss_rise = 0.02;     ///< overfitting: final validation loss above its own minimum, nats
    double lowest_slope = 0.75;  ///< double_the_rate: supported where the interval lies within
    double highest_slope = 1.25;
    std::int64_t fewest_batch_sizes = 4;  ///< sharp_minima, gradient_noise, double_the_rate
    std::int64_t fewest_rates = 5;        ///< double_the_rate: at each batch size
    std::int64_t fewest_batches = 30;     ///< gradient_noise: at each batch size
    double smallest_span = 16;            ///< not_always_better: largest over smallest batch size
};

/// The parameters of a kind in a claims file, in the order of documentation.
[[nodiscard]] const std::vector<std::string>& keys_of(ClaimKind kind);

/// A claim of this kind with the parameters of the default claims.
[[nodiscard]] Claim default_claim(ClaimKind kind);

/// Names of all kinds, as in a claims file, in the order of ClaimKind.
[[nodiscard]] const std::vector<std::string>& claim_kind_names();
[[nodiscard]] const std::string& to_string(ClaimKind kind);
/// Empty for a name that is none.
[[nodiscard]] std::optional<ClaimKind> claim_kind(const std::string& name);

}  // namespace batchscope
