#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "analysis/language/phrases.hpp"
#include "analysis/questions/recipe.hpp"

namespace batchscope {

/// The seeds whose runs a figure draws one by one: the 50 with the smallest numbers, since more are
/// a blot that says less and a page that opens slowly. Means and intervals are over all seeds.
class DrawnSeeds {
  public:
    explicit DrawnSeeds(const std::set<std::uint64_t>& seeds);
    /// All seeds of the runs that count.
    explicit DrawnSeeds(const Recipe& recipe);

    [[nodiscard]] bool includes(std::uint64_t seed) const { return seed <= last_; }

    /// A sentence for the caption, with a space in front; empty where every seed is drawn.
    [[nodiscard]] std::string note(const Phrases& phrases) const;

  private:
    std::size_t seeds_;
    std::uint64_t last_;
};

}  // namespace batchscope
