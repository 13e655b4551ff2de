#include "analysis/report/wording.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

namespace batchscope {

namespace {

/// Two decimals of a point of accuracy are half the standard error of 5,000 examples.
std::string number(double value, const ComparedMetric& metric, bool with_sign) {
    if (std::isnan(value)) {
        return "n/a";
    }
    value += 0.0;  // -0 becomes 0
    if (is_in_points(metric)) {
        return with_sign ? fmt::format("{:+.2f}", 100 * value) : fmt::format("{:.2f}", 100 * value);
    }
    return with_sign ? fmt::format("{:+.4g}", value) : fmt::format("{:.4g}", value);
}

/// Not to be written out: a loss that is not NaN may have 300 digits.
bool is_huge(double value) {
    constexpr double least = 1e7;
    return std::abs(value) >= least;
}

/// Of the leading digit: 0.05 has -2; 0 for 0.
int exponent_of(double value) {
    return value == 0 ? 0 : static_cast<int>(std::floor(std::log10(std::abs(value))));
}

std::vector<const SizeContrast*> with_verdict(const MetricAnswer& answer, Verdict verdict) {
    std::vector<const SizeContrast*> found;
    for (const SizeContrast& contrast : answer.contrasts) {
        if (contrast.decision.verdict == verdict) {
            found.push_back(&contrast);
        }
    }
    return found;
}

/// "at 64", "at 64, 256", "from 256 on" where these are several and all up to the largest one, or
/// "at 17 sizes from 16 to 152" where they are many.
std::string where_text(const std::vector<const SizeContrast*>& contrasts,
                       const MetricAnswer& answer, const Phrases& phrases) {
    constexpr std::size_t most_listed = 10;
    const std::size_t larger = static_cast<std::size_t>(
        answer.contrasts.data() + answer.contrasts.size() - contrasts.front());
    if (contrasts.size() > 1 && contrasts.size() == larger) {
        return phrases("from {} on", contrasts.front()->batch_size);
    }
    if (contrasts.size() > most_listed) {
        return phrases("at {} sizes from {} to {}", contrasts.size(), contrasts.front()->batch_size,
                       contrasts.back()->batch_size);
    }
    std::vector<std::int64_t> sizes;
    for (const SizeContrast* contrast : contrasts) {
        sizes.push_back(contrast->batch_size);
    }
    return phrases("at {}", fmt::format("{}", fmt::join(sizes, ", ")));
}

/// " (-0.63 points at 1024)" at the largest of these that has a difference.
std::string effect_text(const std::vector<const SizeContrast*>& contrasts,
                        const ComparedMetric& metric, const Phrases& phrases) {
    const auto last = std::find_if(
        contrasts.rbegin(), contrasts.rend(),
        [](const SizeContrast* contrast) { return contrast->decision.comparison.n > 0; });
    if (last == contrasts.rend()) {
        return {};
    }
    const std::string change = change_text(difference_from_reference(**last, metric), metric);
    const std::string effect = is_in_points(metric) ? phrases("{} points", change) : change;
    return " (" +
           (contrasts.size() > 1 ? phrases("{} at {}", effect, (*last)->batch_size) : effect) + ")";
}

/// What is said of the batch sizes with one verdict.
std::string verdict_clause(Verdict verdict, const MetricAnswer& answer, const Phrases& phrases) {
    const std::vector<const SizeContrast*> found = with_verdict(answer, verdict);
    if (found.empty()) {
        return {};
    }
    const std::string where = where_text(found, answer, phrases);
    switch (verdict) {
        case Verdict::better:
            return phrases("better {}", where) + effect_text(found, answer.metric, phrases);
        case Verdict::worse:
            return phrases("worse {}", where) + effect_text(found, answer.metric, phrases);
        case Verdict::equivalent:
            return phrases("no difference that matters {}", where);
        case Verdict::undecided:
            break;
    }
    return phrases("undecided {}", where);
}

}  // namespace

bool is_in_points(const ComparedMetric& metric) {
    return std::string_view(metric.name).ends_with("accuracy");
}

std::string change_text(double change, const ComparedMetric& metric) {
    return number(change, metric, true);
}

std::string width_text(double width, const ComparedMetric& metric) {
    return number(width, metric, false);
}

std::string p_text(double p) {
    if (std::isnan(p)) {
        return "p n/a";
    }
    return p < 1e-4 ? "p < 0.0001" : fmt::format("p = {:.2g}", p);
}

std::string level_text(const Estimate& estimate, bool is_fraction) {
    if (estimate.n == 0 || !std::isfinite(estimate.mean)) {
        return "–";
    }
    if (is_huge(estimate.mean)) {
        return fmt::format("{:.4g}", estimate.mean);
    }
    const double scale = is_fraction ? 100 : 1;
    const char* unit = is_fraction ? " %" : "";
    // Two digits of the width, but not more than five of the mean; two decimals of a percentage.
    constexpr int most_decimals = 9;
    const int of_mean = 4 - exponent_of(estimate.mean);
    const int wanted = estimate.n > 1 && estimate.half_width > 0
                           ? std::min(1 - exponent_of(estimate.half_width), of_mean)
                           : of_mean - 1;
    const int decimals = is_fraction ? 2 : std::clamp(wanted, 0, most_decimals);
    const std::string mean = fmt::format("{:.{}f}", scale * estimate.mean, decimals);
    return estimate.n < 2
               ? mean + unit
               : fmt::format("{} ± {:.{}f}{}", mean, scale * estimate.half_width, decimals, unit);
}

std::string format_estimate(const Estimate& estimate, int decimals, std::int64_t runs) {
    if (estimate.n == 0) {
        return "n/a";
    }
    const double size = std::abs(estimate.mean);
    if (is_huge(size)) {
        return fmt::format("{:.4g}±{:.2g}", estimate.mean, estimate.half_width);
    }
    constexpr int most_decimals = 9;
    const int wanted =
        size > 0 ? std::clamp(3 - static_cast<int>(std::floor(std::log10(size))), 0, most_decimals)
                 : 0;
    const int shown = std::max(decimals, wanted);
    std::string text = fmt::format("{:.{}f}", estimate.mean, shown);
    text += estimate.n < 2 ? "±n/a" : fmt::format("±{:.{}f}", estimate.half_width, shown);
    return estimate.n == runs ? text : fmt::format("{} (n={})", text, estimate.n);
}

std::string difference_text(const PairedComparison& comparison) {
    if (is_huge(comparison.mean)) {
        return fmt::format("{:+.4g}", comparison.mean);
    }
    return comparison.n == 0 || std::isnan(comparison.mean)
               ? std::string("–")
               : (std::isnan(comparison.half_width)
                      ? fmt::format("{:+.4f}", comparison.mean)
                      : fmt::format("{:+.4f} ± {:.4f}", comparison.mean, comparison.half_width));
}

std::string with_minus_signs(const std::string& text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool begins =
            i == 0 || text[i - 1] == ' ' || text[i - 1] == '(' || text[i - 1] == '[';
        const bool number_follows = i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9';
        if (text[i] == '-' && begins && number_follows) {
            result += "\u2212";
        } else {
            result += text[i];
        }
    }
    return result;
}

