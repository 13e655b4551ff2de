#include "sample_charts.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "analysis/charts/palette.hpp"

namespace batchscope {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// Every kind of layer, on every kind of axis.
Chart every_layer() {
    Panel lines{.title = "Lines"};
    lines.x = {.title = "batch size", .scale = AxisScale::log2, .ticks = {16, 64, 256, 1024}};
    lines.y = {.title = "steps to validation loss 0.35", .scale = AxisScale::log10, .low = 100};
    LineLayer fit{.name = "fit", .style = factor_style(0), .hover = "S (1 + B / 210)"};
    for (double batch = 14; batch < 1200; batch *= 1.1) {
        fit.x.push_back(batch);
        fit.y.push_back(260 * (1 + 210 / batch));
    }
    lines.layers = {
        SpanLayer{.name = "95 % interval",
                  .style = {.colour = {0xD5, 0x5E, 0x00}},
                  .low = 160,
                  .high = 275},
        RuleLayer{.name = "B = 210", .style = {.colour = middle_grey}, .value = 210}, fit,
        PointLayer{.name = "one seed",
                   .style = factor_style(4),
                   .points = {{16, 3700, "seed 1"},
                              {64, 1100, ""},
                              {256, nan, ""},
                              {1024, 310, "at least", true}},
                   .joined = true},
        IntervalLayer{.name = "mean",
                      .style = factor_style(1),
                      .intervals = {{16, 3700, 3500, 3900, ""}, {1024, nan, 300, infinity, ""}},
                      .offset = {7, 0}}};
    Panel rows{.title = "Rows"};
    rows.x = {
        .title = "difference in points", .low = -.02, .high = .02, .format = NumberFormat::points};
    rows.y = {.title = "batch size", .scale = AxisScale::categories};
    rows.y.categories = {"64", "4,096"};
    rows.y.row_notes = {"▲ +0.93 ± 0.42", "▼ −29.7 ± 2.4"};
    rows.y.row_notes_title = "points [95 %]";
    rows.layers = {IntervalLayer{
        .name = "better",
        .style = outcome_style(Outcome::better),
        .along = Dimension::x,
        .intervals = {{0, .0093, .0051, .0135, "64"}, {1, -.297, -.321, -.273, "4,096"}}}};
    Panel cells{.title = "Cells"};
    cells.x = {.title = "batch size", .scale = AxisScale::categories};
    cells.x.categories = {"16", "64"};
    cells.y = {.title = "learning rate", .scale = AxisScale::categories};
    cells.y.categories = {"0.01", "0.02"};
    cells.layers = {
        CellLayer{.ramp = ColourRamp{"mean accuracy", .70, .89, NumberFormat::percent},
                  .cells = {{.column = 0, .row = 0, .value = .72, .text = "72.0", .hover = "72 %"},
                            {.column = 1, .row = 0, .value = .88, .text = "88.0"},
                            {.column = 0, .row = 1, .value = nan}}},
        CellLayer{
            .name = "diverged", .fill = white, .glyph = "✗", .cells = {{.column = 1, .row = 1}}},
        CellLayer{.name = "best",
                  .frame = Style{.colour = black, .dash = Dash::dashed, .width = 2},
                  .cells = {{.column = 1, .row = 0}}}};
    return {.title = "Every layer",
            .caption = "What a report draws, from made-up numbers.",
            .description = "Lines, rows and cells.",
            .panels = {lines, rows, cells}};
}

Chart korean() {
    Panel panel;
    panel.x = {.title = "배치 크기", .scale = AxisScale::log2};
    panel.y = {.title = "검증 정확도", .format = NumberFormat::percent};
    panel.layers.emplace_back(IntervalLayer{.name = "평균과 95 % 신뢰 구간",
                                            .style = factor_style(0),
                                            .intervals = {{16, .887, .884, .89, "B = 16: 88.7 %"},
                                                          {64, .884, .882, .886, "B = 64"},
                                                          {256, .885, .881, .889, "B = 256"},
                                                          {1024, .874, .87, .878, "B = 1,024"}}});
    return {
        .title = "배치 크기가 커지면 검증 정확도가 좋아지는가? 더 작은 배치와 비교한 결과",
        .caption =
            "시드 5개, 짝지은 비교. 막대는 평균 차이의 95 % 스튜던트 신뢰 구간이며 학습의 우연만을 "
            "반영하고 검증 집합의 우연은 반영하지 않는다.",
        .description = "배치 크기 1,024에서 검증 정확도가 낮아진다.",
        .panels = {panel}};
}

Chart hostile() {
    Panel panel{.title = "panel <b>bold</b> & \"quoted\" 'single' \x01 \xFF ]]>"};
    panel.x.title = "</script><script>alert(1)</script>";
    panel.y.scale = AxisScale::categories;
    panel.y.title = "run";
    panel.y.row_notes_title = "notes that need some room of their own";
    panel.y.categories = {
        "model.optimizer.weight_decay_scaling=per_epoch, batch_norm.statistics=ghost",
        "한국어로 쓴 아주 긴 실행 이름이 여기에 있습니다", "&amp;<!--"};
    panel.y.row_notes = {"a note that is much longer than the room beside the plot can hold", "",
                         "x"};
    panel.layers.emplace_back(IntervalLayer{
        .name = "name with <tags> & an entity &lt; that goes on and on until it has to be "
                "wrapped in the legend, too",
        .style = factor_style(2),
        .along = Dimension::x,
        .intervals = {{0, 1, .5, 1.5, "\"><script>alert(2)</script>"},
                      {1, 2, nan, nan, "one seed: no interval"},
                      {2, nan, nan, nan, "unknown"}}});
    return {.title =
                "Aver­yverylongwordwithoutasinglespacethatcannotbebrokenanywherebutwithinitself "
                "</title></svg><script>alert(1)</script> &",
            .caption = "--> <!-- <![CDATA[ & done",
            .description = "</desc><script>",
            .panels = {panel}};
}

Chart nothing() {
    Panel panel{.title = "All values unknown"};
    panel.x = {.title = "batch size", .scale = AxisScale::log2};
    panel.y.title = "accuracy";
    panel.empty_text = "no run reached the target";
    panel.layers.emplace_back(LineLayer{.x = {1, 2, nan}, .y = {nan, nan, 3}});
    Panel one{.title = "One value"};
    one.x = panel.x;
    one.y = {.title = "accuracy", .format = NumberFormat::percent};
    one.layers.emplace_back(
        PointLayer{.style = factor_style(0), .points = {{64, .884, "only one"}}});
    return {
        .title = "Little to show", .caption = "n = 0 and 1.", .panels = {panel, one}, .columns = 2};
}

Chart crowded() {
    Panel panel;
    panel.x = {.title = "optimizer", .scale = AxisScale::categories};
    panel.y.title = "accuracy";
    PointLayer points{.name = "runs", .style = factor_style(3)};
    for (int i = 0; i < 14; ++i) {
        panel.x.categories.push_back(fmt::format("momentum {:.2f} nesterov", .5 + i * .03));
        points.points.push_back({static_cast<double>(i), .8 + .01 * i, ""});
    }
    panel.layers.emplace_back(points);
    return {.title = "Too many labels", .caption = "None may lie on another.", .panels = {panel}};
}

Chart thousand_runs() {
    Chart chart{.title = "A thousand runs",
                .caption = "Train and validation loss of 1,000 runs with 2,000 evaluations each.",
                .description = "A crowd of curves.",
                .columns = 2,
                .share_x = true,
                .share_y = true};
    for (int i = 0; i < 8; ++i) {
        Panel panel{.title = fmt::format("B = {}", 16 << i)};
        panel.x.title = "step";
        panel.y = {.title = "loss", .scale = AxisScale::log10};
        for (int run = 0; run < 125; ++run) {
            for (int split = 0; split < 2; ++split) {
                LineLayer line{.name = split == 0 ? "train" : "validation",
                               .style = factor_style(static_cast<std::size_t>(split)),
                               .hover = fmt::format("run {}", run)};
                line.style.width = .5;
                line.style.opacity = .5;
                for (int step = 1; step <= 2000; ++step) {
                    line.x.push_back(step);
                    line.y.push_back((2 + .3 * std::sin(run) + .4 * std::sin(step * 1.7 + run)) /
                                         std::sqrt(step) +
                                     .1 * split + .05);
                }
                panel.layers.emplace_back(std::move(line));
            }
        }
        chart.panels.push_back(std::move(panel));
    }
    return chart;
}

}  // namespace

const std::vector<SampleChart>& sample_charts() {
    static const std::vector<SampleChart> charts{
        {"every-layer", every_layer()}, {"korean", korean()},   {"hostile", hostile()},
        {"nothing", nothing()},         {"crowded", crowded()}, {"thousand-runs", thousand_runs()}};
    return charts;
}

}  // namespace batchscope
