#pragma once

#include <gtest/gtest.h>

#include "analysis/charts/palette.hpp"
#include "tests/analysis/charts/drawn_shapes.hpp"

namespace batchscope {

/// No text on another or beyond the picture, none too small or too pale, and all marks within it.
inline void expect_readable(const Drawing& drawing) {
    const auto is_inside = [&drawing](const Position& position) {
        return position.x >= 0 && position.x <= drawing.width && position.y >= 0 &&
               position.y <= drawing.height;
    };
    const auto expect_inside = [&is_inside](const Box& box, const std::string& what) {
        EXPECT_TRUE(is_inside({box.left, box.top}) && is_inside({box.right, box.bottom})) << what;
        EXPECT_GE(box.width(), 0) << what;
        EXPECT_GE(box.height(), 0) << what;
    };
    const auto texts = shapes_of<TextShape>(drawing);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        expect_inside(text_box(texts[i]), texts[i].text);
        EXPECT_GE(texts[i].size, 8) << texts[i].text;
        EXPECT_TRUE(texts[i].colour == white || contrast(texts[i].colour, white) >= 4.5)
            << texts[i].text;
        for (std::size_t j = 0; j < i; ++j) {
            EXPECT_FALSE(overlap(text_box(texts[i]), text_box(texts[j])))
                << '"' << texts[i].text << "\" and \"" << texts[j].text << '"';
        }
    }
    for (const PathShape& path : shapes_of<PathShape>(drawing)) {
        for (const auto& part : path.parts) {
            EXPECT_GE(part.size(), 2U);
            for (const Position& position : part) {
                EXPECT_TRUE(is_inside(position)) << position.x << ' ' << position.y;
            }
        }
    }
    for (const MarkerShape& marker : shapes_of<MarkerShape>(drawing)) {
        EXPECT_TRUE(is_inside(marker.position));
    }
    for (const RectangleShape& shape : shapes_of<RectangleShape>(drawing)) {
        expect_inside(shape.box, "a rectangle");
    }
}

}  // namespace batchscope
