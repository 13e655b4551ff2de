#pragma once

#include <string>
#include <vector>

#include "analysis/figures/chart.hpp"

namespace batchscope {

struct GalleryFigure {
    std::string name;  ///< of files and ids
    Chart chart;
};

/// Every kind of chart that a report has, from made-up numbers: to look at, and to test what holds
/// for any chart.
[[nodiscard]] const std::vector<GalleryFigure>& gallery();

/// Those that compare batch sizes: forest plot, accuracy, gap, best of k.
[[nodiscard]] std::vector<GalleryFigure> comparison_figures();
/// Those about speed: steps to target, time, sensitivity to the target.
[[nodiscard]] std::vector<GalleryFigure> speed_figures();
/// Those about the grid: learning-rate rules, coverage, curves of all runs.
[[nodiscard]] std::vector<GalleryFigure> grid_figures();
/// Charts at their limits: long and hostile text, nothing to show, Korean, a thousand runs.
[[nodiscard]] std::vector<GalleryFigure> extreme_figures();

}  // namespace batchscope
