#include "analysis/claims/claim_kind.hpp"

#include <fmt/format.h>

namespace batchscope {

SizeRange size_range_of(const YamlPlace& place) {
    SizeRange range;
    for (const auto& [name, bound] : entries_of(place, {"from", "to"})) {
        (name == "from" ? range.from : range.to) = integer_from(bound, 1);
    }
    if (range.from > range.to) {
        throw place.error(fmt::format("holds no batch size: from {} to {}", range.from, range.to),
                          "let 'from' be at most 'to'");
    }
    return range;
}

void check_groups(const std::vector<std::pair<std::string, SizeRange>>& groups,
                  const YamlPlace& claim) {
    for (std::size_t i = 1; i < groups.size(); ++i) {
        const auto& [lower, lower_sizes] = groups[i - 1];
        const auto& [upper, upper_sizes] = groups[i];
        if (lower_sizes.to >= upper_sizes.from) {
            throw claim.error(fmt::format("{} goes up to {}, but {} begins at {}", lower,
                                          lower_sizes.to, upper, upper_sizes.from),
                              fmt::format("let {} end below where {} begins", lower, upper));
        }
    }
}

}  // namespace batchscope
