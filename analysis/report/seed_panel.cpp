#include "analysis/report/seed_panel.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include "analysis/charts/palette.hpp"

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

std::vector<double> finite_values(const SeedValues& values) {
    std::vector<double> finite;
    for (const auto& [seed, value] : values.by_seed) {
        if (std::isfinite(value)) {
            finite.push_back(value);
        }
    }
    return finite;
}

std::set<std::uint64_t> all_seeds(const std::vector<SeedValues>& values) {
    std::set<std::uint64_t> seeds;
    for (const SeedValues& of_size : values) {
        for (const auto& [seed, value] : of_size.by_seed) {
            seeds.insert(seed);
        }
    }
    return seeds;
}

std::vector<Layer> seed_layers(const SeedPanelText& text, const std::vector<SeedValues>& values,
                               const Phrases& phrases) {
    const std::set<std::uint64_t> seeds = all_seeds(values);
    const DrawnSeeds drawn(seeds);
    std::vector<Layer> layers;
    for (const std::uint64_t seed : seeds) {
        if (!drawn.includes(seed)) {
            break;
        }
        PointLayer dots{.name = phrases("one seed"),
                        .style = {.colour = middle_grey, .marker = Marker::circle, .width = 0.7},
                        .joined = true};
        for (const SeedValues& of_size : values) {
            const auto value = of_size.by_seed.find(seed);
            if (value != of_size.by_seed.end() && std::isfinite(value->second)) {
                dots.points.push_back({static_cast<double>(of_size.batch_size), value->second,
                                       phrases("batch {}, seed {}: {}", of_size.batch_size, seed,
                                               value_text(value->second, text.format))});
            }
        }
        layers.emplace_back(std::move(dots));
    }
    return layers;
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

std::vector<SeedValues> seed_values(const Recipe& recipe,
                                    const std::function<double(const AnalyzedRun&)>& metric) {
    std::vector<SeedValues> values;
    for (const Arm& arm : recipe.arms) {
        SeedValues of_size{.batch_size = arm.batch_size};
        for (const auto& [seed, run] : arm.runs) {
            of_size.by_seed[seed] = metric(*run);
        }
        values.push_back(std::move(of_size));
    }
    return values;
}

Panel seed_panel(const SeedPanelText& text, const std::vector<SeedValues>& values,
                 double confidence, const Phrases& phrases) {
    std::vector<std::int64_t> sizes;
    for (const SeedValues& of_size : values) {
        sizes.push_back(of_size.batch_size);
    }
    Panel panel{.title = text.title, .x = batch_size_axis(sizes, phrases)};
    panel.y = {.title = text.axis, .format = text.format};
    panel.layers = seed_layers(text, values, phrases);
    IntervalLayer means{.name = phrases("mean and {:.6g} % interval", 100 * confidence),
                        .style = factor_style(0),
                        .offset = {7, 0}};
    for (const SeedValues& of_size : values) {
        if (!finite_values(of_size).empty()) {
            const Estimate mean = estimate_mean(finite_values(of_size), confidence);
            means.intervals.push_back(mean_mark(of_size.batch_size, mean, text.format, phrases));
        }
    }
    panel.layers.emplace_back(std::move(means));
    panel.empty_text = phrases("no run has this metric");
    return panel;
}

IntervalMark mean_mark(std::int64_t batch_size, const Estimate& mean, NumberFormat format,
                       const Phrases& phrases) {
    const std::string value = value_text(mean.mean, format);
    const std::string hover = mean.n < 2
                                  ? phrases("batch {}: {} (one seed)", batch_size, value)
                                  : phrases("batch {}: mean {} ± {} (n = {})", batch_size, value,
                                            value_text(mean.half_width, format), mean.n);
    return {static_cast<double>(batch_size), mean.mean, mean.mean - mean.half_width,
            mean.mean + mean.half_width, hover};
}

bool any_finite(const std::vector<SeedValues>& values) {
    return std::any_of(values.begin(), values.end(),
                       [](const SeedValues& of_size) { return !finite_values(of_size).empty(); });
}

ChartAxis batch_size_axis(const std::vector<std::int64_t>& batch_sizes, const Phrases& phrases) {
    constexpr std::size_t most_ticks = 10;
    ChartAxis axis{.title = phrases("batch size"), .scale = AxisScale::log2};
    if (batch_sizes.size() <= most_ticks) {
        axis.ticks.assign(batch_sizes.begin(), batch_sizes.end());
    }
    return axis;
}

Offset recipe_offset(std::size_t index, std::size_t recipes) {
    constexpr double widest_step = 8;
    constexpr double all_together = 24;
    const double gaps = static_cast<double>(std::max<std::size_t>(recipes, 2) - 1);
    const double step = std::min(widest_step, all_together / gaps);
    return {step * (static_cast<double>(index) - static_cast<double>(recipes - 1) / 2), 0};
}

std::string seed_count_text(std::int64_t fewest, std::int64_t most, const Phrases& phrases) {
    return fewest == most ? phrases("n = {} seeds", most)
                          : phrases("n = {} to {} seeds", fewest, most);
}

std::string seed_count_text(const std::vector<SeedValues>& values, const Phrases& phrases) {
    std::int64_t fewest = 0;
    std::int64_t most = 0;
    for (const SeedValues& of_size : values) {
        const std::int64_t n = std::ssize(finite_values(of_size));
        fewest = fewest == 0 ? n : (n == 0 ? fewest : std::min(fewest, n));
        most = std::max(most, n);
    }
    return seed_count_text(fewest, most, phrases);
}

std::string drawn_seeds_note(const std::vector<SeedValues>& values, const Phrases& phrases) {
    return DrawnSeeds(all_seeds(values)).note(phrases);
}

std::string value_text(double value, NumberFormat format) {
    constexpr int significant = 4;
    return format == NumberFormat::percent ? format_number(100 * value, significant) + " %"
                                           : format_number(value, significant);
}

}  // namespace batchscope
