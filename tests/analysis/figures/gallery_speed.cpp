#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>

#include "analysis/figures/palette.hpp"
#include "gallery.hpp"

namespace batchscope {

namespace {

constexpr std::array batch_sizes{16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0, 2048.0, 4096.0};
constexpr double steps_at_least = 260;
constexpr double critical = 210;

double steps(double batch) {
    return steps_at_least * (1 + critical / batch);
}

/// Steps or examples against the batch size: dots, fit with band, perfect scaling, regimes.
Panel to_target(bool examples) {
    const auto unit = [examples](double batch) { return examples ? batch : 1.0; };
    Panel panel{.title = examples ? "Examples" : "Steps"};
    panel.x = {.title = "batch size", .scale = AxisScale::log2, .ticks = {16, 64, 256, 1024, 4096}};
    panel.y = {
        .title = examples ? "examples to validation loss 0.35" : "steps to validation loss 0.35",
        .scale = AxisScale::log10,
        .low = examples ? 4e4 : 100};
    BandLayer band{.name = "fit S = S₀ (1 + B₀/B), 95 %", .style = factor_style(0)};
    LineLayer fit{.name = band.name, .style = factor_style(0)};
    fit.style.dash = Dash::solid;
    for (double batch = 14; batch < 4700; batch *= 1.1) {
        const double value = steps(batch) * unit(batch);
        fit.x.push_back(batch);
        fit.y.push_back(value);
        band.x.push_back(batch);
        band.low.push_back(value * .9);
        band.high.push_back(value * 1.12);
    }
    panel.layers.emplace_back(band);
    panel.layers.emplace_back(SpanLayer{.name = "95 % interval of B₀",
                                        .style = {.colour = {0xD5, 0x5E, 0x00}, .opacity = .7},
                                        .low = 160,
                                        .high = 275});
    panel.layers.emplace_back(
        LineLayer{.name = "perfect scaling",
                  .style = {.colour = middle_grey, .dash = Dash::dashed},
                  .x = {14, 4700},
                  .y = {steps(16) * 16 / 14 * unit(14), steps(16) * 16 / 4700 * unit(4700)}});
    panel.layers.emplace_back(fit);
    const Style regime{.colour = dark_grey, .dash = Dash::dotted, .width = 1};
    panel.layers.emplace_back(RuleLayer{.style = regime,
                                        .value = .2 * critical,
                                        .label = examples ? "" : "0.2 B₀: perfect up to here"});
    panel.layers.emplace_back(
        RuleLayer{.style = regime, .value = critical, .label = examples ? "" : "B₀ = 210"});
    panel.layers.emplace_back(RuleLayer{
        .style = regime, .value = 5 * critical, .label = examples ? "" : "5 B₀: no gain beyond"});
    PointLayer reached{.name = "one seed", .style = factor_style(4)};
    reached.style.marker = Marker::circle;
    PointLayer censored{.name = "did not reach it: at least", .style = reached.style};
    for (std::size_t i = 0; i < batch_sizes.size(); ++i) {
        for (int seed = 0; seed < 5; ++seed) {
            const double batch = batch_sizes[i];
            const double factor = 1 + .05 * std::sin(7.0 * static_cast<double>(i) + 2.1 * seed);
            const bool open = batch > 2000 && seed > 2;
            (open ? censored : reached)
                .points.push_back({batch, steps(batch) * factor * unit(batch),
                                   fmt::format("B = {}, seed {}", batch, seed + 1), open});
        }
    }
    panel.layers.emplace_back(reached);
    panel.layers.emplace_back(censored);
    return panel;
}

Chart steps_to_target() {
    return {.title = "Steps and examples to the target",
            .caption =
                "n = 5 seeds; 4 of 45 runs did not reach the target (open). Band: 95 % of the "
                "fit; orange: profile interval of the critical batch size.",
            .description = "Steps fall as 1/B up to about B = 42 and hardly beyond 1,050.",
            .panels = {to_target(false), to_target(true)},
            .share_x = true};
}

Chart time_by_batch_size() {
    Panel seconds{.title = "Time of a step"};
    seconds.x = {
        .title = "batch size", .scale = AxisScale::log2, .ticks = {16, 64, 256, 1024, 4096}};
    seconds.y = {.title = "seconds a step", .scale = AxisScale::log10};
    Panel throughput{.title = "Throughput", .x = seconds.x};
    throughput.y = {.title = "examples a second", .low = 0};
    constexpr std::array<const char*, 2> names{"1 GPU", "2 GPUs"};
    for (std::size_t gpus = 0; gpus < names.size(); ++gpus) {
        PointLayer time{.name = names[gpus], .style = factor_style(gpus), .joined = true};
        PointLayer rate{.name = names[gpus], .style = factor_style(gpus), .joined = true};
        for (const double batch : batch_sizes) {
            const double nan = std::numeric_limits<double>::quiet_NaN();
            const double value = gpus == 0 && batch > 2000
                                     ? nan  // did not fit into memory
                                     : .0011 + .000'004 * batch / static_cast<double>(gpus + 1);
            time.points.push_back({batch, value, fmt::format("{} s", format_number(value))});
            rate.points.push_back({batch, batch / value, fmt::format("B = {}", batch)});
        }
        seconds.layers.emplace_back(time);
        throughput.layers.emplace_back(rate);
    }
    return {.title = "Time and throughput",
            .caption = "Medians of all steps of 5 runs. B = 4,096 did not fit on one GPU.",
            .description = "Throughput levels off at B = 1,024.",
            .panels = {seconds, throughput},
            .columns = 2};
}

Chart target_sensitivity() {
    Panel panel;
    panel.x = {.title = "target, validation loss"};
    panel.y = {.title = "critical batch size", .scale = AxisScale::log2};
    const double infinity = std::numeric_limits<double>::infinity();
    const double nan = std::numeric_limits<double>::quiet_NaN();
    panel.layers.emplace_back(
        IntervalLayer{.name = "fit with 95 % interval",
                      .style = factor_style(0),
                      .intervals = {{.45, 120, 80, 190, "0.45: 120"},
                                    {.40, 160, 120, 230, "0.40: 160"},
                                    {.35, 210, 160, 275, "0.35: 210"},
                                    {.32, 340, 240, 600, "0.32: 340"},
                                    {.30, nan, 400, infinity, "0.30: at least 400"}}});
    panel.layers.emplace_back(LineLayer{.name = "noise scale, measured",
                                        .style = factor_style(1),
                                        .x = {.3, .34, .38, .42, .46},
                                        .y = {520, 300, 220, nan, 110},
                                        .stepped = true});
    panel.layers.emplace_back(TextLayer{
        .notes = {{.37, 900, "4,096 is the largest tried"}, {.37, 900, "its bound is open"}}});
    return {.title = "How the critical batch size depends on the target",
            .caption = "n = 45 runs. Arrow: the grid gives no upper bound.",
            .description = "The lower the target, the larger the critical batch size.",
            .panels = {panel}};
}

}  // namespace

std::vector<GalleryFigure> speed_figures() {
    return {{"steps-to-target", steps_to_target()},
            {"time", time_by_batch_size()},
            {"targets", target_sensitivity()}};
}

}  // namespace batchscope
