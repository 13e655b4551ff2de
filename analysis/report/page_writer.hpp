#pragma once

#include <string>
#include <vector>

#include "analysis/language/phrases.hpp"
#include "analysis/report/page.hpp"
#include "analysis/report/page_parts.hpp"

namespace batchscope {

/// All that report.html shows.
struct PageDocument {
    std::string title;
    std::string health;  ///< of the data of all studies; shown where there are several
    std::vector<PageStudy> studies;
    std::vector<PageSection> closing;  ///< for all studies
    std::string made_by;
};

/// The document as HTML, by page.html. Any text may stand in it; figures get names of their own.
[[nodiscard]] ReportPage write_page(const PageDocument& document, const Phrases& phrases);

}  // namespace batchscope
