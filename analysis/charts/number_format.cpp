#include "analysis/charts/number_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace batchscope {

namespace {

constexpr std::string_view minus = "\u2212";

std::string superscript(int exponent) {
    constexpr std::array<std::string_view, 10> digits{"⁰", "¹", "²", "³", "⁴",
                                                      "⁵", "⁶", "⁷", "⁸", "⁹"};
    std::string text;
    for (const char character : std::to_string(exponent)) {
        text += character == '-' ? std::string_view("⁻")
                                 : digits[static_cast<std::size_t>(character - '0')];
    }
    return text;
}

/// "12345.5" -> "12,345.5"; four digits, too, so that ticks of one axis look alike ("1,024").
std::string with_commas(std::string digits) {
    const std::size_t point = std::min(digits.find('.'), digits.size());
    for (std::size_t place = point; place > 3; place -= 3) {
        digits.insert(place - 3, 1, ',');
    }
    return digits;
}

std::string without_needless_zeros(std::string digits) {
    if (digits.find('.') != std::string::npos) {
        digits.erase(digits.find_last_not_of('0') + 1);
        if (digits.back() == '.') {
            digits.pop_back();
        }
    }
    return digits;
}

/// The size of a number: neither zero nor negative.
std::string size_text(double size, int significant) {
    const std::string scientific = fmt::format("{:.{}e}", size, significant - 1);
    const std::size_t e = scientific.find('e');
    const int exponent = std::stoi(scientific.substr(e + 1));
    const std::string mantissa = without_needless_zeros(scientific.substr(0, e));
    if (exponent >= 7 || exponent < -4) {
        return (mantissa == "1" ? "" : mantissa + "×") + "10" + superscript(exponent);
    }
    const int decimals = std::max(0, significant - 1 - exponent);
    // Digits beyond the significant ones are zeros, as those of 123,500 are.
    const double rounded = std::stod(scientific);
    return with_commas(without_needless_zeros(fmt::format("{:.{}f}", rounded, decimals)));
}

std::string with_sign(double value, const std::string& size, bool plus) {
    if (size.find_first_of("123456789") == std::string::npos) {
        return size;
    }
    return value < 0 ? std::string(minus) + size : (plus ? "+" + size : size);
}

double in_unit(double value, NumberFormat format) {
    return format == NumberFormat::percent || format == NumberFormat::points ? 100 * value : value;
}

std::string finished(double value, const std::string& size, NumberFormat format) {
    const bool plus = format == NumberFormat::signed_number || format == NumberFormat::points;
    return with_sign(value, size, plus) + (format == NumberFormat::percent ? "\u00A0%" : "");
}

}  // namespace

std::string format_number(double value, int significant) {
    if (std::isnan(value)) {
        return "–";
    }
    if (std::isinf(value)) {
        return value > 0 ? "∞" : std::string(minus) + "∞";
    }
    return value == 0 ? "0" : with_sign(value, size_text(std::abs(value), significant), false);
}

std::vector<std::string> linear_tick_labels(const std::vector<double>& ticks, NumberFormat format) {
    double step = std::numeric_limits<double>::infinity();
    double greatest = 0;
    for (std::size_t i = 0; i < ticks.size(); ++i) {
        greatest = std::max(greatest, std::abs(in_unit(ticks[i], format)));
        if (i > 0) {
            step = std::min(step, in_unit(ticks[i] - ticks[i - 1], format));
        }
    }
    if (ticks.size() < 2 || greatest >= 1e7 || step < 1e-4) {
        std::vector<std::string> labels;
        for (const double tick : ticks) {
            labels.push_back(single_tick_label(tick, format));
        }
        return labels;
    }
    // Steps are 1, 2 or 5 times a power of ten, so the first digit of the step is the last one.
    const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step) + 1e-9)));
    std::vector<std::string> labels;
    for (const double tick : ticks) {
        const double size = std::abs(in_unit(tick, format));
        labels.push_back(
            finished(tick, with_commas(fmt::format("{:.{}f}", size, decimals)), format));
    }
    return labels;
}

std::string single_tick_label(double tick, NumberFormat format) {
    const double value = in_unit(tick, format);
    if (value == 0 || !std::isfinite(value)) {
        return format_number(value);
    }
    // Nine digits hide the rounding of a fraction times a hundred and show any batch size whole.
    constexpr int digits = 9;
    return finished(tick, size_text(std::abs(value), digits), format);
}

}  // namespace batchscope
