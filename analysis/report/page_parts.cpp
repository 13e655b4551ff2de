#include "analysis/report/page_parts.hpp"

#include <utility>

namespace batchscope {

void add_figure(PageFigures& figures, const std::string& name, std::optional<Chart> chart,
                const std::string& recipe) {
    if (!chart) {
        return;
    }
    if (!recipe.empty()) {
        chart->title += " (" + recipe + ")";
    }
    figures.figures.push_back({name + " " + recipe, std::move(*chart)});
}

void add_figures(PageSection& section, PageFigures figures) {
    if (!figures.figures.empty()) {
        section.blocks.emplace_back(std::move(figures));
    }
}

}  // namespace batchscope
