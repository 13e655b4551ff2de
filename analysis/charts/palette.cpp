#include "analysis/charts/palette.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace batchscope {

namespace {

double linear_light(std::uint8_t channel) {
    const double value = channel / 255.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double relative_luminance(Colour colour) {
    return 0.2126 * linear_light(colour.red) + 0.7152 * linear_light(colour.green) +
           0.0722 * linear_light(colour.blue);
}

std::uint8_t between(std::uint8_t low, std::uint8_t high, double fraction) {
    return static_cast<std::uint8_t>(std::lround(low + (high - low) * fraction));
}

/// Viridis at 0, 1/8, ..., 1.
constexpr std::array<Colour, 9> viridis_colours{{{0x44, 0x01, 0x54},
                                                 {0x47, 0x2D, 0x7B},
                                                 {0x3B, 0x52, 0x8B},
                                                 {0x2C, 0x72, 0x8E},
                                                 {0x21, 0x91, 0x8C},
                                                 {0x28, 0xAE, 0x80},
                                                 {0x5E, 0xC9, 0x62},
                                                 {0xAD, 0xDC, 0x30},
                                                 {0xFD, 0xE7, 0x25}}};

/// Beyond it viridis has less than 3:1 on white.
constexpr double darkest_part_of_viridis = 0.56;

constexpr std::array filled_markers{Marker::circle, Marker::square, Marker::triangle,
                                    Marker::diamond, Marker::inverted_triangle};

}  // namespace

double contrast(Colour one, Colour other) {
    const double first = relative_luminance(one) + 0.05;
    const double second = relative_luminance(other) + 0.05;
    return std::max(first, second) / std::min(first, second);
}

Colour text_colour_on(Colour background) {
    return contrast(black, background) >= contrast(white, background) ? black : white;
}

Style factor_style(std::size_t index) {
    // Blue, vermilion, bluish green, reddish purple, black. Orange, sky blue and yellow of the same
    // palette are too light for lines on white.
    constexpr std::array<Colour, 5> colours{
        {{0x00, 0x72, 0xB2}, {0xD5, 0x5E, 0x00}, {0x00, 0x9E, 0x73}, {0xCC, 0x79, 0xA7}, black}};
    constexpr std::array markers{Marker::circle,
                                 Marker::square,
                                 Marker::triangle,
                                 Marker::diamond,
                                 Marker::inverted_triangle,
                                 Marker::plus,
                                 Marker::cross};
    constexpr std::array dashes{Dash::solid, Dash::dashed, Dash::dotted, Dash::dash_dotted};
    return {.colour = colours[index % colours.size()],
            .marker = markers[index % markers.size()],
            .dash = dashes[index % dashes.size()]};
}

Colour viridis(double fraction) {
    if (std::isnan(fraction)) {
        return light_grey;
    }
    const double place = std::clamp(fraction, 0.0, 1.0) * (viridis_colours.size() - 1);
    const auto below = std::min(static_cast<std::size_t>(place), viridis_colours.size() - 2);
    const Colour& low = viridis_colours[below];
    const Colour& high = viridis_colours[below + 1];
    const double part = place - static_cast<double>(below);
    return {between(low.red, high.red, part), between(low.green, high.green, part),
            between(low.blue, high.blue, part)};
}

Style ordered_style(std::size_t index, std::size_t count) {
    constexpr std::array dashes{Dash::solid, Dash::dashed, Dash::dash_dotted};
    const double fraction =
        count < 2 ? 0.0 : static_cast<double>(index) / static_cast<double>(count - 1);
    return {.colour = viridis(darkest_part_of_viridis * fraction),
            .marker = filled_markers[index % filled_markers.size()],
            .dash = dashes[index % dashes.size()]};
}

Style outcome_style(Outcome outcome) {
    switch (outcome) {
        case Outcome::better:
            return {.colour = {0x00, 0x72, 0xB2}, .marker = Marker::triangle};
        case Outcome::worse:
            return {.colour = {0xD5, 0x5E, 0x00}, .marker = Marker::inverted_triangle};
        case Outcome::equivalent:
            return {.colour = black, .marker = Marker::square};
        case Outcome::undecided:
            break;
    }
    return {.colour = {0x76, 0x76, 0x76}, .marker = Marker::circle};
}

}  // namespace batchscope
