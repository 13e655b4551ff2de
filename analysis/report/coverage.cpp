#include "analysis/report/coverage.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "analysis/charts/palette.hpp"
#include "analysis/runs/axis_names.hpp"

namespace batchscope {

namespace {

constexpr std::size_t most_rows = 60;

/// What a cell shows, the most important first.
enum class CellState { diverged, collapsed, broken, unfinished, missing, same, counted };

struct CellLook {
    CellState state;
    Colour fill;
    const char* glyph;
};
constexpr std::array<CellLook, 7> looks{{
    {CellState::counted, {0xCC, 0xE3, 0xF2}, "✓"},
    {CellState::same, light_grey, "="},
    {CellState::diverged, {0xD5, 0x5E, 0x00}, "✗"},
    {CellState::collapsed, {0xCC, 0x79, 0xA7}, "↓"},
    {CellState::unfinished, {0xE6, 0x9F, 0x00}, "‖"},
    {CellState::broken, {0xF0, 0xE4, 0x42}, "!"},
    {CellState::missing, white, "·"},
}};

std::string name_of(CellState state, const Phrases& phrases) {
    switch (state) {
        case CellState::counted:
            return phrases("counted");
        case CellState::same:
            return phrases("same settings as another");
        case CellState::diverged:
            return phrases("diverged");
        case CellState::collapsed:
            return phrases("collapsed");
        case CellState::unfinished:
            return phrases("not finished");
        case CellState::broken:
            return phrases("failed, out of memory or without metrics");
        case CellState::missing:
            break;
    }
    return phrases("no file");
}

CellState state_of(const JudgedRun& judged) {
    switch (judged.standing) {
        case Standing::counted:
            return judged.run == judged.source ? CellState::counted : CellState::same;
        case Standing::diverged:
            return CellState::diverged;
        case Standing::collapsed:
            return CellState::collapsed;
        case Standing::stopped:
        case Standing::interrupted:
        case Standing::in_progress:
            return CellState::unfinished;
        case Standing::out_of_memory:
        case Standing::failed:
        case Standing::without_metrics:
        case Standing::without_its_target:
            break;
    }
    return CellState::broken;
}

using AxisValues = std::map<std::string, AttributeValue>;

/// A row of the map: values of the other axes and a seed; without the seed where there are too
/// many.
struct RowKey {
    AxisValues axes;
    std::uint64_t seed = 0;
};

bool before(const RowKey& a, const RowKey& b, const std::vector<std::string>& axis_keys) {
    for (const std::string& key : axis_keys) {
        const auto in_a = a.axes.find(key);
        const auto in_b = b.axes.find(key);
        if (in_a == a.axes.end() || in_b == b.axes.end()) {
            continue;
        }
        if (const auto order = compare(in_a->second, in_b->second); order != 0) {
            return order < 0;
        }
    }
    return a.seed < b.seed;
}

struct GridPoint {
    std::int64_t batch_size;
    RowKey row;
    CellState state;
};

std::vector<GridPoint> points_of(const StudySummary& study) {
    std::vector<GridPoint> points;
    for (const JudgedRun& judged : study.runs) {
        points.push_back(
            {judged.run->batch_size, {judged.run->axes, judged.run->seed}, state_of(judged)});
    }
    for (const MissingPoints& missing : study.missing) {
        for (const std::uint64_t seed : missing.seeds) {
            points.push_back({missing.batch_size, {missing.axes, seed}, CellState::missing});
        }
    }
    return points;
}

/// At most `most` characters of UTF-8 text.
std::string shortened(const std::string& text, std::size_t most) {
    std::size_t characters = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U;
        if (begins && ++characters > most) {
            return text.substr(0, i) + "…";
        }
    }
    return text;
}

std::string axes_text(const AxisValues& axes, const std::vector<std::string>& axis_keys) {
    std::vector<std::string> texts;
    for (const std::string& key : axis_keys) {
        if (const auto value = axes.find(key); value != axes.end()) {
            constexpr std::size_t longest = 24;
            const std::string text = shortened(to_text(value->second), longest);
            texts.push_back(text.empty() ? "–" : text);
        }
    }
    return fmt::format("{}", fmt::join(texts, ", "));
}

/// All grid points of a study in rows and columns.
class CoverageMap {
  public:
    CoverageMap(const StudySummary& study, const Phrases& phrases)
        : study_(study), phrases_(phrases), points_(points_of(study)) {
        find_rows();
        if (rows_.size() > most_rows) {
            by_seed_ = false;
            for (GridPoint& point : points_) {
                point.row.seed = 0;
            }
            find_rows();
        }
        for (const GridPoint& point : points_) {
            batch_sizes_.insert(point.batch_size);
        }
    }

    [[nodiscard]] Chart chart() const {
        Panel panel;
        panel.x = {.title = phrases_("batch size"), .scale = AxisScale::categories};
        for (const std::int64_t size : batch_sizes_) {
            panel.x.categories.push_back(format_number(static_cast<double>(size)));
        }
        panel.y = {.title = row_title(), .scale = AxisScale::categories};
        for (std::size_t row = 0; row < std::min(rows_.size(), most_rows); ++row) {
            panel.y.categories.push_back(row_name(rows_[row]));
        }
        constexpr std::size_t many = 20;
        constexpr double low_row = 14;  // so that 60 rows fit on a sheet of paper
        if (panel.y.categories.size() > many) {
            panel.height = low_row * static_cast<double>(panel.y.categories.size());
        }
        add_layers(panel);
        Chart chart{.title = phrases_("What the grid holds"),
                    .caption = caption(),
                    .description = caption(),
                    .panels = {std::move(panel)}};
        return chart;
    }

