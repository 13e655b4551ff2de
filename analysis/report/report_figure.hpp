#pragma once

#include <string>

#include "analysis/figures/chart.hpp"

namespace batchscope {

/// A figure of the report, drawn into the page and into files of its own.
struct ReportFigure {
    std::string name;  ///< of its files, without ending: letters, digits, '-' and '_'
    Chart chart;
};

}  // namespace batchscope
