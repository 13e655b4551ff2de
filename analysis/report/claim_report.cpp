#include "analysis/report/claim_report.hpp"

#include <fmt/format.h>

#include <cmath>

#include "analysis/report/table.hpp"

namespace batchscope {

namespace {

std::string quadrant_table(const std::vector<TrainingQuadrant>& quadrants, const Phrases& phrases) {
    TextTable table({phrases("batch"), phrases("train loss"), phrases("validation loss"),
                     phrases("training"), phrases("train loss, start to end"),
                     phrases("s per batch")});
    for (const TrainingQuadrant& quadrant : quadrants) {
        table.add_row({fmt::format("{}", quadrant.batch_size), trend_text(quadrant.train, phrases),
                       trend_text(quadrant.validation, phrases),
                       state_text(quadrant.state, phrases), start_to_end_text(quadrant),
                       seconds_per_batch_text(quadrant)});
    }
    return table.text();
}

std::string claim_line(const Claim& claim, const ClaimDecision& decision, const Phrases& phrases) {
    std::string line = fmt::format(
        "{} {} {}: {}, {}", glyph(decision.outcome), claim.id, claim_text(claim, phrases),
        outcome_text(decision.outcome, phrases), because_text(decision.because, phrases));
    if (decision.outcome != ClaimOutcome::not_tested && !decision.numbers.empty()) {
        line += fmt::format(" ({})", claim_number_text(decision.numbers.front(), phrases));
    }
    return line;
}

}  // namespace

std::string start_to_end_text(const TrainingQuadrant& quadrant) {
    return std::isfinite(quadrant.relative_change)
               ? fmt::format("{:.4g} → {:.4g} ({:+.0f} %)", quadrant.first_train_loss,
                             quadrant.last_train_loss, 100 * quadrant.relative_change)
               : std::string("-");
}

std::string seconds_per_batch_text(const TrainingQuadrant& quadrant) {
    return std::isfinite(quadrant.seconds_per_batch)
               ? fmt::format("{:.3g}", quadrant.seconds_per_batch)
               : std::string("-");
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

std::string state_text(TrainingState state, const Phrases& phrases) {
    switch (state) {
        case TrainingState::still_learning:
            return phrases("still learning");
        case TrainingState::overfitting:
            return phrases("overfitting");
        case TrainingState::converged:
            return phrases("converged");
        case TrainingState::failing:
            return phrases("failing");
        case TrainingState::unclear:
            break;
    }
    return phrases("unclear");
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

std::string claim_report(const RecipeAnswers& answers, const std::vector<Claim>& claims,
                         const Phrases& phrases) {
    std::string text;
    bool any_for_this_recipe = false;
    for (std::size_t i = 0; i < answers.claims.size(); ++i) {
        text += wrapped(claim_line(claims[i], answers.claims[i], phrases), 5);
        any_for_this_recipe =
            any_for_this_recipe || (answers.claims[i].for_this_recipe &&
                                    answers.claims[i].outcome != ClaimOutcome::not_tested);
    }
    if (any_for_this_recipe) {
        text +=
            wrapped(phrases("These answers are for this recipe: with a learning rate tuned at each "
                            "batch size they may differ."),
                    0);
    }
    if (!answers.quadrants.empty()) {
        text += phrases("Losses over the last third of training:") + '\n';
        text += quadrant_table(answers.quadrants, phrases);
    }
    return text;
}

}  // namespace batchscope
