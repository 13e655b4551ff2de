#include "analysis/report/document.hpp"

#include <utility>

namespace batchscope {

void erase_column(Table& table, std::ptrdiff_t column) {
    table.header.erase(table.header.begin() + column);
    for (std::vector<Cell>& row : table.rows) {
        row.erase(row.begin() + column);
    }
}

void Charts::add(const std::string& name, std::optional<Chart> chart, const std::string& recipe) {
    if (!chart) {
        return;
    }
    if (!recipe.empty()) {
        chart->title += " (" + recipe + ")";
    }
    charts.push_back({name + " " + recipe, std::move(*chart)});
}

void Section::add(const std::string& paragraph) {
    if (!paragraph.empty()) {
        blocks.emplace_back(Paragraph{paragraph});
    }
}

void Section::add(Table table) {
    if (!table.rows.empty()) {
        blocks.emplace_back(std::move(table));
    }
}

void Section::add(List list) {
    if (!list.items.empty()) {
        blocks.emplace_back(std::move(list));
    }
}

void Section::add(Charts charts) {
    if (!charts.charts.empty()) {
        blocks.emplace_back(std::move(charts));
    }
}

}  // namespace batchscope