const char* glyph(Verdict verdict) {
    switch (verdict) {
        case Verdict::better:
            return "▲";
        case Verdict::worse:
            return "▼";
        case Verdict::equivalent:
            return "=";
        case Verdict::undecided:
            break;
    }
    return "?";
}

const char* glyph(Answer answer) {
    switch (answer) {
        case Answer::better:
            return "▲";
        case Answer::worse:
            return "▼";
        case Answer::mixed:
            return "◆";
        case Answer::equivalent:
            return "=";
        case Answer::undecided:
        case Answer::not_tested:
            break;
    }
    return "?";
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

std::string metric_name(const ComparedMetric& metric, const Phrases& phrases) {
    const std::string_view name = metric.name;
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
        case Reason::saturated:
            return phrases("equivalent, saturated");
        case Reason::not_resolved:
            return phrases("not resolved");
        case Reason::too_few_seeds:
            return phrases("too few seeds");
        case Reason::identical_seeds:
            return phrases("seeds identical");
        case Reason::all_lost:
        case Reason::loses_more:
            return phrases("worse");
        case Reason::loses_fewer:
            return phrases("better");
        case Reason::loses_runs:
            return phrases("loses runs");
        case Reason::too_little_data:
            break;
    }
    return decision.seeds_to_decide ? phrases("needs {} seeds", *decision.seeds_to_decide)
                                    : phrases("undecided");
}

std::string answer_sentence(const MetricAnswer& answer, const Phrases& phrases) {
    std::vector<std::string> clauses;
    if (answer.answer == Answer::mixed) {
        clauses.push_back(phrases("mixed"));
    }
    for (const Verdict verdict :
         {Verdict::better, Verdict::worse, Verdict::equivalent, Verdict::undecided}) {
        if (std::string clause = verdict_clause(verdict, answer, phrases); !clause.empty()) {
            clauses.push_back(std::move(clause));
        }
    }
    if (clauses.empty()) {
        clauses.push_back(
            phrases("not tested: there are not two batch sizes with runs that count"));
    }
    return fmt::format("{} {}: {}", glyph(answer.answer), metric_name(answer.metric, phrases),
                       fmt::join(clauses, "; "));
}

std::string standings_text(const Standings& standings, const Phrases& phrases) {
    std::vector<std::string> parts;
    for (const auto& [standing, runs] : standings) {
        parts.push_back(phrases("{} {}", runs, phrases(to_string(standing))));
    }
    return fmt::format("{}", fmt::join(parts, ", "));
}

double difference_from_reference(const SizeContrast& contrast, const ComparedMetric& metric) {
    const double towards_better = contrast.decision.comparison.mean;
    return metric.larger_is_better ? towards_better : -towards_better;
}

std::string interval_text(const SizeContrast& contrast, const ComparedMetric& metric) {
    const Decision& decision = contrast.decision;
    const std::string change = change_text(difference_from_reference(contrast, metric), metric);
    const double half_width = decision.simultaneous_half_width;
    if (decision.comparison.n == 0 && decision.runs.lost > 0) {
        return "–";
    }
    return std::isnan(half_width) || decision.comparison.identical
               ? change
               : fmt::format("{} ± {}", change, width_text(half_width, metric));
}

std::string state_text(TrainingState state, const Phrases& phrases) {
    switch (state) {
        case TrainingState::still_learning:
            return phrases("still learning");
        case TrainingState::overfitting:
            return phrases("overfitting");
        case TrainingState::converged:
            return phrases("converged");
        case TrainingState::flat_with_rate:
            return phrases("flat as the learning rate ends");
        case TrainingState::failing:
            return phrases("failing");
        case TrainingState::unclear:
            break;
    }
    return phrases("unclear");
}

std::string axis_text(const AttributeValue& value) {
    const std::string text = to_text(value);
    return text.empty() ? "–" : text;
}

std::string in_recipe(const Recipe& recipe, const std::string& text) {
    return recipe.name.empty() ? text : recipe.name + ". " + text;
}

}  // namespace batchscope
