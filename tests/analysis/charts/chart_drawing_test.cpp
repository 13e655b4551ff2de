#include "analysis/charts/chart_drawing.hpp"

#include <gtest/gtest.h>

#include <string>

#include "chart_checks.hpp"
#include "core/error.hpp"
#include "drawn_shapes.hpp"
#include "sample_charts.hpp"

namespace batchscope::tests_of_chart_drawing {
namespace {

class EveryChart : public testing::TestWithParam<SampleChart> {};

TEST_P(EveryChart, CanBeRead) {
    expect_readable(draw_chart(GetParam().chart, true, true));
}

INSTANTIATE_TEST_SUITE_P(Samples, EveryChart, testing::ValuesIn(sample_charts()),
                         [](const auto& sample) {
                             std::string name = sample.param.name;
                             std::erase(name, '-');
                             return name;
                         });

TEST(DrawChart, LeavesOutTitleAndCaptionWhereThePageHasThem) {
    const Chart chart = sample_charts().front().chart;
    const Drawing whole = draw_chart(chart, true, true);
    const Drawing bare = draw_chart(chart, false, false);
    EXPECT_GT(whole.height, bare.height + 30);
    for (const TextShape& text : shapes_of<TextShape>(bare)) {
        EXPECT_NE(text.text, chart.title);
    }
}

TEST(DrawChart, OfNothingIsStillAPicture) {
    const Drawing drawing = draw_chart({}, true, true);
    EXPECT_GT(drawing.width, 0);
    EXPECT_GT(drawing.height, 0);
    EXPECT_NO_THROW(static_cast<void>(draw_chart({.panels = {Panel{}}}, true, true)));
}

TEST(DrawChart, TellsOfColumnsOfDifferentLength) {
    Panel panel;
    panel.layers = {LineLayer{.name = "loss", .x = {1, 2}, .y = {1}}};
    try {
        static_cast<void>(draw_chart({.title = "curves", .panels = {panel}}, true, true));
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(error.problem().find("curves"), std::string::npos);
        EXPECT_NE(error.problem().find("loss"), std::string::npos);
    }
}

TEST(DrawChart, WritesNoNumbersAtAxesWithoutMarks) {
    Panel panel;
    panel.empty_text = "nothing";
    const auto texts = shapes_of<TextShape>(draw_chart({.panels = {panel}}, true, true));
    ASSERT_EQ(texts.size(), 1U);
    EXPECT_EQ(texts[0].text, "nothing");
}

TEST(DrawChart, GivesLayersOfOneNameOneEntryInTheLegend) {
    Panel panel;
    panel.layers = {SpanLayer{.name = "fit", .low = 0, .high = 1},
                    LineLayer{.name = "fit", .x = {0, 1}, .y = {0, 1}},
                    LineLayer{.x = {0, 1}, .y = {1, 0}}};
    std::size_t entries = 0;
    for (const TextShape& text :
         shapes_of<TextShape>(draw_chart({.panels = {panel, panel}}, true, true))) {
        entries += text.text == "fit" ? 1 : 0;
    }
    EXPECT_EQ(entries, 1U);
}

TEST(DrawChart, SharesRangesOnDemand) {
    Panel small;
    small.layers = {
        PointLayer{.style = {.colour = test_colour}, .points = {{0, 0, ""}, {1, 1, ""}}}};
    Panel large = small;
    large.layers = {
        PointLayer{.style = {.colour = test_colour}, .points = {{0, 0, ""}, {1, 100, ""}}}};
    const auto heights = [&](bool share) {
        const auto markers = shapes_of<MarkerShape>(
            draw_chart({.panels = {small, large}, .columns = 2, .share_y = share}, false, false));
        return std::pair{markers[0].position.y - markers[1].position.y,
                         markers[2].position.y - markers[3].position.y};
    };
    EXPECT_DOUBLE_EQ(heights(false).first, heights(false).second);
    EXPECT_NEAR(heights(true).first * 100, heights(true).second, 1e-6);
}

}  // namespace
}  // namespace batchscope::tests_of_chart_drawing
