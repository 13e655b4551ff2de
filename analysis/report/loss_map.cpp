#include "analysis/report/loss_map.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "analysis/charts/palette.hpp"
#include "analysis/questions/by_seed.hpp"
#include "analysis/report/wording.hpp"

namespace batchscope {

namespace {

/// Where several runs stand in the map.
struct LossCell {
    std::size_t row = 0, column = 0;
    double mean_loss = unknown;
    std::int64_t counted = 0;
    Standings uncounted{};
    bool is_lowest = false;
    bool at_edge = false;

    /// Its mean is that of survivors: no colour shows it as good.
    [[nodiscard]] bool loses_runs() const { return lost_of(uncounted) > 0; }
    [[nodiscard]] bool has_mean() const { return counted > 0 && !loses_runs(); }
};

struct LossMap {
    std::string row_title;
    std::vector<std::string> rows{};
    std::vector<std::int64_t> batch_sizes{};
    std::vector<LossCell> cells{};
};

CellMark mark_of(const LossCell& cell, const LossMap& map, const Phrases& phrases) {
    CellMark mark{.column = static_cast<double>(cell.column), .row = static_cast<double>(cell.row)};
    const std::string& row = map.rows[cell.row];
    const std::int64_t batch_size = map.batch_sizes[cell.column];
    if (cell.counted > 0) {
        mark.value = cell.mean_loss;
        mark.text = format_number(cell.mean_loss, 3);
        mark.hover = phrases("batch {}, {}: mean {} (n = {})", batch_size, row,
                             format_number(cell.mean_loss), cell.counted);
    } else {
        mark.hover = phrases("batch {}, {}: no run counts", batch_size, row);
    }
    if (!cell.uncounted.empty()) {
        mark.hover += ", " + standings_text(cell.uncounted, phrases);
    }
    if (cell.loses_runs() && cell.counted > 0) {
        mark.value = unknown;
        mark.text = phrases("{} of {} lost", lost_of(cell.uncounted),
                            cell.counted + lost_of(cell.uncounted));
    }
    return mark;
}

enum class CellText { shown, left_out };

/// The layer with a mark for each cell of a kind.
template <class IsOfKind>
void add_cells(Panel& panel, CellLayer layer, const LossMap& map, CellText text,
               const Phrases& phrases, IsOfKind is_of_kind) {
    for (const LossCell& cell : map.cells) {
        if (is_of_kind(cell)) {
            layer.cells.push_back(mark_of(cell, map, phrases));
            if (text == CellText::left_out) {
                layer.cells.back().text.clear();
            }
        }
    }
    if (!layer.cells.empty()) {
        panel.layers.emplace_back(std::move(layer));
    }
}

double median_loss(const LossMap& map) {
    std::vector<double> losses;
    for (const LossCell& cell : map.cells) {
        if (cell.has_mean() && std::isfinite(cell.mean_loss)) {
            losses.push_back(cell.mean_loss);
        }
    }
    const auto middle = losses.begin() + static_cast<std::ptrdiff_t>(losses.size() / 2);
    std::nth_element(losses.begin(), middle, losses.end());
    return losses.empty() ? unknown : *middle;
}

/// From the lowest loss to four times as far above it as the median: a rate that is far too large
/// would leave all others one colour. What lies beyond has the last one.
std::optional<ColourRamp> ramp_of(const LossMap& map, const Phrases& phrases) {
    ColourRamp ramp{.title = phrases("mean validation loss"), .low = unknown, .high = unknown};
    for (const LossCell& cell : map.cells) {
        if (cell.has_mean()) {
            ramp.low = std::fmin(ramp.low, cell.mean_loss);
            ramp.high = std::fmax(ramp.high, cell.mean_loss);
        }
    }
    if (std::isnan(ramp.low)) {
        return std::nullopt;
    }
    ramp.high = std::min(ramp.high, ramp.low + 4 * (median_loss(map) - ramp.low));
    // To few digits, which the key shows.
    const double range = ramp.high > ramp.low ? ramp.high - ramp.low : std::abs(ramp.high);
    const double digit = range > 0 ? std::pow(10, std::floor(std::log10(range)) - 1) : 1;
    ramp.low = std::floor(ramp.low / digit) * digit;
    ramp.high = std::ceil(ramp.high / digit) * digit;
    return ramp;
}

std::optional<Chart> chart_of(const LossMap& map, const Phrases& phrases) {
    const std::optional<ColourRamp> ramp = ramp_of(map, phrases);
    if (!ramp) {
        return std::nullopt;
    }
    Panel panel;
    panel.x = {.title = phrases("batch size"), .scale = AxisScale::categories};
    for (const std::int64_t batch_size : map.batch_sizes) {
        panel.x.categories.push_back(format_number(static_cast<double>(batch_size)));
    }
    panel.y = {.title = map.row_title, .scale = AxisScale::categories};
    panel.y.categories = map.rows;
    add_cells(panel, {.ramp = ramp}, map, CellText::shown, phrases,
              [](const LossCell& cell) { return cell.has_mean(); });
    add_cells(panel, {.name = phrases("loses runs"), .fill = light_grey}, map, CellText::shown,
              phrases, [](const LossCell& cell) { return cell.counted > 0 && cell.loses_runs(); });
    add_cells(panel, {.name = phrases("no run counts"), .fill = light_grey, .glyph = "✗"}, map,
              CellText::shown, phrases, [](const LossCell& cell) { return cell.counted == 0; });
    const Style frame{.colour = black, .marker = Marker::none, .dash = Dash::solid, .width = 2};
    add_cells(panel, {.name = phrases("lowest at its batch size"), .frame = frame}, map,
              CellText::left_out, phrases,
              [](const LossCell& cell) { return cell.is_lowest && !cell.at_edge; });
    Style dashed = frame;
    dashed.dash = Dash::dashed;
    add_cells(panel, {.name = phrases("lowest, at the edge of what was tried"), .frame = dashed},
              map, CellText::left_out, phrases,
              [](const LossCell& cell) { return cell.is_lowest && cell.at_edge; });
    return Chart{.panels = {std::move(panel)}};
}

/// Of the cells of one batch size, those from `first` on, the one with the lowest loss of which all
/// runs count.
LossCell* lowest_of(std::vector<LossCell>& cells, std::size_t first) {
    LossCell* lowest = nullptr;
    for (std::size_t i = first; i < cells.size(); ++i) {
        LossCell& cell = cells[i];
        if (cell.uncounted.empty() && std::isfinite(cell.mean_loss) &&
            (lowest == nullptr || cell.mean_loss < lowest->mean_loss)) {
            lowest = &cell;
        }
    }
    return lowest;
}

double validation_loss_of(const AnalyzedRun& run) {
    return run.metrics.validation_loss;
}

}  // namespace

std::optional<Chart> rules_chart(const RulesCompared& rules, const Phrases& phrases) {
    LossMap map{.row_title = phrases("learning-rate rule"), .rows = rules.rules};
    for (const RulesAtBatchSize& at_size : rules.batch_sizes) {
        for (std::size_t rule = 0; rule < at_size.outcomes.size(); ++rule) {
            const RuleOutcome& outcome = at_size.outcomes[rule];
            if (outcome.counted > 0 || !outcome.uncounted.empty()) {
                map.cells.push_back({.row = rule,
                                     .column = map.batch_sizes.size(),
                                     .mean_loss = outcome.validation_loss.mean,
                                     .counted = outcome.validation_loss.n,
                                     .uncounted = outcome.uncounted,
                                     .is_lowest = at_size.best.chosen == rule});
            }
        }
        map.batch_sizes.push_back(at_size.batch_size);
    }
    std::optional<Chart> chart = chart_of(map, phrases);
    if (chart) {
        chart->title = phrases("Learning-rate rules by batch size");
        chart->description =
            phrases("Mean final validation loss of each learning-rate rule at each batch size.");
        chart->caption = phrases(
            "Mean of the final validation loss over the seeds whose runs count; n of each cell on "
            "hover. A rule that loses runs at a batch size is not its lowest.");
    }
    return chart;
}

std::optional<Chart> rates_chart(const Recipe& recipe, const Phrases& phrases) {
    std::set<double> rates;
    for (const Arm& arm : recipe.arms) {
        for (const TriedRate& rate : arm.rates) {
            rates.insert(rate.learning_rate);
        }
    }
    if (!recipe.tuned) {
        return std::nullopt;
    }
    LossMap map{.row_title = phrases("learning rate")};
    const std::vector<double> rows(rates.rbegin(), rates.rend());  // the largest at the top
    for (const double rate : rows) {
        map.rows.push_back(format_number(rate));
    }
    for (const Arm& arm : recipe.arms) {
        const std::size_t first = map.cells.size();
        for (const TriedRate& rate : arm.rates) {
            const auto row = std::find(rows.begin(), rows.end(), rate.learning_rate);
            const Estimate loss = estimate_of(by_seed(rate.runs, validation_loss_of), 0.95);
            map.cells.push_back({.row = static_cast<std::size_t>(row - rows.begin()),
                                 .column = map.batch_sizes.size(),
                                 .mean_loss = loss.mean,
                                 .counted = loss.n,
                                 .uncounted = uncounted_of(rate)});
        }
        map.batch_sizes.push_back(arm.batch_size);
        if (LossCell* lowest = lowest_of(map.cells, first)) {
            lowest->is_lowest = true;
            lowest->at_edge = lowest == &map.cells[first] || lowest == &map.cells.back();
        }
    }
    std::optional<Chart> chart = chart_of(map, phrases);
    if (chart) {
        chart->title = phrases("Learning rates by batch size");
        chart->description =
            phrases("Mean final validation loss of each learning rate at each batch size.");
        chart->caption = phrases(
            "Rates as configured, before scaling. Mean of the final validation loss over the seeds "
            "whose runs count; n of each cell on hover. A rate that loses runs at a batch size is "
            "not its lowest.");
    }
    return chart;
}

}  // namespace batchscope
