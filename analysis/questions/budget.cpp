#include "analysis/questions/budget.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

namespace batchscope {

namespace {

const std::vector<double>* clock_of(Moment moment, const History& history) {
    switch (moment) {
        case Moment::equal_epochs:
            return &history.epoch;
        case Moment::equal_steps:
            return &history.steps;
        case Moment::equal_examples:
            return &history.examples;
        case Moment::equal_seconds:
            return &history.seconds;
        case Moment::end:
        case Moment::best_validation:
            break;
    }
    return nullptr;
}

/// Of the rows with metrics of all splits the one with the lowest validation loss.
std::optional<std::size_t> best_row(const History& history) {
    std::optional<std::size_t> best;
    for (std::size_t row = 0; row < history.validation_loss.size(); ++row) {
        const double loss = history.validation_loss[row];
        if (std::isfinite(loss) && std::isfinite(history.train_loss[row]) &&
            (!best || loss < history.validation_loss[*best])) {
            best = row;
        }
    }
    return best;
}

Budget best_validation_budget(const std::vector<const AnalyzedRun*>& runs) {
    Budget budget{Moment::best_validation};
    std::set<std::ptrdiff_t> looks;
    for (const AnalyzedRun* run : runs) {
        const std::vector<double>& losses = run->history.validation_loss;
        looks.insert(std::count_if(losses.begin(), losses.end(),
                                   [](double loss) { return std::isfinite(loss); }));
    }
    budget.unequal_looks = looks.size() > 1;
    return budget;
}

std::optional<Budget> equal_budget(Moment moment, const std::vector<const AnalyzedRun*>& runs) {
    Budget budget{moment};
    for (const AnalyzedRun* run : runs) {
        const std::vector<double>& clock = *clock_of(moment, run->history);
        if (clock.empty() || !std::isfinite(clock.back())) {
            return std::nullopt;
        }
        budget.amount = std::fmin(budget.amount, clock.back());
    }
    if (!(budget.amount > 0)) {
        return std::nullopt;
    }
    for (const AnalyzedRun* run : runs) {
        // Beyond by more than the rounding of a last batch.
        const bool went_on = clock_of(moment, run->history)->back() > 1.001 * budget.amount;
        budget.inside_schedule = budget.inside_schedule || (went_on && rate_changes(*run));
    }
    budget.different_machines = moment == Moment::equal_seconds && on_different_machines(runs);
    return budget;
}

}  // namespace

std::vector<Budget> budgets_of(const Recipe& recipe) {
    const std::vector<const AnalyzedRun*> runs = runs_of(recipe);
    std::vector<Budget> budgets{Budget{Moment::end}, best_validation_budget(runs)};
    for (const Moment moment : {Moment::equal_epochs, Moment::equal_steps, Moment::equal_examples,
                                Moment::equal_seconds}) {
        if (const auto budget = equal_budget(moment, runs)) {
            budgets.push_back(*budget);
        }
    }
    return budgets;
}

double metric_at(const AnalyzedRun& run, const Budget& budget,
                 std::vector<double> History::*column) {
    const std::vector<double>& values = run.history.*column;
    if (budget.moment == Moment::end) {
        return values.empty() ? unknown : values.back();
    }
    if (budget.moment == Moment::best_validation) {
        const auto row = best_row(run.history);
        return row ? values[*row] : unknown;
    }
    return metric_at(*clock_of(budget.moment, run.history), values, budget.amount);
}

double reading_error_at(const AnalyzedRun& run, const Budget& budget,
                        std::vector<double> History::*column) {
    const std::vector<double>* clock = clock_of(budget.moment, run.history);
    return clock == nullptr ? 0 : reading_error_at(*clock, run.history.*column, budget.amount);
}

std::vector<const AnalyzedRun*> runs_of(const Recipe& recipe) {
    std::vector<const AnalyzedRun*> runs;
    for (const Arm& arm : recipe.arms) {
        for (const auto& [seed, run] : arm.runs) {
            runs.push_back(run);
        }
    }
    return runs;
}

bool rate_changes(const AnalyzedRun& run) {
    if (!run.settings) {
        return true;
    }
    const auto schedule = run.settings->find("training.schedule");
    return schedule == run.settings->end() || schedule->second != "constant";
}

bool on_different_machines(const std::vector<const AnalyzedRun*>& runs) {
    std::set<std::pair<std::int64_t, std::string>> machines;
    for (const AnalyzedRun* run : runs) {
        machines.emplace(run->ranks, run->devices);
    }
    return machines.size() > 1;
}

}  // namespace batchscope
