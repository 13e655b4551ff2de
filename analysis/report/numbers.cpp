#include "analysis/report/numbers.hpp"

#include <fmt/format.h>

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
