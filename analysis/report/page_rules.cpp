#include <fmt/format.h>

#include "analysis/report/charts_rules.hpp"
#include "analysis/report/charts_trials.hpp"
#include "analysis/report/page_sections.hpp"
#include "analysis/report/rule_report.hpp"

namespace batchscope {

PageSection rule_section(const StudyAnswers& answers, const Phrases& phrases) {
    PageSection section{.id = "rules", .heading = phrases("Learning rate and memory")};
    PageList list;
    const auto add = [&list](const std::vector<std::string>& sentences) {
        list.items.insert(list.items.end(), sentences.begin(), sentences.end());
    };
    for (const RecipeAnswers& recipe : answers.recipes) {
        add(rate_sentences(recipe, phrases));
    }
    add(rule_sentences(answers, phrases));
    add(memory_sentences(answers, phrases));
    if (!list.items.empty()) {
        section.blocks.emplace_back(std::move(list));
    }
    PageFigures figures;
    for (std::size_t i = 0; i < answers.rules.size(); ++i) {
        add_figure(figures, fmt::format("rules{}", i + 1), rules_chart(answers.rules[i], phrases),
                   {});
    }
    for (const RecipeAnswers& recipe : answers.recipes) {
        add_figure(figures, "rates", rates_chart(recipe.recipe, phrases), recipe.recipe.name);
        add_figure(figures, "trials", trials_chart(recipe.recipe, phrases), recipe.recipe.name);
    }
    add_figures(section, std::move(figures));
    return section;
}

}  // namespace batchscope
