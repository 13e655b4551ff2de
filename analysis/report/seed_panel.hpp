#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "analysis/charts/chart.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/questions/recipe.hpp"
#include "analysis/statistics/interval.hpp"

namespace batchscope {

/// The seeds whose runs a chart draws one by one: the 50 with the smallest numbers, since more are
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

/// A metric of the runs of one batch size, by seed; NaN where a run does not have it.
struct SeedValues {
    std::int64_t batch_size = 0;
    std::map<std::uint64_t, double> by_seed{};
};

/// A metric of the runs of a recipe that count, by batch size.
[[nodiscard]] std::vector<SeedValues> seed_values(
    const Recipe& recipe, const std::function<double(const AnalyzedRun&)>& metric);

/// What stands at a panel of seeds, and how its values are written.
struct SeedPanelText {
    std::string title;
    std::string axis;
    NumberFormat format = NumberFormat::number;
};

/// The values against the batch size: a grey dot for each run, joined by seed, and beside them the
/// mean with its Student interval at `confidence`. Without a value a panel that says so.
[[nodiscard]] Panel seed_panel(const SeedPanelText& text, const std::vector<SeedValues>& values,
                               double confidence, const Phrases& phrases);

/// The mean over the seeds of a batch size with its interval, as a mark.
[[nodiscard]] IntervalMark mean_mark(std::int64_t batch_size, const Estimate& mean,
                                     NumberFormat format, const Phrases& phrases);

/// Whether any value is finite.
[[nodiscard]] bool any_finite(const std::vector<SeedValues>& values);

/// The axis of batch sizes, with these as ticks where they are few.
[[nodiscard]] ChartAxis batch_size_axis(const std::vector<std::int64_t>& batch_sizes,
                                        const Phrases& phrases);

/// Moves the marks of the `index`-th of several recipes aside so that they stand beside each other.
[[nodiscard]] Offset recipe_offset(std::size_t index, std::size_t recipes);

/// "n = 5 seeds", "n = 3 to 5 seeds".
[[nodiscard]] std::string seed_count_text(std::int64_t fewest, std::int64_t most,
                                          const Phrases& phrases);
/// The same of how many finite values the batch sizes have that have any.
[[nodiscard]] std::string seed_count_text(const std::vector<SeedValues>& values,
                                          const Phrases& phrases);

/// What DrawnSeeds says of the seeds of these values.
[[nodiscard]] std::string drawn_seeds_note(const std::vector<SeedValues>& values,
                                           const Phrases& phrases);

/// A value as text of its kind: 0.8875 is "88.75 %" as a percentage.
[[nodiscard]] std::string value_text(double value, NumberFormat format);

}  // namespace batchscope
