#include "analysis/report/budgets.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "analysis/charts/number_format.hpp"
#include "analysis/report/wording.hpp"

namespace batchscope {

namespace {

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

/// Batch sizes that are not resolved at a budget by any metric.
std::set<std::int64_t> unresolved_sizes(const LargerBatchAnswer& answer) {
    std::set<std::int64_t> sizes;
    for (const MetricAnswer& of_metric : answer.by_metric) {
        for (const SizeContrast& contrast : of_metric.contrasts) {
            if (!contrast.resolved || contrast.decision.reason == Reason::not_resolved) {
                sizes.insert(contrast.batch_size);
            }
        }
    }
    return sizes;
}

std::string budget_doubts(const Budget& budget, const LargerBatchAnswer& answer,
                          const Phrases& phrases) {
    std::vector<std::string> doubts;
    if (budget.inside_schedule) {
        doubts.push_back(phrases("inside a schedule"));
    }
    if (budget.different_machines) {
        doubts.push_back(phrases("different machines"));
    }
    if (budget.unequal_looks) {
        doubts.push_back(phrases("unequal looks"));
    }
    if (const std::set<std::int64_t> sizes = unresolved_sizes(answer); !sizes.empty()) {
        doubts.push_back(phrases("{} not resolved", fmt::format("{}", fmt::join(sizes, ", "))));
    }
    return fmt::format("{}", fmt::join(doubts, "; "));
}

Table budget_table(const RecipeAnswers& answers, const Phrases& phrases) {
    const std::vector<MetricAnswer>& at_end = answers.larger_batch.front().by_metric;
    Table table{.caption = in_recipe(answers.recipe, phrases("Is a larger batch better?")),
                .header = {phrases("compared at")}};
    for (const MetricAnswer& answer : at_end) {
        table.header.push_back(metric_name(answer.metric, phrases));
    }
    table.header.push_back(phrases("doubt"));
    for (std::size_t i = 0; i < answers.budgets.size() && !at_end.front().contrasts.empty(); ++i) {
        std::vector<Cell> row{{budget_name(answers.budgets[i], phrases)}};
        for (const MetricAnswer& at_budget : answers.larger_batch[i].by_metric) {
            row.push_back({.verdict = fmt::format("{} {}", glyph(at_budget.answer),
                                                  answer_name(at_budget.answer, phrases)),
                           .kind = word_of(at_budget.answer)});
        }
        row.push_back({budget_doubts(answers.budgets[i], answers.larger_batch[i], phrases)});
        table.rows.push_back(std::move(row));
    }
    return table;
}

}  // namespace

Section budget_section(const StudyAnswers& answers, const Phrases& phrases) {
    Section section{.id = "budget", .heading = phrases("Does it depend on the budget?")};
    bool any_inside = false;
    bool any_unresolved = false;
    for (const RecipeAnswers& recipe : answers.recipes) {
        section.add(budget_table(recipe, phrases));
        any_inside = any_inside || std::any_of(recipe.budgets.begin(), recipe.budgets.end(),
                                               [](const Budget& b) { return b.inside_schedule; });
        any_unresolved =
            any_unresolved || std::any_of(recipe.larger_batch.begin(), recipe.larger_batch.end(),
                                          [](const LargerBatchAnswer& answer) {
                                              return !unresolved_sizes(answer).empty();
                                          });
    }
    if (section.blocks.empty()) {
        return section;
    }
    section.blocks.insert(
        section.blocks.begin(),
        Paragraph{phrases("A large batch takes fewer steps in an epoch, and less time. So the "
                          "answer can turn with what all runs are given alike: the same epochs, "
                          "steps, examples or seconds.")});
    if (any_unresolved) {
        section.add(
            phrases("Not resolved: the evaluations are too far apart to read what a batch size had "
                    "come to there; train with evaluate.at: log, or a smaller evaluate.factor."));
    }
    if (any_inside) {
        section.add(
            phrases("Inside a schedule: some runs went on under a rate that was still to "
                    "fall. Their metrics there are not those of a run with this budget."));
    }
    return section;
}

}  // namespace batchscope
