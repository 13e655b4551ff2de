#include "analysis/report/verdict_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/figures/number_format.hpp"
#include "analysis/questions/budget.hpp"
#include "analysis/report/numbers.hpp"
#include "analysis/report/table.hpp"

namespace batchscope {

namespace {

std::vector<const SizeContrast*> with_verdict(const FigureAnswer& answer, Verdict verdict) {
    std::vector<const SizeContrast*> found;
    for (const SizeContrast& contrast : answer.contrasts) {
        if (contrast.decision.verdict == verdict) {
            found.push_back(&contrast);
        }
    }
    return found;
}

/// "64, 256", or "17 sizes from 16 to 152" where they are many.
std::string sizes_text(const std::vector<const SizeContrast*>& contrasts, const Phrases& phrases) {
    constexpr std::size_t most_listed = 10;
    if (contrasts.size() > most_listed) {
        return phrases("{} sizes from {} to {}", contrasts.size(), contrasts.front()->batch_size,
                       contrasts.back()->batch_size);
    }
    std::vector<std::int64_t> sizes;
    for (const SizeContrast* contrast : contrasts) {
        sizes.push_back(contrast->batch_size);
    }
    return fmt::format("{}", fmt::join(sizes, ", "));
}

std::string effect_text(const SizeContrast& contrast, const ComparedFigure& figure,
                        const Phrases& phrases) {
    const std::string change = change_text(contrast.decision.comparison.mean, figure);
    return is_in_points(figure) ? phrases("{} points", change) : change;
}

std::string answer_word(Answer answer, const Phrases& phrases) {
    switch (answer) {
        case Answer::better:
            return phrases("a larger batch is better");
        case Answer::worse:
            return phrases("a larger batch is worse");
        case Answer::mixed:
            return phrases("better up to a point, then worse");
        case Answer::equivalent:
            return phrases("a larger batch makes no difference that matters");
        case Answer::undecided:
            return phrases("undecided");
        case Answer::not_tested:
            break;
    }
    return phrases("not tested: there are not two batch sizes with runs that count");
}

std::string trend_text(const FigureAnswer& answer, const Margins& margins, const Phrases& phrases) {
    const PairedComparison& slope = answer.slope.mean;
    if (std::isnan(slope.half_width)) {
        return {};
    }
    return fmt::format(
        "  {}\n",
        phrases("{}: {} ± {} for each doubling (slope per seed, {:.6g} % interval); Page's trend "
                "test {}",
                figure_name(answer.figure, phrases), change_text(slope.mean, answer.figure),
                width_text(slope.half_width, answer.figure), 100 * margins.confidence,
                p_text(answer.trend.p_two_sided)));
}

std::string table_text(const LargerBatchAnswer& answer, const Phrases& phrases) {
    std::vector<std::string> header{phrases("batch"), phrases("seeds")};
    for (const FigureAnswer& figure : answer.figures) {
        header.push_back(figure_name(figure.figure, phrases));
        header.push_back(phrases("verdict"));
    }
    TextTable table(header);
    for (std::size_t row = 0; row < answer.figures.front().contrasts.size(); ++row) {
        const SizeContrast& first = answer.figures.front().contrasts[row];
        std::vector<std::string> cells{fmt::format("{}", first.batch_size),
                                       fmt::format("{}", first.decision.comparison.n)};
        for (const FigureAnswer& figure : answer.figures) {
            const SizeContrast& contrast = figure.contrasts[row];
            cells.push_back(interval_text(contrast, figure.figure));
            cells.push_back(fmt::format("{} {}", glyph(contrast.decision.verdict),
                                        reason_text(contrast.decision, phrases)));
        }
        table.add_row(std::move(cells));
    }
    return table.text();
}

bool any_undecided(const LargerBatchAnswer& answer) {
    return std::any_of(answer.figures.begin(), answer.figures.end(), [](const FigureAnswer& f) {
        return !with_verdict(f, Verdict::undecided).empty();
    });
}

bool is_scaled(const Recipe& recipe) {
    const std::vector<const AnalyzedRun*> runs = runs_of(recipe);
    return std::any_of(runs.begin(), runs.end(),
                       [](const AnalyzedRun* run) { return run->learning_rate_scaling != "none"; });
}

}  // namespace

std::string interval_text(const SizeContrast& contrast, const ComparedFigure& figure) {
    const Decision& decision = contrast.decision;
    const std::string change = change_text(decision.comparison.mean, figure);
    const double half_width = decision.simultaneous_half_width;
    return std::isnan(half_width) || decision.comparison.identical
               ? change
               : fmt::format("{} ± {}", change, width_text(half_width, figure));
}

std::string uncounted_text(const Arm& arm, const Phrases& phrases) {
    std::vector<std::string> reasons;
    for (const auto& [standing, runs] : arm.uncounted) {
        reasons.push_back(phrases("{} {}", runs, phrases(to_string(standing))));
    }
    return fmt::format("{}", fmt::join(reasons, ", "));
}

std::string no_run_counts(const Arm& arm, const Phrases& phrases) {
    return phrases("batch {}: no run counts ({})", arm.batch_size, uncounted_text(arm, phrases));
}

std::string difference_caption(const LargerBatchAnswer& answer, const Margins& margins,
                               const Phrases& phrases) {
    const ComparedFigure& figure = answer.figures.front().figure;
    return phrases(
        "Difference from batch {}, paired by seed, ± the half-width of intervals that hold all "
        "together at {:.6g} %{}; equivalent: within ±{}",
        answer.reference, 100 * margins.confidence,
        is_in_points(figure) ? phrases(", in points") : std::string{},
        width_text(figure.margin, figure));
}

std::string figure_name(const ComparedFigure& figure, const Phrases& phrases) {
    const std::string_view name = figure.name;
    if (name == "train_accuracy") {
        return phrases("train accuracy");
    }
    if (name == "validation_accuracy") {
        return phrases("validation accuracy");
    }
    return name == "train_loss" ? phrases("train loss") : phrases("validation loss");
}

std::string reason_text(const Decision& decision, const Phrases& phrases) {
    switch (decision.reason) {
        case Reason::different:
            return decision.verdict == Verdict::better ? phrases("better") : phrases("worse");
        case Reason::within_margin:
            return phrases("equivalent");
        case Reason::different_but_negligible:
            return phrases("negligible");
        case Reason::too_few_seeds:
            return phrases("too few seeds");
        case Reason::identical_seeds:
            return phrases("seeds identical");
        case Reason::too_little_data:
            break;
    }
    return decision.seeds_to_decide ? phrases("needs {} seeds", *decision.seeds_to_decide)
                                    : phrases("undecided");
}

std::string answer_sentence(const FigureAnswer& answer, const Phrases& phrases) {
    std::string text =
        fmt::format("{} {}: {}", glyph(answer.answer), figure_name(answer.figure, phrases),
                    answer_word(answer.answer, phrases));
    std::vector<std::string> parts;
    for (const Verdict verdict : {Verdict::better, Verdict::worse}) {
        const auto found = with_verdict(answer, verdict);
        if (found.empty()) {
            continue;
        }
        const std::string effect = effect_text(*found.back(), answer.figure, phrases);
        parts.push_back(verdict == Verdict::better
                            ? phrases("better at {} ({} at {})", sizes_text(found, phrases), effect,
                                      found.back()->batch_size)
                            : phrases("worse at {} ({} at {})", sizes_text(found, phrases), effect,
                                      found.back()->batch_size));
    }
    if (const auto found = with_verdict(answer, Verdict::equivalent); !found.empty()) {
        parts.push_back(phrases("equivalent at {}", sizes_text(found, phrases)));
    }
    if (const auto found = with_verdict(answer, Verdict::undecided); !found.empty()) {
        parts.push_back(phrases("undecided at {}", sizes_text(found, phrases)));
    }
    if (!parts.empty()) {
        text += fmt::format(" — {}", fmt::join(parts, "; "));
    }
    return text;
}

std::string chosen_rates_text(const Recipe& recipe, const Phrases& phrases) {
    std::vector<std::string> rates;
    for (const Arm& arm : recipe.arms) {
        if (std::isfinite(arm.best_rate)) {
            rates.push_back(phrases("{} at {}", format_number(arm.best_rate), arm.batch_size));
        }
    }
    if (rates.empty()) {
        return {};
    }
    const std::string text = phrases(
        "Each batch size at the best of the learning rates tried there: {} (for each seed the one "
        "with the lowest validation loss of the other seeds)",
        fmt::format("{}", fmt::join(rates, ", ")));
    return is_scaled(recipe) ? text + phrases("; rates as configured, before scaling") : text;
}

std::string verdict_report(const Recipe& recipe, const LargerBatchAnswer& answer,
                           const Margins& margins, const Phrases& phrases) {
    std::string text;
    if (!recipe.name.empty()) {
        text += phrases("With {}:", recipe.name) + "\n";
    }
    for (const FigureAnswer& figure : answer.figures) {
        text += wrapped(answer_sentence(figure, phrases), 2);
    }
    for (const Arm& arm : recipe.arms) {
        if (arm.runs.empty() && !arm.uncounted.empty()) {
            text += fmt::format("✕ {}\n", no_run_counts(arm, phrases));
        }
    }
    if (answer.figures.front().contrasts.empty()) {
        return text;
    }
    text += '\n';
    if (const std::string rates = chosen_rates_text(recipe, phrases); !rates.empty()) {
        text += wrapped(rates + '.', 0);
    }
    text += wrapped(difference_caption(answer, margins, phrases), 0);
    text += table_text(answer, phrases);
    for (const FigureAnswer& figure_answer : answer.figures) {
        text += wrapped(trend_text(figure_answer, margins, phrases), 4);
    }
    if (any_undecided(answer)) {
        text +=
            wrapped(phrases("Seeds needed: to see a true difference as large as the "
                            "margin, and to show that there is none, each with probability 0.8."),
                    0);
    }
    return text;
}

}  // namespace batchscope
