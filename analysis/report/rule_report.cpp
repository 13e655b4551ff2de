#include "analysis/report/rule_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "analysis/report/table.hpp"

namespace batchscope {

namespace {

std::string in_recipe(const Recipe& recipe, const std::string& sentence) {
    return recipe.name.empty() ? sentence : fmt::format("{}. {}", recipe.name, sentence);
}

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
    return phrases(
        "Best learning rate: it grows as B to the power {:.2f} ± {:.2f}; rules within "
        "the interval: {}.",
        trend.slope.mean.mean, trend.slope.mean.half_width,
        compatible.empty() ? phrases("none of them")
                           : fmt::format("{}", fmt::join(compatible, ", ")));
}

std::string scaling_sentence(const LinearScaling& scaling, const Phrases& phrases) {
    if (scaling.ends_at == 0) {
        return phrases("Linear scaling: no end is shown within these batch sizes.");
    }
    return scaling.end == StepOutcome::diverged
               ? phrases("Linear scaling ends at batch {}: its runs diverge.", scaling.ends_at)
               : phrases("Linear scaling ends at batch {}: it is worse than the batch size before.",
                         scaling.ends_at);
}

std::string gib(double bytes) {
    constexpr double bytes_of_gib = 1024.0 * 1024.0 * 1024.0;
    return fmt::format("{:.2f} GiB", bytes / bytes_of_gib);
}

}  // namespace

std::vector<std::string> rate_sentences(const RecipeAnswers& answers, const Phrases& phrases) {
    std::vector<std::string> sentences;
    if (const std::string trend = trend_sentence(answers.rate_trend, phrases); !trend.empty()) {
        sentences.push_back(in_recipe(answers.recipe, trend));
    }
    if (answers.linear_scaling && !answers.linear_scaling->steps.empty()) {
        sentences.push_back(
            in_recipe(answers.recipe, scaling_sentence(*answers.linear_scaling, phrases)));
    }
    return sentences;
}

std::vector<std::string> rule_sentences(const StudyAnswers& answers, const Phrases& phrases) {
    std::vector<std::string> sentences;
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
                if (verdict == Verdict::equivalent) {
                    sentences.push_back(phrases("Batch {}: the rules {} and {} are equivalent.",
                                                at.batch_size, first, second));
                } else {
                    const bool second_wins = verdict == Verdict::better;
                    sentences.push_back(phrases(
                        "Batch {}: rule {} beats {} by {:.4f} in validation loss.", at.batch_size,
                        second_wins ? second : first, second_wins ? first : second, change));
                }
            }
        }
    }
    return sentences;
}

std::vector<std::string> memory_sentences(const StudyAnswers& answers, const Phrases& phrases) {
    std::vector<std::string> sentences;
    for (const BatchSizesThatFit& machine : answers.fits) {
        if (machine.did_not_fit.empty()) {
            continue;
        }
        std::vector<std::int64_t> sizes;
        for (const DidNotFit& point : machine.did_not_fit) {
            sizes.push_back(point.batch_size);
        }
        sentences.push_back(phrases(
            "On {} rank(s) of {}: batch {} is the largest that completed; out of memory at {}.",
            machine.machine.ranks, machine.machine.devices, machine.largest_completed,
            fmt::format("{}", fmt::join(sizes, ", "))));
    }
    for (const RecipeAnswers& recipe : answers.recipes) {
        for (const MemoryUse& use : recipe.memory) {
            if (use.status != MemoryFitStatus::fitted || std::isnan(use.next_bytes)) {
                continue;
            }
            sentences.push_back(in_recipe(
                recipe.recipe,
                phrases("Memory of a rank: {} and {:.0f} kB for each example held; batch {} would "
                        "need about {}.",
                        gib(use.fixed_bytes), use.bytes_per_example / 1000, use.next_batch_size,
                        gib(use.next_bytes))));
        }
    }
    return sentences;
}

std::string rule_report(const StudyAnswers& answers, const Phrases& phrases) {
    std::string text;
    const auto add = [&text](const std::vector<std::string>& sentences) {
        for (const std::string& sentence : sentences) {
            text += wrapped(sentence, 2);
        }
    };
    for (const RecipeAnswers& recipe : answers.recipes) {
        add(rate_sentences(recipe, phrases));
    }
    add(rule_sentences(answers, phrases));
    add(memory_sentences(answers, phrases));
    return text;
}

}  // namespace batchscope
