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
    return section;
}

}  // namespace batchscope
