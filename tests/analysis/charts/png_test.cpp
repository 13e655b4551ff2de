#include "analysis/charts/png.hpp"

#include <cairo.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "analysis/charts/svg.hpp"
#include "core/error.hpp"
#include "sample_charts.hpp"

namespace batchscope::tests_of_png {
namespace {

/// Big-endian, at a place of the header.
unsigned header_number(const std::string& png, std::size_t place) {
    unsigned value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        value = value << 8U | static_cast<unsigned char>(png[place + i]);
    }
    return value;
}

/// The pixels of a PNG, row by row, 0xRRGGBB.
std::vector<unsigned> pixels_of(const std::string& png) {
    struct Source {
        const std::string* bytes;
        std::size_t place;
    } source{&png, 0};
    cairo_surface_t* surface = cairo_image_surface_create_from_png_stream(
        [](void* closure, unsigned char* data, unsigned length) {
            auto& from = *static_cast<Source*>(closure);
            if (from.place + length > from.bytes->size()) {
                return CAIRO_STATUS_READ_ERROR;
            }
            std::copy_n(from.bytes->data() + from.place, length, data);
            from.place += length;
            return CAIRO_STATUS_SUCCESS;
        },
        &source);
    EXPECT_EQ(cairo_surface_status(surface), CAIRO_STATUS_SUCCESS);
    const int width = cairo_image_surface_get_width(surface);
    const int height = cairo_image_surface_get_height(surface);
    const int stride = cairo_image_surface_get_stride(surface) / 4;
    const auto* data = reinterpret_cast<const unsigned*>(cairo_image_surface_get_data(surface));
    std::vector<unsigned> pixels;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            pixels.push_back(data[y * stride + x] & 0xFFFFFFU);
        }
    }
    cairo_surface_destroy(surface);
    return pixels;
}

TEST(RenderPng, HasTheSizeOfTheViewBoxTimesTheScale) {
    const SvgChart svg = render_svg(sample_charts().front().chart);
    for (const double scale : {1.0, 2.0, 3.5}) {
        const std::string png = render_png(svg.text, scale);
        ASSERT_GT(png.size(), 33U);
        EXPECT_EQ(png.substr(0, 8), "\x89PNG\r\n\x1a\n");
        EXPECT_EQ(header_number(png, 16), std::ceil(svg.width * scale));
        EXPECT_EQ(header_number(png, 20), std::ceil(svg.height * scale));
    }
}

TEST(RenderPng, ShowsEveryChartOnWhite) {
    for (const SampleChart& sample : sample_charts()) {
        if (sample.name == "thousand-runs") {
            continue;  // takes seconds, shows nothing new
        }
        const auto pixels = pixels_of(render_png(render_svg(sample.chart).text, 1));
        EXPECT_EQ(pixels.front(), 0xFFFFFFU) << sample.name;
        EXPECT_EQ(pixels.back(), 0xFFFFFFU) << sample.name;
        EXPECT_GE(std::set<unsigned>(pixels.begin(), pixels.end()).size(), 10U) << sample.name;
        EXPECT_GE(pixels.size() -
                      static_cast<std::size_t>(std::count(pixels.begin(), pixels.end(), 0xFFFFFFU)),
                  pixels.size() / 100)
            << sample.name;
    }
}

TEST(RenderPng, DrawsAMarkInItsColour) {
    Panel panel;
    panel.layers = {PointLayer{.style = {.colour = {0x12, 0x34, 0x56}, .marker = Marker::square},
                               .points = {{1, 1, ""}}}};
    const auto pixels = pixels_of(render_png(render_svg({.panels = {panel}}).text, 4));
    EXPECT_GE(std::count(pixels.begin(), pixels.end(), 0x123456U), 100);
}

TEST(RenderPng, TellsWhatIsWrong) {
    EXPECT_THROW(static_cast<void>(render_png("")), Error);
    EXPECT_THROW(static_cast<void>(render_png("<svg")), Error);
    EXPECT_THROW(static_cast<void>(render_png("<svg xmlns=\"http://www.w3.org/2000/svg\"/>")),
                 Error);
    const std::string svg = render_svg({}).text;
    EXPECT_THROW(static_cast<void>(render_png(svg, 0)), Error);
    EXPECT_THROW(static_cast<void>(render_png(svg, -1)), Error);
    EXPECT_THROW(static_cast<void>(render_png(svg, std::nan(""))), Error);
    try {
        static_cast<void>(render_png(svg, 1e6));
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(error.problem().find("32767"), std::string::npos);
        EXPECT_FALSE(error.remedy().empty());
    }
}

}  // namespace
}  // namespace batchscope::tests_of_png
