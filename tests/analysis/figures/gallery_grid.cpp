#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>

#include "analysis/figures/palette.hpp"
#include "gallery.hpp"

namespace batchscope {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

ChartAxis categories(const std::string& title, std::vector<std::string> names) {
    ChartAxis axis{.title = title, .scale = AxisScale::categories};
    axis.categories = std::move(names);
    return axis;
}

Chart learning_rate_rules() {
    const std::vector<std::string> sizes{"16", "64", "256", "1,024", "4,096"};
    constexpr std::array<std::array<double, 5>, 5> values{{{.881, .872, .851, .797, .702},
                                                           {.889, .884, .871, .843, .760},
                                                           {.887, .889, .884, .868, .812},
                                                           {.861, .885, .888, .879, .841},
                                                           {.099, .852, .881, .883, nan}}};
    CellLayer cells{.ramp =
                        ColourRamp{"mean validation accuracy", .70, .89, NumberFormat::percent}};
    CellLayer best{.name = "best rate of a batch size",
                   .frame = Style{.colour = black, .width = 2}};
    CellLayer edge{
        .name = "best, but at the edge of the grid",
        .frame = Style{.colour = {0xD5, 0x5E, 0x00}, .dash = Dash::dashed, .width = 2.5}};
    CellLayer none{.name = "diverged", .fill = white, .glyph = "✗"};
    constexpr std::array<double, 5> best_rows{1, 2, 3, 4, 3};
    for (std::size_t row = 0; row < 5; ++row) {
        for (std::size_t column = 0; column < 5; ++column) {
            const double value = values[row][column];
            const CellMark cell{
                .column = static_cast<double>(column),
                .row = static_cast<double>(row),
                .value = value,
                .text = std::isnan(value) ? "" : fmt::format("{:.1f}", 100 * value),
                .hover = fmt::format("B = {}: {}", sizes[column], format_number(value))};
            (std::isnan(value) ? none : cells).cells.push_back(cell);
        }
    }
    for (std::size_t column = 0; column < 5; ++column) {
        (best_rows[column] == 4 ? edge : best)
            .cells.push_back({.column = static_cast<double>(column), .row = best_rows[column]});
    }
    Panel panel;
    panel.x = categories("batch size", sizes);
    panel.y = categories("learning rate at B = 64", {"0.0025", "0.005", "0.01", "0.02", "0.04"});
    panel.layers = {cells, none, best, edge};
    return {.title = "Learning rate against batch size, linear scaling",
            .caption = "n = 5 seeds a cell; means on the validation split, in percent.",
            .description = "The best rate grows with the batch size up to 1,024.",
            .panels = {panel}};
}

Chart grid_coverage() {
    Panel panel;
    panel.x = categories("batch size", {"16", "32", "64", "128", "256", "512", "1,024", "4,096"});
    panel.y = categories("rule, seed",
                         {"none, 1", "none, 2", "none, 3", "linear, 1", "linear, 2", "linear, 3"});
    CellLayer done{.name = "complete", .fill = Colour{0xCC, 0xE3, 0xF2}, .glyph = "✓"};
    CellLayer diverged{.name = "diverged", .fill = Colour{0xD5, 0x5E, 0x00}, .glyph = "✗"};
    CellLayer stopped{.name = "stopped", .fill = Colour{0xE6, 0x9F, 0x00}, .glyph = "‖"};
    CellLayer missing{.name = "missing", .fill = white, .glyph = "·"};
    CellLayer alias{.name = "same as another rule", .fill = light_grey, .glyph = "="};
    for (int row = 0; row < 6; ++row) {
        for (int column = 0; column < 8; ++column) {
            CellLayer& layer = column == 7 && row > 3    ? diverged
                               : column == 2 && row > 2  ? alias
                               : column == 6 && row == 1 ? stopped
                               : column == 5 && row == 2 ? missing
                                                         : done;
            layer.cells.push_back({.column = static_cast<double>(column),
                                   .row = static_cast<double>(row),
                                   .hover = fmt::format("{}: row {}", layer.name, row)});
        }
    }
    panel.layers = {done, diverged, stopped, missing, alias};
    return {.title = "What the grid holds",
            .caption = "48 cells: 41 complete, 2 diverged, 1 stopped, 1 missing, 3 counted once.",
            .description = "All but two cells have a result.",
            .panels = {panel}};
}

Chart learning_curves() {
    constexpr std::array<const char*, 6> sizes{"B = 16",  "B = 64",    "B = 256",
                                               "B = 512", "B = 1,024", "B = 4,096"};
    Chart chart{.title = "Learning curves of all seeds",
                .caption =
                    "Loss after each epoch, no smoothing; 5 seeds a panel. One run at B = 4,096 "
                    "diverged in epoch 6: its curves end there.",
                .description = "Validation loss rises after epoch 6 for small batches.",
                .columns = 2,
                .share_x = true,
                .share_y = true};
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        Panel panel{.title = sizes[i]};
        panel.x = {.title = "epoch"};
        panel.y = {.title = "loss, nats", .low = 0};
        for (int seed = 0; seed < 5; ++seed) {
            LineLayer train{.name = "train",
                            .style = factor_style(0),
                            .hover = fmt::format("seed {}, train", seed + 1)};
            LineLayer validation{.name = "validation",
                                 .style = factor_style(1),
                                 .hover = fmt::format("seed {}, validation", seed + 1)};
            train.style.width = validation.style.width = 1.1;
            for (int epoch = 0; epoch <= 20; ++epoch) {
                const double slow = 1 + .5 * static_cast<double>(i);
                const double wave = .03 * std::sin(3.0 * seed + epoch);
                const bool gone = i == 5 && seed == 4 && epoch > 5;
                const double loss = .15 + 2.1 * std::exp(-epoch / (1.2 * slow)) + wave;
                train.x.push_back(epoch);
                train.y.push_back(gone ? nan : loss);
                validation.x.push_back(epoch);
                validation.y.push_back(gone ? nan : loss + .12 + .012 * epoch / slow - wave / 2);
            }
            panel.layers.emplace_back(train);
            panel.layers.emplace_back(validation);
        }
        chart.panels.push_back(panel);
    }
    return chart;
}

Chart ordered_curves() {
    Panel panel;
    panel.x = {.title = "examples seen", .scale = AxisScale::log10};
    panel.y = {.title = "train loss, nats", .scale = AxisScale::log10};
    constexpr std::array<double, 7> sizes{16, 32, 64, 128, 256, 1024, 4096};
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        LineLayer line{.name = "B = " + format_number(sizes[i]),
                       .style = ordered_style(i, sizes.size()),
                       .hover = "B = " + format_number(sizes[i])};
        for (double examples = sizes[i]; examples < 600'000; examples += sizes[i]) {
            line.x.push_back(examples);
            line.y.push_back(2.3 / (1 + examples / (2000 + 6 * sizes[i])) + .02 +
                             .1 / std::sqrt(sizes[i]) * std::abs(std::sin(examples)));
        }
        panel.layers.emplace_back(line);
    }
    return {.title = "Loss of each step, one seed",
            .caption = "Each step; thinned to lowest and highest value of a column of pixels.",
            .description = "Small batches are noisier.",
            .panels = {panel}};
}

}  // namespace

std::vector<GalleryFigure> grid_figures() {
    return {{"rates", learning_rate_rules()},
            {"coverage", grid_coverage()},
            {"curves", learning_curves()},
            {"ordered", ordered_curves()}};
}

}  // namespace batchscope
