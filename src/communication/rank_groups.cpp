#include "communication/rank_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/error.hpp"

namespace batchscope {

RanksPerPoint parse_ranks_per_point(const std::string& text) {
    if (text == "auto") {
        return {};
    }
    int ranks = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), ranks);
    if (failure != std::errc{} || end != text.data() + text.size() || ranks < 1) {
        throw configuration_error(
            fmt::format("--ranks-per-point {}: not a number of ranks", text),
            "give a whole number from 1 to the number of ranks, or auto; leave the option out to "
            "train each point on all ranks");
    }
    return {ranks};
}

RankGroups RankGroups::split(int ranks, const RanksPerPoint& wanted, std::int64_t points) {
    if (wanted.ranks > ranks) {
        throw configuration_error(
            fmt::format("--ranks-per-point {}: this job has {} rank(s)", wanted.ranks, ranks),
            "start more ranks, or ask for fewer on a point");
    }
    const std::int64_t groups =
        wanted.ranks > 0 ? ranks / wanted.ranks : std::min<std::int64_t>(ranks, points);
    return {ranks, static_cast<int>(std::max<std::int64_t>(1, groups))};
}

std::string RankGroups::name(int group) const {
    const int last = first(group + 1) - 1;
    return first(group) == last ? fmt::format("rank {}", last)
                                : fmt::format("ranks {}-{}", first(group), last);
}

std::string RankGroups::description() const {
    return fmt::format("{} group(s) of {}{} rank(s)", count_,
                       smallest() == largest() ? "" : fmt::format("{} to ", smallest()), largest());
}

Placement RankGroups::within_group(Placement placement) const {
    const int group = group_of(placement.rank);
    placement.rank -= first(group);
    placement.size = size(group);
    return placement;
}

}  // namespace batchscope
