#include "analysis/charts/svg.hpp"

#include <glib.h>
#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <set>

#include "analysis/charts/svg_shapes.hpp"
#include "core/error.hpp"
#include "sample_charts.hpp"

namespace batchscope::tests_of_svg {
namespace {

/// What a parser finds in an SVG text.
struct Content {
    std::map<std::string, int> elements;
    std::set<std::string> attributes;
    std::vector<std::string> values;
    std::vector<std::string> ids;
    std::string text;
    std::string error;
};

Content parsed(const std::string& svg) {
    Content content;
    const GMarkupParser parser{
        [](GMarkupParseContext*, const gchar* element, const gchar** names, const gchar** values,
           gpointer data, GError**) {
            auto& found = *static_cast<Content*>(data);
            ++found.elements[element];
            for (; *names != nullptr; ++names, ++values) {
                found.attributes.insert(*names);
                found.values.emplace_back(*values);
                if (std::string(*names) == "id") {
                    found.ids.emplace_back(*values);
                }
            }
        },
        nullptr,
        [](GMarkupParseContext*, const gchar* text, gsize length, gpointer data, GError**) {
            static_cast<Content*>(data)->text.append(text, length);
        },
        nullptr, nullptr};
    GMarkupParseContext* context =
        g_markup_parse_context_new(&parser, G_MARKUP_PREFIX_ERROR_POSITION, &content, nullptr);
    GError* error = nullptr;
    if (g_markup_parse_context_parse(context, svg.data(), static_cast<gssize>(svg.size()),
                                     &error) == FALSE ||
        g_markup_parse_context_end_parse(context, &error) == FALSE) {
        content.error = error->message;
        g_error_free(error);
    }
    g_markup_parse_context_free(context);
    return content;
}

const Chart& chart_named(const std::string& name) {
    for (const SampleChart& sample : sample_charts()) {
        if (sample.name == name) {
            return sample.chart;
        }
    }
    throw std::out_of_range(name);
}

TEST(RenderSvg, IsWellFormedAndHasOnlyHarmlessParts) {
    const std::set<std::string> harmless{"svg",  "title", "desc",   "g",
                                         "rect", "path",  "circle", "text"};
    for (const SampleChart& sample : sample_charts()) {
        for (const bool standalone : {false, true}) {
            const Content content = parsed(
                render_svg(sample.chart, {.id_prefix = sample.name, .standalone = standalone})
                    .text);
            EXPECT_EQ(content.error, "") << sample.name;
            for (const auto& [element, count] : content.elements) {
                EXPECT_EQ(harmless.count(element), 1U) << element;
            }
            for (const std::string& attribute : content.attributes) {
                EXPECT_NE(attribute, "href");
                EXPECT_NE(attribute, "style");
                EXPECT_NE(attribute, "class");
                EXPECT_FALSE(attribute.starts_with("on"));
            }
            for (const std::string& value : content.values) {
                EXPECT_EQ(value.find("url("), std::string::npos);
                EXPECT_EQ(value.find("nan"), std::string::npos);
                EXPECT_EQ(value.find("inf"), std::string::npos);
            }
        }
    }
}

TEST(RenderSvg, ShowsHostileTextAsText) {
    const SvgChart svg = render_svg(chart_named("hostile"));
    EXPECT_EQ(svg.text.find("<script"), std::string::npos);
    EXPECT_EQ(svg.text.find("</script"), std::string::npos);
    EXPECT_EQ(svg.text.find("<!--"), std::string::npos);
    EXPECT_EQ(svg.text.find("<!["), std::string::npos);
    const Content content = parsed(svg.text);
    EXPECT_NE(content.text.find("\"><script>alert(2)</script>"), std::string::npos);
    EXPECT_NE(content.text.find("&amp;<!--"), std::string::npos) << "no entity is read twice";
    EXPECT_NE(content.text.find("한국어로"), std::string::npos);
}

TEST(RenderSvg, HasIdsOfItsOwn) {
    std::set<std::string> ids;
    std::size_t count = 0;
    for (const SampleChart& sample : sample_charts()) {
        for (const std::string& id :
             parsed(render_svg(sample.chart, {.id_prefix = sample.name}).text).ids) {
            EXPECT_TRUE(id.starts_with(sample.name + "-"));
            ids.insert(id);
            ++count;
        }
    }
    EXPECT_EQ(ids.size(), count);
    EXPECT_GE(count, 2 * sample_charts().size());
}

TEST(RenderSvg, RefusesAPrefixThatIsNone) {
    for (const char* prefix : {"", "1a", "a b", "a\"b", "ä", "-a"}) {
        EXPECT_THROW(static_cast<void>(render_svg({}, {.id_prefix = prefix})), Error) << prefix;
    }
    EXPECT_NO_THROW(static_cast<void>(render_svg({}, {.id_prefix = "F1_steps-to"})));
}

TEST(RenderSvg, TellsScreenReadersWhatItShows) {
    Chart chart{.title = "Title", .caption = "Caption", .description = "Description"};
    const std::string svg = render_svg(chart, {.title = false, .caption = false}).text;
    EXPECT_NE(svg.find("role=\"img\""), std::string::npos);
    EXPECT_NE(svg.find("aria-labelledby=\"chart-title chart-description\""), std::string::npos);
    EXPECT_NE(svg.find("<title id=\"chart-title\">Title</title>"), std::string::npos);
    EXPECT_NE(svg.find("<desc id=\"chart-description\">Description</desc>"), std::string::npos);
    chart.description.clear();
    EXPECT_NE(render_svg(chart).text.find("-description\">Caption</desc>"), std::string::npos);
}

TEST(RenderSvg, ShowsHoverTextOnItsMark) {
    Panel panel;
    panel.layers = {
        PointLayer{.style = {.marker = Marker::circle}, .points = {{1, 2, "B = 16\nseed < 2"}}}};
    const std::string svg = render_svg({.panels = {panel}}).text;
    EXPECT_NE(svg.find("><title>B = 16\nseed &lt; 2</title></circle>"), std::string::npos);
}

TEST(RenderSvg, FitsIntoAPageAndStandsAlone) {
    const Chart& chart = chart_named("korean");
    const SvgChart element = render_svg(chart);
    EXPECT_TRUE(element.text.starts_with("<svg "));
    EXPECT_NE(element.text.find("width=\"100%\""), std::string::npos);
    EXPECT_NE(element.text.find("viewBox=\"0 0 360 "), std::string::npos);
    EXPECT_EQ(element.width, 360);
    EXPECT_NE(element.text.find("NanumGothic"), std::string::npos);
    const SvgChart file = render_svg(chart, {.standalone = true});
    EXPECT_TRUE(file.text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg "));
    EXPECT_NE(file.text.find("width=\"540\""), std::string::npos);
}

TEST(RenderSvg, StaysSmallForAThousandRuns) {
    const SvgChart svg = render_svg(chart_named("thousand-runs"));
    EXPECT_LT(svg.text.size(), 1'600'000U);
    EXPECT_GT(svg.text.size(), 600'000U);
}

TEST(RenderSvg, CountsHiddenValues) {
    Panel panel;
    panel.y.scale = AxisScale::log10;
    panel.layers = {LineLayer{.x = {1, 2, 3}, .y = {1, 0, 2}}};
    EXPECT_EQ(render_svg({.panels = {panel}}).hidden_values, 1U);
}

TEST(SvgNumber, IsRoundedToHundredthsAndShort) {
    EXPECT_EQ(svg_number(0), "0");
    EXPECT_EQ(svg_number(-0.001), "0");
    EXPECT_EQ(svg_number(12), "12");
    EXPECT_EQ(svg_number(0.5), ".5");
    EXPECT_EQ(svg_number(-0.05), "-.05");
    EXPECT_EQ(svg_number(3.14159), "3.14");
    EXPECT_EQ(svg_number(-1.999), "-2");
}

TEST(SvgShapes, RelativePathsEndWhereTheyShould) {
    // A third of a unit a step: rounded one by one, a thousand of them would be off by three.
    PathShape path{.parts = {{}}, .stroke = Stroke{}};
    for (int i = 0; i <= 1000; ++i) {
        path.parts[0].push_back({i / 3.0, 10.0 - i / 300.0});
    }
    const std::string svg = svg_shapes({path});
    std::string data = svg.substr(svg.find(" d=\"M") + 5);
    data = data.substr(0, data.find('"'));
    double x = 0;
    double y = 0;
    const char* place = data.c_str();
    const auto next_number = [&place] {
        while (*place == ' ' || *place == 'l') {
            ++place;
        }
        char* end = nullptr;
        const double value = std::strtod(place, &end);
        place = end;
        return value;
    };
    while (*place != '\0') {
        x += next_number();
        y += next_number();
    }
    EXPECT_NEAR(x, 1000 / 3.0, 0.006);
    EXPECT_NEAR(y, 10 - 1000 / 300.0, 0.006);
}

}  // namespace
}  // namespace batchscope::tests_of_svg
