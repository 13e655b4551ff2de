#pragma once

#include <string>
#include <vector>

#include "analysis/language/phrases.hpp"
#include "analysis/report/document.hpp"

namespace batchscope {

/// The report as one self-contained file, and the charts in it.
struct HtmlPage {
    std::string html;
    std::vector<NamedChart> charts;  ///< names are those of files: "STUDY-forest-linear", unique
};

/// The document as report.html, by page.html. It has no script and refers to nothing outside, so
/// that it can be read from any place and for ever; hostile names stay text. The same bytes for the
/// same document.
[[nodiscard]] HtmlPage render_html(const Document& document, const Phrases& phrases);

}  // namespace batchscope