  private:
    [[nodiscard]] bool less(const RowKey& a, const RowKey& b) const {
        return before(a, b, study_.axis_keys);
    }

    void find_rows() {
        rows_.clear();
        for (const GridPoint& point : points_) {
            rows_.push_back(point.row);
        }
        std::sort(rows_.begin(), rows_.end(),
                  [this](const RowKey& a, const RowKey& b) { return less(a, b); });
        rows_.erase(std::unique(rows_.begin(), rows_.end(),
                                [this](const RowKey& a, const RowKey& b) {
                                    return !less(a, b) && !less(b, a);
                                }),
                    rows_.end());
    }

    [[nodiscard]] std::size_t row_of(const RowKey& key) const {
        const auto found =
            std::lower_bound(rows_.begin(), rows_.end(), key,
                             [this](const RowKey& a, const RowKey& b) { return less(a, b); });
        return static_cast<std::size_t>(found - rows_.begin());
    }

    [[nodiscard]] std::string row_name(const RowKey& row) const {
        const std::string axes = axes_text(row.axes, study_.axis_keys);
        if (!by_seed_) {
            return axes.empty() ? phrases_("all seeds") : axes;
        }
        return axes.empty() ? phrases_("seed {}", row.seed) : fmt::format("{}, {}", axes, row.seed);
    }

    [[nodiscard]] std::string row_title() const {
        std::vector<std::string> names = short_axis_names(study_.axis_keys);
        if (by_seed_) {
            names.push_back(phrases_("seed"));
        }
        return fmt::format("{}", fmt::join(names, ", "));
    }

    /// One cell of a row and a column: the states of its grid points, one if rows are seeds.
    void add_layers(Panel& panel) const {
        std::map<std::pair<std::size_t, std::size_t>, std::vector<CellState>> cells;
        for (const GridPoint& point : points_) {
            const auto column = static_cast<std::size_t>(
                std::distance(batch_sizes_.begin(), batch_sizes_.find(point.batch_size)));
            if (const std::size_t row = row_of(point.row); row < most_rows) {
                cells[{row, column}].push_back(point.state);
            }
        }
        for (const CellLook& look : looks) {
            CellLayer layer{
                .name = name_of(look.state, phrases_), .fill = look.fill, .glyph = look.glyph};
            for (const auto& [place, states] : cells) {
                if (*std::min_element(states.begin(), states.end()) == look.state) {
                    layer.cells.push_back(cell(place.first, place.second, states, panel));
                }
            }
            if (!layer.cells.empty()) {
                panel.layers.emplace_back(std::move(layer));
            }
        }
    }

    [[nodiscard]] CellMark cell(std::size_t row, std::size_t column,
                                const std::vector<CellState>& states, const Panel& panel) const {
        const CellState worst = *std::min_element(states.begin(), states.end());
        CellMark mark{.column = static_cast<double>(column), .row = static_cast<double>(row)};
        mark.hover = phrases_("batch {}, {}: {}", panel.x.categories[column],
                              panel.y.categories[row], name_of(worst, phrases_));
        if (!by_seed_) {
            const auto good = std::count(states.begin(), states.end(), CellState::counted) +
                              std::count(states.begin(), states.end(), CellState::same);
            mark.text = fmt::format("{}/{}", good, states.size());
            mark.hover += fmt::format(" ({})", mark.text);
        }
        return mark;
    }

    [[nodiscard]] std::string caption() const {
        std::map<CellState, std::size_t> counts;
        for (const GridPoint& point : points_) {
            ++counts[point.state];
        }
        std::vector<std::string> parts;
        for (const CellLook& look : looks) {
            if (counts[look.state] > 0) {
                parts.push_back(
                    phrases_("{} {}", counts[look.state], name_of(look.state, phrases_)));
            }
        }
        std::string text = phrases_("{} grid points: {}.", points_.size(),
                                    fmt::format("{}", fmt::join(parts, ", ")));
        if (!by_seed_) {
            text += ' ' + phrases_(
                              "A cell shows how many of its seeds count, in the colour of the "
                              "worst of them.");
        }
        if (rows_.size() > most_rows) {
            text += ' ' + phrases_("{} more rows are not drawn.", rows_.size() - most_rows);
        }
        if (study_.grid_is_sparse) {
            text += ' ' + phrases_(
                              "Points without a file are not shown: the values seen span far "
                              "more points than there are files.");
        }
        return text;
    }

    const StudySummary& study_;
    const Phrases& phrases_;
    std::vector<GridPoint> points_;
    std::vector<RowKey> rows_;
    std::set<std::int64_t> batch_sizes_;
    bool by_seed_ = true;
};

}  // namespace

Section coverage_section(const StudyAnswers& answers, const Phrases& phrases) {
    Section section{.id = "coverage", .heading = phrases("Coverage of the grid")};
    Charts charts;
    charts.add("coverage", coverage_chart(*answers.study, phrases));
    section.add(std::move(charts));
    return section;
}

std::optional<Chart> coverage_chart(const StudySummary& study, const Phrases& phrases) {
    if (study.runs.empty()) {
        return std::nullopt;
    }
    return CoverageMap(study, phrases).chart();
}

}  // namespace batchscope
