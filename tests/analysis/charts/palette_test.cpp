#include "analysis/charts/palette.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <tuple>

namespace batchscope::tests_of_palette {
namespace {

TEST(Contrast, IsThatOfWcag) {
    EXPECT_DOUBLE_EQ(contrast(black, white), 21);
    EXPECT_DOUBLE_EQ(contrast(white, black), 21);
    EXPECT_DOUBLE_EQ(contrast(white, white), 1);
    EXPECT_NEAR(contrast({0x76, 0x76, 0x76}, white), 4.54, 0.005);
    EXPECT_NEAR(contrast({0xFF, 0, 0}, white), 3.998, 0.001);
}

TEST(FactorStyle, IsSeenOnWhiteAndTellsManyFactorsApart) {
    std::set<std::tuple<int, int, int, Marker, Dash>> looks;
    for (std::size_t i = 0; i < 140; ++i) {
        const Style style = factor_style(i);
        EXPECT_GE(contrast(style.colour, white), 3) << i;
        looks.emplace(style.colour.red, style.colour.green, style.colour.blue, style.marker,
                      style.dash);
    }
    EXPECT_EQ(looks.size(), 140U);
}

TEST(FactorStyle, NeighboursDifferWithoutColour) {
    for (std::size_t i = 0; i < 20; ++i) {
        EXPECT_NE(factor_style(i).marker, factor_style(i + 1).marker);
        EXPECT_NE(factor_style(i).dash, factor_style(i + 1).dash);
    }
}

TEST(OrderedStyle, IsSeenOnWhiteAndGetsLighter) {
    for (std::size_t count = 1; count <= 14; ++count) {
        for (std::size_t i = 0; i < count; ++i) {
            const double here = contrast(ordered_style(i, count).colour, white);
            EXPECT_GE(here, 3) << i << " of " << count;
            if (i > 0) {
                EXPECT_LT(here, contrast(ordered_style(i - 1, count).colour, white));
            }
        }
    }
}

TEST(Viridis, RunsFromDarkToLightAndStaysWithinItsEnds) {
    EXPECT_EQ(viridis(0), (Colour{0x44, 0x01, 0x54}));
    EXPECT_EQ(viridis(1), (Colour{0xFD, 0xE7, 0x25}));
    EXPECT_EQ(viridis(-3), viridis(0));
    EXPECT_EQ(viridis(std::numeric_limits<double>::infinity()), viridis(1));
    EXPECT_EQ(viridis(std::numeric_limits<double>::quiet_NaN()), light_grey);
    for (int i = 1; i <= 100; ++i) {
        EXPECT_LT(contrast(viridis(i / 100.0), white), contrast(viridis((i - 1) / 100.0), white));
    }
}

TEST(TextColourOn, IsReadOnEveryColour) {
    for (int red = 0; red < 256; red += 15) {
        for (int green = 0; green < 256; green += 15) {
            const Colour colour{static_cast<std::uint8_t>(red), static_cast<std::uint8_t>(green),
                                100};
            EXPECT_GE(contrast(text_colour_on(colour), colour), 4.5);
        }
    }
}

TEST(Greys, AreReadAsPromised) {
    EXPECT_GE(contrast(dark_grey, white), 7);
    EXPECT_GE(contrast(middle_grey, white), 3);
}

TEST(Outcome, HasAStyleOfItsOwn) {
    std::set<Marker> markers;
    for (const Outcome outcome :
         {Outcome::better, Outcome::worse, Outcome::equivalent, Outcome::undecided}) {
        markers.insert(outcome_style(outcome).marker);
        EXPECT_GE(contrast(outcome_style(outcome).colour, white), 3);
    }
    EXPECT_EQ(markers.size(), 4U);
}

}  // namespace
}  // namespace batchscope::tests_of_palette
