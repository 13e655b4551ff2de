#pragma once

#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "analysis/charts/number_format.hpp"
#include "analysis/charts/style.hpp"

/// A chart as plain data: panels of layers over axes. Who knows the study fills it, who knows how a
/// picture is made draws it (svg.hpp, png.hpp).
///
/// Each member has a default, so that a designated initializer names only what matters.
///
/// Common to all layers: `name` is the text in the legend, empty for none; layers of one name share
/// one entry. `hover` is shown when the pointer rests on a mark. NaN in any coordinate of a mark is
/// a gap: there is no mark. So is a value that a logarithmic axis cannot show; render_svg counts
/// those.
namespace batchscope {

enum class Dimension { x, y };

enum class AxisScale {
    linear,
    log2,        ///< with powers of two as ticks: batch sizes
    log10,       ///< with powers of ten
    categories,  ///< 0 is the first: at the left or at the top
};

struct ChartAxis {
    std::string title{};
    AxisScale scale = AxisScale::linear;
    double low = std::numeric_limits<double>::quiet_NaN();   ///< NaN: as the marks need
    double high = std::numeric_limits<double>::quiet_NaN();  ///< NaN: as the marks need
    std::vector<double> ticks{};                             ///< empty: chosen
    NumberFormat format = NumberFormat::number;
    std::vector<std::string> categories{};
    /// On a y axis of categories: what stands at the right of each row, such as an interval in
    /// numbers.
    std::vector<std::string> row_notes{};
    std::string row_notes_title{};
};

/// Moves a layer by chart units so that marks at one place stand side by side.
struct Offset {
    double x = 0;
    double y = 0;
};

struct PointMark {
    double x;
    double y;
    std::string hover{};
    bool open = false;  ///< empty inside: censored, or otherwise not measured in full
};

/// Dots, joined in their order by a line if wanted.
struct PointLayer {
    std::string name{};
    Style style{};
    std::vector<PointMark> points{};
    bool joined = false;
    Offset offset{};
};

/// A curve. Long ones are thinned to what can be seen (decimation.hpp), best with ascending x.
struct LineLayer {
    std::string name{};
    Style style{};
    std::vector<double> x{};
    std::vector<double> y{};  ///< as many as x
    std::string hover{};
};

struct IntervalMark {
    double position;  ///< on the other axis
    double estimate;  ///< NaN: only the bar
    /// NaN in either: only the marker, never a bar of no width. An infinite end, or one beyond the
    /// axis, has an arrow.
    double low;
    double high;
    std::string hover{};
};

/// Estimates with their intervals.
struct IntervalLayer {
    std::string name{};
    Style style{};
    Dimension along = Dimension::y;  ///< of what the intervals are
    std::vector<IntervalMark> intervals{};
    Offset offset{};
};

/// The line where the x axis has a value, across the panel.
struct RuleLayer {
    std::string name{};
    Style style{};
    double value;
    std::string hover{};
};

/// The area where the x axis is between two values, across the panel. Infinite: up to its end.
struct SpanLayer {
    std::string name{};
    Style style{};
    double low;
    double high;
    std::string hover{};
};

/// Colours of values from `low` (dark) to `high` (yellow), and the key that explains them.
struct ColourRamp {
    std::string title{};
    double low;
    double high;
    NumberFormat format = NumberFormat::number;
    bool operator==(const ColourRamp&) const = default;
};

struct CellMark {
    double column;  ///< number of the category, from 0
    double row;
    double value = std::numeric_limits<double>::quiet_NaN();  ///< coloured by the layer's ramp
    std::string text{};                                       ///< in the cell, where it fits
    std::string hover{};
};

/// Cells of a table on two axes of categories. With `ramp` they are coloured by value, with `fill`
/// all alike, with neither only framed: to mark cells of other layers. A cell whose ramp gets NaN
/// is left white.
struct CellLayer {
    std::string name{};
    std::optional<ColourRamp> ramp{};
    std::optional<Colour> fill{};
    std::optional<Style> frame{};  ///< its colour, dash and width
    std::string glyph{};           ///< in each cell without text, and in the legend
    std::vector<CellMark> cells{};
};

using Layer = std::variant<SpanLayer, CellLayer, RuleLayer, LineLayer, IntervalLayer, PointLayer>;

struct Panel {
    std::string title{};
    ChartAxis x{};
    ChartAxis y{};
    std::vector<Layer> layers{};  ///< the first lies at the bottom
    double height = 0;            ///< of the plot itself in chart units; 0: chosen
    std::string empty_text{};     ///< in the middle of a panel without a single mark
};

struct Chart {
    std::string title{};
    std::string caption{};      ///< n, what bands and bars are, the method
    std::string description{};  ///< what it shows, for those who cannot see it
    std::vector<Panel> panels{};
    int columns = 1;
    bool share_x = false;  ///< one range for all panels; numbers only at the lowest
    bool share_y = false;  ///< one range for all panels; numbers only at the left
    /// In chart units. Text is 10 to 14 of them, so 360 can be read on a phone, where a unit is a
    /// pixel, and in a column of a paper.
    double width = 360;
};

}  // namespace batchscope
