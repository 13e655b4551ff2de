#include <fmt/format.h>

#include <array>
#include <cmath>

#include "analysis/figures/palette.hpp"
#include "gallery.hpp"

namespace batchscope {

namespace {

constexpr std::array batch_sizes{16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0, 4096.0};
constexpr std::array<std::array<double, 5>, 8> accuracies{{{.886, .889, .884, .888, .887},
                                                           {.887, .888, .886, .889, .885},
                                                           {.884, .886, .885, .887, .883},
                                                           {.885, .884, .882, .886, .884},
                                                           {.885, .881, .886, .883, .880},
                                                           {.879, .878, .881, .877, .880},
                                                           {.874, .872, .876, .873, .871},
                                                           {.561, .612, .588, .571, .602}}};

Chart forest_plot() {
    struct Row {
        double mean;
        double half;
        Outcome outcome;
        const char* note;
    };
    const std::array<Row, 6> rows{{{.0012, .0016, Outcome::equivalent, "+0.12 [−0.04, +0.28]"},
                                   {.0024, .0031, Outcome::equivalent, "+0.24 [−0.07, +0.55]"},
                                   {-.0021, .0064, Outcome::undecided, "−0.21 [−0.85, +0.43]"},
                                   {.0093, .0042, Outcome::better, "+0.93 [+0.51, +1.35]"},
                                   {-.0110, .0025, Outcome::worse, "−1.10 [−1.35, −0.85]"},
                                   {-.2970, .0240, Outcome::worse, "−29.7 [−32.1, −27.3]"}}};
    Panel panel;
    panel.x = {.title = "difference in validation accuracy to B = 64, points",
               .low = -.02,
               .high = .02,
               .format = NumberFormat::points};
    panel.y.title = "batch size";
    panel.y.scale = AxisScale::categories;
    panel.y.row_notes_title = "points [95 %]";
    panel.layers.emplace_back(SpanLayer{.name = "margin ±0.5 points",
                                        .style = {.colour = middle_grey},
                                        .low = -.005,
                                        .high = .005});
    panel.layers.emplace_back(RuleLayer{.style = {.colour = middle_grey}, .value = 0});
    constexpr std::array labels{"16", "32", "128", "256", "1,024", "4,096"};
    constexpr std::array<const char*, 4> names{"better", "worse", "equivalent", "undecided"};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Row& row = rows[i];
        panel.y.categories.emplace_back(labels[i]);
        panel.y.row_notes.push_back(std::string(outcome_glyph(row.outcome)) + " " + row.note);
        panel.layers.emplace_back(IntervalLayer{
            .name = names[static_cast<std::size_t>(row.outcome)],
            .style = outcome_style(row.outcome),
            .along = Dimension::x,
            .intervals = {{static_cast<double>(i), row.mean, row.mean - row.half,
                           row.mean + row.half,
                           fmt::format("B = {} against 64: {}", labels[i], row.note)}}});
    }
    return {.title = "Is a larger batch better?",
            .caption =
                "n = 5 seeds, paired. Bars: simultaneous 95\u00A0% Student intervals of the paired "
                "difference (Bonferroni over 6 comparisons); band: margin of equivalence.",
            .description = "B = 256 is better than 64 by 0.93 points; 1,024 and 4,096 are worse.",
            .panels = {panel}};
}

/// Dots per seed, joined by seed, with means and intervals beside.
Panel seeds_panel(const std::string& title, const std::string& axis, double shift, double scale,
                  std::size_t sizes, NumberFormat format) {
    Panel panel{.title = title};
    panel.x = {.title = "batch size", .scale = AxisScale::log2};
    panel.x.ticks.assign(batch_sizes.begin(), batch_sizes.begin() + static_cast<int>(sizes));
    panel.y = {.title = axis, .format = format};
    for (std::size_t seed = 0; seed < 5; ++seed) {
        PointLayer dots{.name = "one seed",
                        .style = {.colour = middle_grey, .marker = Marker::circle, .width = .7},
                        .joined = true};
        for (std::size_t i = 0; i < sizes; ++i) {
            const double value = shift + scale * accuracies[i][seed];
            dots.points.push_back({batch_sizes[i], value,
                                   fmt::format("B = {}, seed {}: {}", batch_sizes[i], seed + 1,
                                               format_number(value))});
        }
        panel.layers.emplace_back(dots);
    }
    IntervalLayer means{
        .name = "mean and 95 % interval", .style = factor_style(0), .offset = {7, 0}};
    for (std::size_t i = 0; i < sizes; ++i) {
        double mean = 0;
        for (const double value : accuracies[i]) {
            mean += (shift + scale * value) / 5;
        }
        const double half = .002 + .0004 * static_cast<double>(i);
        means.intervals.push_back({batch_sizes[i], mean, mean - half, mean + half,
                                   fmt::format("B = {}: {}", batch_sizes[i], format_number(mean))});
    }
    panel.layers.emplace_back(means);
    return panel;
}

Chart accuracy_by_batch_size() {
    return {.title = "Train and validation accuracy against the batch size",
            .caption =
                "n = 5 seeds a batch size; grey: one seed, joined over batch sizes; blue: mean "
                "and 95\u00A0% Student interval of the seeds on this split.",
            .description = "Validation accuracy falls slowly up to 1,024.",
            .panels = {seeds_panel("Train", "accuracy", .06, 1, 7, NumberFormat::percent),
                       seeds_panel("Validation", "accuracy", 0, 1, 7, NumberFormat::percent)},
            .share_x = true};
}

Chart gap_by_batch_size() {
    Panel panel = seeds_panel("", "matched gap in loss, nats", 2, -2.1, 7, NumberFormat::number);
    panel.layers.emplace_back(RuleLayer{.style = {.colour = middle_grey, .dash = Dash::dashed},
                                        .dimension = Dimension::y,
                                        .value = .2,
                                        .label = "no gap that matters"});
    return {
        .title = "Generalization gap at the same train loss",
        .caption = "n = 5 seeds. Gap: test loss − train loss where the run passes train loss 0.25.",
        .description = "The gap does not depend on the batch size.",
        .panels = {panel}};
}

Chart best_of_k() {
    Panel panel;
    panel.x = {.title = "runs tried, k", .ticks = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}};
    panel.y = {.title = "expected best validation accuracy", .format = NumberFormat::percent};
    constexpr std::array<const char*, 3> names{"no scaling", "linear", "square root"};
    for (std::size_t rule = 0; rule < names.size(); ++rule) {
        LineLayer line{.name = names[rule], .style = factor_style(rule)};
        BandLayer band{.name = names[rule], .style = factor_style(rule)};
        for (int k = 1; k <= 10; ++k) {
            const double value =
                .884 - .006 * static_cast<double>(rule) + .004 * std::log(static_cast<double>(k));
            line.x.push_back(k);
            line.y.push_back(value);
            band.x.push_back(k);
            band.low.push_back(value - .006 / std::sqrt(k));
            band.high.push_back(value + .004 / std::sqrt(k));
        }
        panel.layers.emplace_back(band);
        panel.layers.emplace_back(line);
    }
    return {
        .title = "What the best of k runs promises",
        .caption =
            "n = 10 runs a rule. Lines: unbiased expectation of the best of k; bands: 95\u00A0%.",
        .description = "The best of more runs is better by chance alone.",
        .panels = {panel}};
}

}  // namespace

std::vector<GalleryFigure> comparison_figures() {
    return {{"forest", forest_plot()},
            {"accuracy", accuracy_by_batch_size()},
            {"gap", gap_by_batch_size()},
            {"best-of-k", best_of_k()}};
}

}  // namespace batchscope
