#include "analysis/report/drawn_seeds.hpp"

#include <iterator>
#include <limits>

namespace batchscope {

namespace {

constexpr std::size_t most_drawn = 50;

std::set<std::uint64_t> seeds_of(const Recipe& recipe) {
    std::set<std::uint64_t> seeds;
    for (const Arm& arm : recipe.arms) {
        for (const auto& [seed, run] : arm.runs) {
            seeds.insert(seed);
        }
    }
    return seeds;
}

}  // namespace

DrawnSeeds::DrawnSeeds(const std::set<std::uint64_t>& seeds)
    : seeds_(seeds.size()),
      last_(seeds.size() <= most_drawn ? std::numeric_limits<std::uint64_t>::max()
                                       : *std::next(seeds.begin(), most_drawn - 1)) {}

DrawnSeeds::DrawnSeeds(const Recipe& recipe) : DrawnSeeds(seeds_of(recipe)) {}

std::string DrawnSeeds::note(const Phrases& phrases) const {
    return seeds_ <= most_drawn
               ? std::string{}
               : ' ' + phrases("Drawn one by one: the runs of the first {0} of {1} seeds.",
                               most_drawn, seeds_);
}

}  // namespace batchscope
