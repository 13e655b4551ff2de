#include "analysis/report/claims.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "analysis/charts/number_format.hpp"
#include "analysis/charts/palette.hpp"
#include "analysis/claims/gradient_noise_measure.hpp"
#include "analysis/report/wording.hpp"

namespace batchscope {

namespace {

const std::string& claim_text(const Claim& claim, const Phrases& phrases) {
    return phrases.language() == Language::korean && !claim.korean.empty() ? claim.korean
                                                                           : claim.english;
}

const char* glyph(ClaimOutcome outcome) {
    switch (outcome) {
        case ClaimOutcome::supported:
            return "●";
        case ClaimOutcome::contradicted:
            return "✕";
        case ClaimOutcome::undecided:
            return "?";
        case ClaimOutcome::not_tested:
            break;
    }
    return "·";
}

std::string outcome_text(ClaimOutcome outcome, const Phrases& phrases) {
    switch (outcome) {
        case ClaimOutcome::supported:
            return phrases("supported");
        case ClaimOutcome::contradicted:
            return phrases("contradicted");
        case ClaimOutcome::undecided:
            return phrases("undecided");
        case ClaimOutcome::not_tested:
            break;
    }
    return phrases("not tested");
}

std::string claim_number_text(const ClaimNumber& number, const Phrases& phrases) {
    if (std::isnan(number.value)) {
        return "n/a";
    }
    const auto scaled = [&number](double factor, int decimals) {
        const auto text = [&](double value) {
            return fmt::format("{:+.{}f}", factor * value, decimals);
        };
        return std::isnan(number.lower) || std::isnan(number.upper)
                   ? text(number.value)
                   : fmt::format("{} [{}, {}]", text(number.value), text(number.lower),
                                 text(number.upper));
    };
    const auto ratio = [&number] {
        return std::isnan(number.lower) || std::isnan(number.upper)
                   ? fmt::format("{:.3g}", std::exp(number.value))
                   : fmt::format("{:.3g} [{:.3g}, {:.3g}]", std::exp(number.value),
                                 std::exp(number.lower), std::exp(number.upper));
    };
    switch (number.unit) {
        case ClaimUnit::fraction:
            return phrases("{} points", scaled(100, 2));
        case ClaimUnit::nats:
            return phrases("{} nats", scaled(1, 4));
        case ClaimUnit::log_ratio:
            return phrases("ratio {}", ratio());
        case ClaimUnit::log_ratio_per_doubling:
            return phrases("times {} for each doubling", ratio());
        case ClaimUnit::slope:
            return phrases("slope {}", scaled(1, 3));
        case ClaimUnit::p_value:
            return fmt::format("p = {:.2g}", number.value);
        case ClaimUnit::batch_size:
        case ClaimUnit::correlation:
            break;
    }
    return fmt::format("{:.4g}", number.value);
}

/// "_"s as blanks, translated if there is a translation.
std::string words_of(std::string name, const Phrases& phrases) {
    std::replace(name.begin(), name.end(), '_', ' ');
    return phrases.text(name);
}

/// A number that compares two groups, "large_less_medium_matched_gap".
struct GroupsOfNumber {
    std::string first, second, quantity;
    const char* sign;
};
std::optional<GroupsOfNumber> groups_of(const std::string& name) {
    for (const auto& [word, sign] : {std::pair{"_less_", "−"}, std::pair{"_over_", "/"}}) {
        const std::size_t at = name.find(word);
        if (at != std::string::npos) {
            const std::string rest = name.substr(at + 6);
            const std::size_t end = rest.find('_');
            return GroupsOfNumber{name.substr(0, at), rest.substr(0, end),
                                  end == std::string::npos ? "" : rest.substr(end + 1), sign};
        }
    }
    return std::nullopt;
}

/// "matched gap, large − medium: -0.0120 nats [-0.0141, -0.0099] (medium above)".
std::string named_number_text(const ClaimNumber& number, const Phrases& phrases) {
    const std::string value = claim_number_text(number, phrases);
    const std::optional<GroupsOfNumber> groups = groups_of(number.name);
    if (!groups) {
        return fmt::format("{}: {}", words_of(number.name, phrases), value);
    }
    const std::string first = words_of(groups->first, phrases);
    const std::string second = words_of(groups->second, phrases);
    const std::string quantity =
        groups->quantity.empty() ? "" : words_of(groups->quantity, phrases) + ", ";
    const std::string direction =
        number.value == 0 || std::isnan(number.value)
            ? std::string{}
            : " (" + phrases("{} above", number.value > 0 ? first : second) + ")";
    return fmt::format("{}{} {} {}: {}{}", quantity, first, groups->sign, second, value, direction);
}

/// The numbers that decided, by name.
std::string numbers_text(const ClaimDecision& decision, const Phrases& phrases) {
    std::vector<std::string> texts;
    for (const std::string& name : decision.rests_on) {
        const auto number =
            std::find_if(decision.numbers.begin(), decision.numbers.end(),
                         [&name](const ClaimNumber& other) { return other.name == name; });
        if (number != decision.numbers.end()) {
            texts.push_back(named_number_text(*number, phrases));
        }
    }
    return texts.empty() ? "–" : fmt::format("{}", fmt::join(texts, "; "));
}

std::string trend_text(const LossTrend& trend, const Phrases& phrases) {
    switch (trend.trend) {
        case Trend::falling:
            return phrases("falling");
        case Trend::flat:
            return phrases("flat");
        case Trend::rising:
            return phrases("rising");
        case Trend::unclear:
            break;
    }
    return phrases("unclear");
}

std::string start_to_end_text(const TrainingQuadrant& quadrant) {
    return std::isfinite(quadrant.relative_change)
               ? fmt::format("{:.4g} → {:.4g} ({:+.0f} %)", quadrant.first_train_loss,
                             quadrant.last_train_loss, 100 * quadrant.relative_change)
               : std::string("–");
}

/// Supported in blue, contradicted in orange, like better and worse.
const char* kind_of(ClaimOutcome outcome) {
    switch (outcome) {
        case ClaimOutcome::supported:
            return "better";
        case ClaimOutcome::contradicted:
            return "worse";
        case ClaimOutcome::undecided:
        case ClaimOutcome::not_tested:
            break;
    }
    return "undecided";
}

/// " (without 4096)"; empty where nothing was left out.
std::string without_text(const ClaimDecision& decision, const Phrases& phrases) {
    return decision.without.empty()
               ? std::string{}
               : phrases(" (without {})", fmt::format("{}", fmt::join(decision.without, ", ")));
}

/// Nothing where it did not decide: without a test, or where something else forbids to decide by
/// it.
std::string p_of_outcome_text(const ClaimDecision& decision, const Margins& margins) {
    const double p = decision.p_of_outcome();
    const bool is_vetoed = decision.outcome == ClaimOutcome::undecided && p < margins.alpha();
    return decision.outcome == ClaimOutcome::not_tested || std::isnan(p) || is_vetoed ? "–"
                                                                                      : p_text(p);
}

Table claim_table(const RecipeAnswers& answers, const std::vector<Claim>& claims,
                  const Margins& margins, const Phrases& phrases) {
    const std::int64_t tested = answers.claims.empty() ? 0 : answers.claims.front().claims_tested;
    Table table{
        .caption = in_recipe(answers.recipe,
                             phrases("p: of the outcome, adjusted over the {} claims tested here; "
                                     "below {:.3g} it decides. In brackets the {:.6g} % interval "
                                     "of a number alone.",
                                     tested, margins.alpha(), 100 * margins.confidence)),
        .header = {phrases("claim"), phrases("outcome"), phrases("why"), phrases("rests on"), "p"},
        .is_text = true};
    for (std::size_t i = 0; i < answers.claims.size(); ++i) {
        const ClaimDecision& decision = answers.claims[i];
        const bool is_tested = decision.outcome != ClaimOutcome::not_tested;
        table.rows.push_back(
            {{fmt::format("{} {}", claims[i].id, claim_text(claims[i], phrases))},
             {.verdict = fmt::format("{} {}", glyph(decision.outcome),
                                     outcome_text(decision.outcome, phrases)),
              .kind = kind_of(decision.outcome)},
             {because_text(decision.because, phrases) + without_text(decision, phrases) +
              (decision.inside_schedule ? phrases(" (inside a schedule)") : "")},
             {is_tested ? numbers_text(decision, phrases) : "–"},
             {p_of_outcome_text(decision, margins)}});
    }
    return table;
}

Table quadrant_table(const RecipeAnswers& answers, const Phrases& phrases) {
    Table table{
        .caption = in_recipe(answers.recipe, phrases("Losses over the last third of training:")),
        .header = {phrases("batch"), phrases("train loss"), phrases("validation loss"),
                   phrases("training"), phrases("train loss, start to end"),
                   phrases("s per batch")}};
    for (const TrainingQuadrant& quadrant : answers.quadrants) {
        table.rows.push_back({{fmt::format("{}", quadrant.batch_size)},
                              {trend_text(quadrant.train, phrases)},
                              {trend_text(quadrant.validation, phrases)},
                              {.verdict = state_text(quadrant.state, phrases)},
                              {start_to_end_text(quadrant)},
                              {std::isfinite(quadrant.seconds_per_batch)
                                   ? fmt::format("{:.3g}", quadrant.seconds_per_batch)
                                   : "–"}});
    }
    return table;
}

bool is_for_this_recipe(const ClaimDecision& decision) {
    return decision.for_this_recipe && decision.outcome != ClaimOutcome::not_tested;
}

std::string place_name(WeightsAt weights, const Phrases& phrases) {
    switch (weights) {
        case WeightsAt::start:
            return phrases("start of training");
        case WeightsAt::middle:
            return phrases("middle of training");
        case WeightsAt::end:
            return phrases("end of training");
    }
    return {};
}

std::vector<GradientNoiseMeasure> shown(const std::vector<GradientNoiseMeasure>& measures,
                                        WeightsAt weights) {
    std::vector<GradientNoiseMeasure> chosen;
    std::copy_if(measures.begin(), measures.end(), std::back_inserter(chosen),
                 [weights](const GradientNoiseMeasure& measure) {
                     return measure.weights == weights && measure.is_known();
                 });
    return chosen;
}

PointLayer dots(const std::vector<GradientNoiseMeasure>& measures, const std::string& name,
                const Style& style, const Phrases& phrases) {
    PointLayer layer{.name = name, .style = style};
    for (const GradientNoiseMeasure& measure : measures) {
        layer.points.push_back(
            {static_cast<double>(measure.batch_size), measure.variance,
             phrases("{}: batch {}, seed {}, variance {} of {} batches", name, measure.batch_size,
                     measure.seed, format_number(measure.variance, 3), measure.batches)});
    }
    return layer;
}

/// S (1/B - 1/N) with ln S the mean over the measures, which are of one split: its N is one.
LineLayer sampling_theory(const std::vector<GradientNoiseMeasure>& measures, const Style& style) {
    double log_covariance = 0;
    double smallest = infinity;
    double largest = 0;
    for (const GradientNoiseMeasure& measure : measures) {
        log_covariance += std::log(measure.variance / measure.sampling_factor()) /
                          static_cast<double>(measures.size());
        smallest = std::min(smallest, static_cast<double>(measure.batch_size));
        largest = std::max(largest, static_cast<double>(measure.batch_size));
    }
    LineLayer line{.style = style};
    constexpr int pieces = 40;
    for (int i = 0; i <= pieces; ++i) {
        const double batch_size = smallest * std::pow(largest / smallest, i / double{pieces});
        line.x.push_back(batch_size);
        line.y.push_back(std::exp(log_covariance) *
                         (1 / batch_size - 1 / static_cast<double>(measures.front().examples)));
    }
    return line;
}

}  // namespace

Section claims_section(const StudyAnswers& answers, const Phrases& phrases) {
    Section section{.id = "claims", .heading = phrases("What people say of batch sizes")};
    bool any_for_this_recipe = false;
    for (const RecipeAnswers& recipe : answers.recipes) {
        section.add(claim_table(recipe, answers.claims, answers.margins, phrases));
        any_for_this_recipe =
            any_for_this_recipe ||
            std::any_of(recipe.claims.begin(), recipe.claims.end(), is_for_this_recipe);
    }
    if (any_for_this_recipe) {
        section.add(
            phrases("These answers are for this recipe: with a learning rate tuned at "
                    "each batch size they may differ."));
    }
    Charts charts;
    for (const RecipeAnswers& recipe : answers.recipes) {
        section.add(quadrant_table(recipe, phrases));
        charts.add("gradient-noise", gradient_noise_chart(recipe.recipe, phrases),
                   recipe.recipe.name);
    }
    section.add(std::move(charts));
    return section;
}

std::optional<Chart> gradient_noise_chart(const Recipe& recipe, const Phrases& phrases) {
    const std::vector<GradientNoiseMeasure> measures = gradient_noise_measures(recipe);
    Panel panel;
    panel.x = {.title = phrases("examples in a batch"), .scale = AxisScale::log2};
    panel.y = {.title = phrases("variance of the gradient"), .scale = AxisScale::log10};
    std::size_t index = 0;
    for (const WeightsAt weights : {WeightsAt::start, WeightsAt::middle, WeightsAt::end}) {
        const Style style = factor_style(index++);
        const std::vector<GradientNoiseMeasure> here = shown(measures, weights);
        if (!here.empty()) {
            panel.layers.emplace_back(sampling_theory(here, style));
            panel.layers.emplace_back(dots(here, place_name(weights, phrases), style, phrases));
        }
    }
    if (panel.layers.empty()) {
        return std::nullopt;
    }
    Chart chart{.title = phrases("Does gradient noise fall as 1/B?")};
    chart.description =
        phrases("Variance of the gradients of random batches against the size of the batch.");
    chart.caption = phrases(
        "Dots: the variance, summed over the parameters, of the mean gradients of random batches "
        "at the weights of one run each. Lines: S (1/B - 1/N), as sampling theory has it for N "
        "examples, with S as fits the dots.");
    chart.panels.push_back(std::move(panel));
    return chart;
}

}  // namespace batchscope
