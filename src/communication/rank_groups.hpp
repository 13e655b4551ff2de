#pragma once

#include <cstdint>
#include <string>

#include "communication/placement.hpp"

namespace batchscope {

/// How many ranks train one point together, as the user asked for it.
struct RanksPerPoint {
    int ranks = 0;  ///< at least so many; 0: as few as let every rank work on some point
};

/// Parses --ranks-per-point, a number or "auto". Throws Error (configuration).
[[nodiscard]] RanksPerPoint parse_ranks_per_point(const std::string& text);

/// The ranks of a job in groups of neighbours, whose sizes differ by at most one.
class RankGroups {
  public:
    /// 1 <= groups <= ranks.
    RankGroups(int ranks, int groups) : ranks_(ranks), count_(groups) {}

    /// For `points` points that are still to be trained. Throws Error (configuration) when a point
    /// is to have more ranks than there are.
    static RankGroups split(int ranks, const RanksPerPoint& wanted, std::int64_t points);

    [[nodiscard]] int count() const { return count_; }
    /// The lowest rank of a group, which speaks and writes for it.
    [[nodiscard]] int first(int group) const { return ranks_ * group / count_; }
    [[nodiscard]] int size(int group) const { return first(group + 1) - first(group); }
    [[nodiscard]] int group_of(int rank) const { return ((rank + 1) * count_ - 1) / ranks_; }
    [[nodiscard]] int smallest() const { return ranks_ / count_; }
    [[nodiscard]] int largest() const { return (ranks_ + count_ - 1) / count_; }

    /// "rank 2" or "ranks 2-3".
    [[nodiscard]] std::string name(int group) const;
    /// "2 groups of 2 to 3 ranks".
    [[nodiscard]] std::string description() const;

    /// A rank's placement within its group; host, rank on the host and name stay those of the job.
    [[nodiscard]] Placement within_group(Placement placement) const;

  private:
    int ranks_;
    int count_;
};

}  // namespace batchscope
