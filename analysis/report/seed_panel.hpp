#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analysis/figures/chart.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/questions/recipe.hpp"

namespace batchscope {

/// A figure of the runs of one batch size, by seed; NaN where a run does not have it.
struct SeedValues {
    std::int64_t batch_size = 0;
    std::map<std::uint64_t, double> by_seed{};
};

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

/// Whether any value is finite.
[[nodiscard]] bool any_finite(const std::vector<SeedValues>& values);

/// The axis of batch sizes, with these as ticks where they are few.
[[nodiscard]] ChartAxis batch_size_axis(const std::vector<std::int64_t>& batch_sizes,
                                        const Phrases& phrases);

/// Moves the marks of the `index`-th of several recipes aside so that they stand beside each other.
[[nodiscard]] Offset recipe_offset(std::size_t index, std::size_t recipes);

/// "n = 5", "n = 3 to 5": how many finite values the batch sizes have.
[[nodiscard]] std::string seed_count_text(const std::vector<SeedValues>& values,
                                          const Phrases& phrases);

/// What DrawnSeeds says of the seeds of these values.
[[nodiscard]] std::string drawn_seeds_note(const std::vector<SeedValues>& values,
                                           const Phrases& phrases);

/// A value as text of its kind: 0.8875 is "88.75 %" as a percentage.
[[nodiscard]] std::string value_text(double value, NumberFormat format);

}  // namespace batchscope
