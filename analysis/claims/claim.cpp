#include "analysis/claims/claim.hpp"

#include <algorithm>

namespace batchscope {

namespace {

struct KindTraits {
    std::string name;
    std::vector<std::string> keys;
};

/// In the order of ClaimKind.
const std::vector<KindTraits>& kinds() {
    static const std::vector<KindTraits> traits{
        {"small_generalizes", {"small", "large", "margin"}},
        {"sweet_spot", {"small", "medium", "large", "margin"}},
        {"overfitting", {"medium", "large", "margin", "loss_rise"}},
        {"sharp_minima", {"margin", "fewest_batch_sizes"}},
        {"gradient_noise", {"margin", "fewest_batch_sizes", "fewest_batches"}},
        {"double_the_rate",
         {"lowest_slope", "highest_slope", "fewest_batch_sizes", "fewest_rates"}},
        {"faster", {"medium", "large", "margin"}},
        {"not_always_better", {"margin", "smallest_span"}},
        {"noisy_training", {"small", "large", "margin"}},
        {"slow_convergence", {"small", "medium", "margin"}},
    };
    return traits;
}

}  // namespace

const std::vector<std::string>& keys_of(ClaimKind kind) {
    return kinds()[static_cast<std::size_t>(kind)].keys;
}

const std::string& to_string(ClaimKind kind) {
    return kinds()[static_cast<std::size_t>(kind)].name;
}

const std::vector<std::string>& claim_kind_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (const KindTraits& kind : kinds()) {
            all.push_back(kind.name);
        }
        return all;
    }();
    return names;
}

std::optional<ClaimKind> claim_kind(const std::string& name) {
    const std::vector<std::string>& names = claim_kind_names();
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? std::nullopt
                                : std::optional(static_cast<ClaimKind>(found - names.begin()));
}

Claim default_claim(ClaimKind kind) {
    Claim claim;
    claim.kind = kind;
    switch (kind) {
        case ClaimKind::overfitting:
            claim.margin = 0.02;
            break;
        case ClaimKind::gradient_noise:
            claim.margin = 0.1;
            break;
        case ClaimKind::sharp_minima:
        case ClaimKind::faster:
        case ClaimKind::noisy_training:
        case ClaimKind::slow_convergence:
            claim.margin = 0.05;
            break;
        case ClaimKind::small_generalizes:
        case ClaimKind::sweet_spot:
        case ClaimKind::not_always_better:
        case ClaimKind::double_the_rate:
            break;
    }
    return claim;
}

}  // namespace batchscope
