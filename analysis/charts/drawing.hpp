#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "analysis/charts/style.hpp"

/// A picture as a list of shapes, in chart units from the upper left corner: what lies between a
/// chart and its file format. Tests look for overlaps here.
namespace batchscope {

struct Position {
    double x = 0;
    double y = 0;
};

struct Box {
    double left = 0;
    double top = 0;
    double right = 0;
    double bottom = 0;

    [[nodiscard]] double width() const { return right - left; }
    [[nodiscard]] double height() const { return bottom - top; }
};

/// Whether two boxes share more than an edge.
[[nodiscard]] bool overlap(const Box& one, const Box& other);

struct Stroke {
    Colour colour{};
    double width = 1;
    Dash dash = Dash::solid;
    double opacity = 1;
};

struct Filling {
    Colour colour{};
    double opacity = 1;
};

enum class TextAnchor { start, middle, end };

struct TextShape {
    Position position{};  ///< of the anchor on the baseline
    std::string text{};
    double size = 11;
    TextAnchor anchor = TextAnchor::start;
    Colour colour{};
    bool bold = false;
    bool upright = false;  ///< turned to read from below to above
    std::string hover{};
};

struct RectangleShape {
    Box box{};
    std::optional<Filling> filling{};
    std::optional<Stroke> stroke{};
    std::string hover{};
};

/// Lines through points, or filled areas, of one look.
struct PathShape {
    std::vector<std::vector<Position>> parts{};
    bool closed = false;
    std::optional<Filling> filling{};
    std::optional<Stroke> stroke{};
    std::string hover{};
};

struct MarkerShape {
    Position position{};
    Marker marker = Marker::circle;
    Colour colour{};
    bool open = false;
    double size = 3;  ///< half the width of a square as large
    double opacity = 1;
    std::string hover{};
};

using Shape = std::variant<RectangleShape, PathShape, MarkerShape, TextShape>;

struct Drawing {
    double width = 0;
    double height = 0;
    std::vector<Shape> shapes{};
    /// Marks that are neither NaN nor in sight: estimates and points beyond an axis, and values
    /// that are infinite or not above zero on a logarithmic one. A line that leaves the plot is
    /// seen to.
    std::size_t hidden_values = 0;
};

/// Where the text is at most, by text_width.
[[nodiscard]] Box text_box(const TextShape& text);

/// From the top of a line of text to its baseline, and to the next line, for a font size of 1.
inline constexpr double text_ascent = 0.93;
inline constexpr double text_descent = 0.24;
inline constexpr double line_spacing = 1.25;

/// Lines of text one under the other. Returns the bottom of the last line.
double add_text_lines(Drawing& drawing, const std::vector<std::string>& lines, double top,
                      TextShape first);

/// A line in parts; a part of one point becomes a dot, since a dash has no length to show there.
void add_line(Drawing& drawing, std::vector<std::vector<Position>> parts, const Style& style,
              const std::string& hover);

}  // namespace batchscope
