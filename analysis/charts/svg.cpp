#include "analysis/charts/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/charts/chart_drawing.hpp"
#include "analysis/charts/svg_shapes.hpp"
#include "core/error.hpp"

namespace batchscope {

namespace {

/// The first that a reader's machine has; all of them draw Latin, too.
constexpr std::string_view fonts =
    "'Noto Sans CJK KR','NanumGothic','Malgun Gothic','Apple SD Gothic Neo',sans-serif";

/// In pixels, of a chart unit in a file of its own: a chart 360 wide is read on a screen at 540.
constexpr double standalone_scale = 1.5;

void check_prefix(const std::string& prefix) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const bool valid = !prefix.empty() && is_letter(prefix.front()) &&
                       std::all_of(prefix.begin(), prefix.end(), [&is_letter](char c) {
                           return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
                       });
    if (!valid) {
        throw run_time_error(fmt::format("\"{}\" cannot begin the ids of a chart", prefix),
                             "use letters, digits, '-' and '_', first a letter");
    }
}

}  // namespace

SvgChart render_svg(const Chart& chart, const SvgOptions& options) {
    check_prefix(options.id_prefix);
    const Drawing drawing = draw_chart(chart, options.title, options.caption);
    const std::string width = svg_number(drawing.width);
    const std::string height = svg_number(drawing.height);
    const std::string& id = options.id_prefix;
    const std::string& description = chart.description.empty() ? chart.caption : chart.description;
    std::string svg;
    if (options.standalone) {
        svg += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    }
    svg += fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\"", width,
                       height);
    svg += options.standalone ? fmt::format(" width=\"{}\" height=\"{}\"",
                                            svg_number(drawing.width * standalone_scale),
                                            svg_number(drawing.height * standalone_scale))
                              : " width=\"100%\"";
    svg += fmt::format(
        " role=\"img\" aria-labelledby=\"{0}-title {0}-description\" font-family=\"{1}\">\n", id,
        fonts);
    svg += fmt::format("<title id=\"{}-title\">{}</title>\n", id, escaped_xml(chart.title));
    svg += fmt::format("<desc id=\"{}-description\">{}</desc>\n", id, escaped_xml(description));
    svg += fmt::format("<rect width=\"{}\" height=\"{}\" fill=\"#fff\"/>\n", width, height);
    svg += svg_shapes(drawing.shapes);
    svg += "</svg>\n";
    return {std::move(svg), drawing.width, drawing.height, drawing.hidden_values};
}

}  // namespace batchscope
