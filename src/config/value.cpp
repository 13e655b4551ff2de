#include "config/value.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <system_error>
#include <type_traits>

namespace batchscope {

namespace {

bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

/// Digits, at most one point, an exponent; no sign, no inf, nan or hexadecimal.
bool looks_like_number(std::string_view text) {
    std::size_t position = 0;
    const auto skip_digits = [&] {
        const std::size_t first = position;
        while (position < text.size() && is_digit(text[position])) {
            ++position;
        }
        return position - first;
    };
    std::size_t digits = skip_digits();
    if (position < text.size() && text[position] == '.') {
        ++position;
        digits += skip_digits();
    }
    if (digits == 0) {
        return false;
    }
    if (position < text.size() && (text[position] == 'e' || text[position] == 'E')) {
        ++position;
        if (position < text.size() && (text[position] == '+' || text[position] == '-')) {
            ++position;
        }
        if (skip_digits() == 0) {
            return false;
        }
    }
    return position == text.size();
}

/// std::from_chars takes no leading plus.
std::string_view without_plus(std::string_view text) {
    return text.starts_with('+') ? text.substr(1) : text;
}

void require_number_form(std::string_view text, const char* kind) {
    if (text.empty()) {
        throw std::invalid_argument("is empty");
    }
    const bool is_signed = text.front() == '+' || text.front() == '-';
    if (!looks_like_number(text.substr(is_signed ? 1 : 0))) {
        throw std::invalid_argument(fmt::format("'{}' is not {}", text, kind));
    }
}

/// Readers of YAML 1.1 take these words for something else than text.
bool is_reserved_word(std::string_view text) {
    constexpr std::array<std::string_view, 9> words{"true", "false", "yes", "no", "on",
                                                    "off",  "null",  "y",   "n"};
    std::string lower{text};
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char character) { return std::tolower(character); });
    return std::find(words.begin(), words.end(), lower) != words.end();
}

bool is_plain_text(std::string_view text) {
    const auto is_letter = [](char character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
    };
    const auto is_safe = [&](char character) {
        return is_letter(character) || is_digit(character) ||
               std::string_view{"._+/-"}.find(character) != std::string_view::npos;
    };
    return !text.empty() && (is_letter(text.front()) || text.front() == '/') &&
           std::all_of(text.begin(), text.end(), is_safe) && !is_reserved_word(text);
}

std::string yaml_text(const std::string& text) {
    if (is_plain_text(text)) {
        return text;
    }
    std::string quoted = "\"";
    for (const char character : text) {
        if (character == '"' || character == '\\') {
            quoted += '\\';
            quoted += character;
        } else if (static_cast<unsigned char>(character) < 0x20 || character == 0x7f) {
            quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(character));
        } else {
            quoted += character;
        }
    }
    return quoted + '"';
}

std::string yaml_number(double value) {
    std::string text = format_number(value);
    const auto exponent = text.find('e');
    if (exponent != std::string::npos && text.find('.') == std::string::npos) {
        text.insert(exponent, ".0");
    }
    return text;
}

}  // namespace

double parse_number(std::string_view text) {
    require_number_form(text, "a number");
    const std::string_view digits = without_plus(text);
    double value = 0.0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc::result_out_of_range) {
        throw std::invalid_argument(
            fmt::format("'{}' is beyond what a 64-bit floating-point number can hold", text));
    }
    if (error != std::errc{} || end != digits.data() + digits.size()) {
        throw std::invalid_argument(fmt::format("'{}' is not a number", text));
    }
    return value + 0.0;  // -0 becomes 0: one spelling for one value
}

std::int64_t parse_integer(std::string_view text) {
    require_number_form(text, "an integer");
    const std::string_view digits = without_plus(text);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc::result_out_of_range) {
        throw std::invalid_argument(
            fmt::format("'{}' is beyond what a 64-bit integer can hold", text));
    }
    if (error == std::errc{} && end == digits.data() + digits.size()) {
        return value;
    }
    const double number = parse_number(text);
    if (number != std::trunc(number)) {
        throw std::invalid_argument(fmt::format("'{}' is not an integer", text));
    }
    constexpr double largest_exact = 0x1.0p53;
    if (std::abs(number) > largest_exact) {
        throw std::invalid_argument(
            fmt::format("'{}' is too large to be taken for an exact integer", text));
    }
    return static_cast<std::int64_t>(number);
}

bool parse_boolean(std::string_view text) {
    if (text == "true") {
        return true;
    }
    if (text == "false") {
        return false;
    }
    throw std::invalid_argument(text.empty() ? std::string{"is empty"}
                                             : fmt::format("'{}' is not true or false", text));
}

std::string format_number(double value) {
    return fmt::format("{}", value);
}

std::string format_value(const Value& value) {
    return std::visit(
        [](const auto& held) -> std::string {
            using Held = std::decay_t<decltype(held)>;
            if constexpr (std::is_same_v<Held, std::monostate>) {
                return "auto";
            } else if constexpr (std::is_same_v<Held, std::vector<std::int64_t>> ||
                                 std::is_same_v<Held, std::vector<double>> ||
                                 std::is_same_v<Held, std::vector<std::string>>) {
                return fmt::format("[{}]", fmt::join(held, ","));
            } else {
                return fmt::format("{}", held);
            }
        },
        value);
}

std::string yaml_value(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) {
        return yaml_text(*text);
    }
    if (const auto* number = std::get_if<double>(&value)) {
        return yaml_number(*number);
    }
    if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&value)) {
        return fmt::format("[{}]", fmt::join(*integers, ", "));
    }
    std::vector<std::string> texts;
    if (const auto* numbers = std::get_if<std::vector<double>>(&value)) {
        std::transform(numbers->begin(), numbers->end(), std::back_inserter(texts), yaml_number);
        return fmt::format("[{}]", fmt::join(texts, ", "));
    }
    if (const auto* names = std::get_if<std::vector<std::string>>(&value)) {
        std::transform(names->begin(), names->end(), std::back_inserter(texts), yaml_text);
        return fmt::format("[{}]", fmt::join(texts, ", "));
    }
    return format_value(value);
}

}  // namespace batchscope
