#include "analysis/figures/chart_drawing.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

#include "analysis/figures/palette.hpp"
#include "analysis/figures/text_measure.hpp"
#include "core/error.hpp"
#include "drawn_shapes.hpp"
#include "gallery.hpp"

namespace batchscope {
namespace {

class EveryFigure : public testing::TestWithParam<GalleryFigure> {
  protected:
    /// Drawn once for all tests: a thousand runs take their time.
    static const Drawing& drawing() {
        static std::map<std::string, Drawing> drawings;
        const GalleryFigure& figure = GetParam();
        const auto found = drawings.find(figure.name);
        return found != drawings.end()
                   ? found->second
                   : drawings.emplace(figure.name, draw_chart(figure.chart, true, true))
                         .first->second;
    }
};

TEST_P(EveryFigure, KeepsAllTextWithinThePicture) {
    for (const TextShape& text : shapes_of<TextShape>(drawing())) {
        const Box box = text_box(text);
        EXPECT_GE(box.left, 0) << text.text;
        EXPECT_GE(box.top, 0) << text.text;
        EXPECT_LE(box.right, drawing().width) << text.text;
        EXPECT_LE(box.bottom, drawing().height) << text.text;
    }
}

TEST_P(EveryFigure, PutsNoTextOnAnother) {
    const auto texts = shapes_of<TextShape>(drawing());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            EXPECT_FALSE(overlap(text_box(texts[i]), text_box(texts[j])))
                << '"' << texts[i].text << "\" and \"" << texts[j].text << '"';
        }
    }
}

TEST_P(EveryFigure, KeepsAllMarksWithinThePicture) {
    const auto is_inside = [](const Position& position) {
        return position.x >= 0 && position.x <= drawing().width && position.y >= 0 &&
               position.y <= drawing().height;
    };
    for (const PathShape& path : shapes_of<PathShape>(drawing())) {
        for (const auto& part : path.parts) {
            EXPECT_GE(part.size(), 2U);
            for (const Position& position : part) {
                EXPECT_TRUE(is_inside(position)) << position.x << ' ' << position.y;
            }
        }
    }
    for (const MarkerShape& marker : shapes_of<MarkerShape>(drawing())) {
        EXPECT_TRUE(is_inside(marker.position));
    }
    for (const RectangleShape& shape : shapes_of<RectangleShape>(drawing())) {
        EXPECT_TRUE(is_inside({shape.box.left, shape.box.top}));
        EXPECT_TRUE(is_inside({shape.box.right, shape.box.bottom}));
        EXPECT_GE(shape.box.width(), 0);
        EXPECT_GE(shape.box.height(), 0);
    }
}

TEST_P(EveryFigure, HasLegibleText) {
    for (const TextShape& text : shapes_of<TextShape>(drawing())) {
        EXPECT_GE(text.size, 8);
        EXPECT_TRUE(text.colour == white || contrast(text.colour, white) >= 4.5);
    }
}

INSTANTIATE_TEST_SUITE_P(Gallery, EveryFigure, testing::ValuesIn(gallery()),
                         [](const auto& figure) {
                             std::string name = figure.param.name;
                             std::erase(name, '-');
                             return name;
                         });

TEST(DrawChart, LeavesOutTitleAndCaptionWhereThePageHasThem) {
    const Chart chart = comparison_figures().front().chart;
    const Drawing whole = draw_chart(chart, true, true);
    const Drawing bare = draw_chart(chart, false, false);
    EXPECT_GT(whole.height, bare.height + 40);
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
    panel.layers = {BandLayer{.x = {1, 2}, .low = {1, 2}, .high = {}}};
    EXPECT_THROW(static_cast<void>(draw_chart({.panels = {panel}}, true, true)), Error);
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
    panel.layers = {BandLayer{.name = "fit", .x = {0, 1}, .low = {0, 0}, .high = {1, 1}},
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
}  // namespace batchscope
