#include "analysis/report/rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analysis/charts/palette.hpp"
#include "analysis/questions/by_seed.hpp"
#include "analysis/report/loss_map.hpp"
#include "analysis/report/memory.hpp"
#include "analysis/report/wording.hpp"
#include "analysis/statistics/best_of.hpp"

namespace batchscope {

namespace {

std::string trend_sentence(const RateTrend& trend, const Phrases& phrases) {
    switch (trend.status) {
        case RateTrendStatus::not_tuned:
            return {};
        case RateTrendStatus::too_few_batch_sizes:
            return phrases(
                "Best learning rate: at fewer than three batch sizes it lies inside "
                "those tried, so its growth with the batch size is not known.");
        case RateTrendStatus::no_common_seed:
            return phrases("Best learning rate: the batch sizes have no seed in common.");
        case RateTrendStatus::tested:
            break;
    }
    std::vector<std::string> compatible;
    for (const RuleTest& test : trend.rules) {
        if (test.is_compatible.value_or(false)) {
            compatible.emplace_back(test.rule.rule);
        }
    }
    const PairedComparison& slope = trend.slope.mean;
    const std::string rules = compatible.empty() ? phrases("none of them")
                                                 : fmt::format("{}", fmt::join(compatible, ", "));
    // Where the lattice of rates is most of the interval its middle means nothing.
    constexpr double coarse = 0.25;
    std::string sentence =
        trend.lattice_error > coarse && trend.lattice_error > slope.half_width / 2
            ? phrases(
                  "Best learning rate: it grows as B to a power between {:.2f} and {:.2f}, more "
                  "closely these rates cannot tell; rules within: {}.",
                  slope.mean - slope.half_width, slope.mean + slope.half_width, rules)
            : phrases(
                  "Best learning rate: it grows as B to the power {:.2f} ± {:.2f} (the spacing "
                  "of the rates in it); rules within the interval: {}.",
                  slope.mean, slope.half_width, rules);
    if (!trend.left_out.empty()) {
        sentence += ' ' + phrases(
                              "Without batch {}: there it lies at the edge of what was tried, or "
                              "runs are lost.",
                              fmt::format("{}", fmt::join(trend.left_out, ", ")));
    }
    return sentence;
}

std::string scaling_sentence(const LinearScaling& scaling, const Phrases& phrases) {
    if (scaling.ends_at == 0) {
        return phrases("Linear scaling: no end is shown within these batch sizes.");
    }
    const auto end =
        std::find_if(scaling.steps.begin(), scaling.steps.end(),
                     [&scaling](const LinearStep& step) { return step.to == scaling.ends_at; });
    return scaling.end == StepOutcome::diverged
               ? phrases("Linear scaling ends at batch {}, which loses runs ({}).", scaling.ends_at,
                         standings_text(end->lost, phrases))
               : phrases("Linear scaling ends at batch {}: it is worse than the batch size before.",
                         scaling.ends_at);
}

/// How the best rate of a recipe grows with the batch size, and where linear scaling ends.
void add_rates(List& list, const RecipeAnswers& answers, const Phrases& phrases) {
    if (const std::string trend = trend_sentence(answers.rate_trend, phrases); !trend.empty()) {
        list.items.push_back(in_recipe(answers.recipe, trend));
    }
    if (answers.linear_scaling && !answers.linear_scaling->steps.empty()) {
        list.items.push_back(
            in_recipe(answers.recipe, scaling_sentence(*answers.linear_scaling, phrases)));
    }
}

/// Which rule has the lowest validation loss at each batch size at which rules were compared.
void add_rules(List& list, const StudyAnswers& answers, const Phrases& phrases) {
    for (const RulesCompared& compared : answers.rules) {
        for (const RulesAtBatchSize& at : compared.batch_sizes) {
            for (const RulePair& pair : at.pairs) {
                const Verdict verdict = pair.decision.verdict;
                if (pair.same_runs || verdict == Verdict::undecided) {
                    continue;
                }
                const std::string& first = compared.rules[pair.first];
                const std::string& second = compared.rules[pair.second];
                const double change = std::abs(pair.decision.comparison.mean);
                const LostRuns& runs = pair.decision.runs;
                if (verdict == Verdict::equivalent) {
                    list.items.push_back(phrases("Batch {}: the rules {} and {} are equivalent.",
                                                 at.batch_size, first, second));
                } else if (runs.any()) {
                    const bool second_wins = verdict == Verdict::better;
                    list.items.push_back(phrases(
                        "Batch {}: rule {} beats {}: {} of {} runs are lost against {} of {}.",
                        at.batch_size, second_wins ? second : first, second_wins ? first : second,
                        second_wins ? runs.lost : runs.reference_lost,
                        second_wins ? runs.tried : runs.reference_tried,
                        second_wins ? runs.reference_lost : runs.lost,
                        second_wins ? runs.reference_tried : runs.tried));
                } else {
                    const bool second_wins = verdict == Verdict::better;
                    list.items.push_back(phrases(
                        "Batch {}: rule {} beats {} by {:.4f} in validation loss.", at.batch_size,
                        second_wins ? second : first, second_wins ? first : second, change));
                }
            }
        }
    }
}

constexpr std::int64_t most_trials = 30;

/// Final validation losses at every rate and seed of a batch size; of lost runs the worst of them.
std::vector<double> losses_of(const Arm& arm) {
    std::vector<double> losses;
    std::int64_t lost = 0;
    for (const TriedRate& rate : arm.rates) {
        const BySeed known =
            by_seed(rate.runs, [](const AnalyzedRun& run) { return run.metrics.validation_loss; });
        for (const auto& [seed, loss] : known) {
            losses.push_back(loss);
        }
        lost += lost_of(uncounted_of(rate));
    }
    if (!losses.empty()) {
        losses.resize(losses.size() + static_cast<std::size_t>(lost),
                      *std::max_element(losses.begin(), losses.end()));
    }
    return losses;
}

}  // namespace

Section rule_section(const StudyAnswers& answers, const Phrases& phrases) {
    Section section{.id = "rules", .heading = phrases("Learning rate and memory")};
    List list;
    for (const RecipeAnswers& recipe : answers.recipes) {
        add_rates(list, recipe, phrases);
    }
    add_rules(list, answers, phrases);
    add_memory(list, answers, phrases);
    section.add(std::move(list));
    Charts charts;
    for (std::size_t i = 0; i < answers.rules.size(); ++i) {
        charts.add(fmt::format("rules{}", i + 1), rules_chart(answers.rules[i], phrases));
    }
    for (const RecipeAnswers& recipe : answers.recipes) {
        charts.add("rates", rates_chart(recipe.recipe, phrases), recipe.recipe.name);
        charts.add("trials", trials_chart(recipe.recipe, phrases), recipe.recipe.name);
    }
    section.add(std::move(charts));
    return section;
}

std::optional<Chart> trials_chart(const Recipe& recipe, const Phrases& phrases) {
    if (!recipe.tuned) {
        return std::nullopt;
    }
    Panel panel;
    panel.x = {.title = phrases("runs to choose from (k)"), .low = 1};
    panel.y = {.title = phrases("expected lowest validation loss")};
    std::int64_t most_runs = 0;
    // One run of a rate that is far too large: all that matters would lie on the bottom line.
    constexpr double wide = 5;
    double lowest = unknown;
    double highest = unknown;
    for (std::size_t i = 0; i < recipe.arms.size(); ++i) {
        const Arm& arm = recipe.arms[i];
        const std::vector<double> losses = losses_of(arm);
        PointLayer line{.name = format_number(static_cast<double>(arm.batch_size)),
                        .style = ordered_style(i, recipe.arms.size()),
                        .joined = true};
        const std::int64_t runs = std::min(std::ssize(losses), most_trials);
        for (std::int64_t k = 1; k <= runs; ++k) {
            const double expected = expected_best_of(losses, k, Better::smaller);
            lowest = std::fmin(lowest, expected);
            highest = std::fmax(highest, expected);
            line.points.push_back(
                {static_cast<double>(k), expected,
                 phrases("batch {}, best of {}: {}", arm.batch_size, k, format_number(expected))});
        }
        most_runs = std::max(most_runs, runs);
        if (!line.points.empty()) {
            panel.layers.emplace_back(std::move(line));
        }
    }
    if (most_runs < 2) {
        return std::nullopt;
    }
    panel.x.high = static_cast<double>(most_runs);
    if (lowest > 0 && highest > wide * lowest) {
        panel.y.scale = AxisScale::log10;
    }
    for (std::int64_t k = 1; k <= most_runs && most_runs <= 10; ++k) {
        panel.x.ticks.push_back(static_cast<double>(k));
    }
    return Chart{
        .title = phrases("The best of k runs"),
        .caption = phrases(
            "Expected lowest final validation loss of k runs of a batch size, drawn without "
            "replacement from all that were tried there, over rates and seeds; a lost run is taken "
            "as the worst. Batch sizes with more runs reach further: compare at "
            "equal k."),
        .description = phrases("Expected lowest validation loss of k runs, by batch size."),
        .panels = {std::move(panel)}};
}

}  // namespace batchscope
