#include "analysis/report/budget_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "analysis/figures/number_format.hpp"
#include "analysis/report/numbers.hpp"
#include "analysis/report/table.hpp"
#include "analysis/report/verdict_report.hpp"

namespace batchscope {

std::string budget_name(const Budget& budget, const Phrases& phrases) {
    constexpr int digits = 4;
    switch (budget.moment) {
        case Moment::end:
            return phrases("end of training");
        case Moment::best_validation:
            return phrases("lowest validation loss");
        case Moment::equal_epochs:
            return phrases("equal epochs ({})", format_number(budget.amount, digits));
        case Moment::equal_steps:
            return phrases("equal steps ({})", format_number(budget.amount, digits));
        case Moment::equal_examples:
            return phrases("equal examples ({})", format_number(budget.amount, digits));
        case Moment::equal_seconds:
            break;
    }
    return phrases("equal time ({} s)", format_number(budget.amount, 3));
}

std::string budget_doubts(const Budget& budget, const Phrases& phrases) {
    if (budget.inside_schedule) {
        return phrases("inside a schedule");
    }
    if (budget.different_machines) {
        return phrases("different machines");
    }
    return budget.unequal_looks ? phrases("unequal looks") : std::string{};
}

std::string answer_name(Answer answer, const Phrases& phrases) {
    switch (answer) {
        case Answer::better:
            return phrases("better");
        case Answer::worse:
            return phrases("worse");
        case Answer::mixed:
            return phrases("mixed");
        case Answer::equivalent:
            return phrases("equivalent");
        case Answer::undecided:
            return phrases("undecided");
        case Answer::not_tested:
            break;
    }
    return phrases("not tested");
}

std::string budget_report(const RecipeAnswers& answers, const Phrases& phrases) {
    if (answers.larger_batch.front().figures.front().contrasts.empty()) {
        return {};
    }
    std::vector<std::string> header{phrases("compared at")};
    for (const FigureAnswer& figure : answers.larger_batch.front().figures) {
        header.push_back(figure_name(figure.figure, phrases));
    }
    header.push_back(phrases("doubt"));
    TextTable table(header);
    bool any_inside = false;
    for (std::size_t i = 0; i < answers.budgets.size(); ++i) {
        std::vector<std::string> cells{budget_name(answers.budgets[i], phrases)};
        for (const FigureAnswer& figure : answers.larger_batch[i].figures) {
            cells.push_back(
                fmt::format("{} {}", glyph(figure.answer), answer_name(figure.answer, phrases)));
        }
        cells.push_back(budget_doubts(answers.budgets[i], phrases));
        any_inside = any_inside || answers.budgets[i].inside_schedule;
        table.add_row(std::move(cells));
    }
    std::string text = phrases("Is a larger batch better, by where runs are compared:") + '\n';
    text += table.text();
    if (any_inside) {
        text +=
            wrapped(phrases("Inside a schedule: some runs went on under a rate that was still to "
                            "fall. Their figures there are not those of a run with this budget."),
                    0);
    }
    return text;
}

}  // namespace batchscope
