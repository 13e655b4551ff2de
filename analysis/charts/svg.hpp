#pragma once

#include <cstddef>
#include <string>

#include "analysis/charts/chart.hpp"

namespace batchscope {

struct SvgOptions {
    /// Begins each id in the chart, so that several can stand in one page: letters, digits, '-'
    /// and '_', first a letter.
    std::string id_prefix = "chart";
    /// A file of its own with a fixed size and an XML declaration; else an element for a page, as
    /// wide as what it stands in.
    bool standalone = false;
    bool title = true;    ///< drawn; for screen readers it is there in any case
    bool caption = true;  ///< drawn
};

struct SvgChart {
    std::string text;
    double width;   ///< of the view box, in chart units
    double height;  ///< of the view box, in chart units
    /// Marks that are neither NaN nor in sight: estimates and points beyond an axis, and values
    /// that are infinite or not above zero on a logarithmic one. A line that leaves the plot is
    /// seen to. The page must tell of them.
    std::size_t hidden_values;
};

/// The chart as SVG 1.1: the same bytes for the same chart; no script, no style sheet, nothing
/// outside is referred to. Text is text, in any language; what XML cannot hold becomes U+FFFD.
/// Throws Error (run time) for an id prefix that is none and for layers whose columns differ.
[[nodiscard]] SvgChart render_svg(const Chart& chart, const SvgOptions& options = {});

}  // namespace batchscope
