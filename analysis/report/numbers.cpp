#include "analysis/report/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace batchscope {

namespace {

/// Two decimals of a point of accuracy are half the standard error of 5,000 examples.
std::string number(double value, const ComparedFigure& figure, bool with_sign) {
    if (std::isnan(value)) {
        return "n/a";
    }
    if (is_in_points(figure)) {
        return with_sign ? fmt::format("{:+.2f}", 100 * value) : fmt::format("{:.2f}", 100 * value);
    }
    return with_sign ? fmt::format("{:+.4g}", value) : fmt::format("{:.4g}", value);
}

/// Of the leading digit: 0.05 has -2; 0 for 0.
int exponent_of(double value) {
    return value == 0 ? 0 : static_cast<int>(std::floor(std::log10(std::abs(value))));
}

}  // namespace

bool is_in_points(const ComparedFigure& figure) {
    return std::string_view(figure.name).ends_with("accuracy");
}

std::string change_text(double change, const ComparedFigure& figure) {
    return number(change, figure, true);
}

std::string width_text(double width, const ComparedFigure& figure) {
    return number(width, figure, false);
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

}  // namespace batchscope
