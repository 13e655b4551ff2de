#include "analysis/charts/png.hpp"

#include <cairo.h>
#include <fmt/format.h>
#include <librsvg/rsvg.h>

#include <cmath>
#include <memory>

#include "core/error.hpp"

namespace batchscope {

namespace {

template <auto release>
struct Release {
    template <typename Object>
    void operator()(Object* object) const {
        release(object);
    }
};

using Picture = std::unique_ptr<RsvgHandle, Release<g_object_unref>>;
using Surface = std::unique_ptr<cairo_surface_t, Release<cairo_surface_destroy>>;
using Canvas = std::unique_ptr<cairo_t, Release<cairo_destroy>>;

Error picture_error(const std::string& problem) {
    return run_time_error("cannot draw a chart as PNG: " + problem,
                          "use the SVG of the same name, and please report this");
}

/// The text of a GLib error, which it frees.
std::string message_of(GError* error) {
    std::string message = error != nullptr ? error->message : "unknown reason";
    g_clear_error(&error);
    return message;
}

Picture read_picture(const std::string& svg) {
    GError* error = nullptr;
    Picture picture(
        rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(svg.data()), svg.size(), &error));
    if (!picture) {
        throw picture_error(message_of(error));
    }
    return picture;
}

void check(cairo_status_t status) {
    if (status != CAIRO_STATUS_SUCCESS) {
        throw picture_error(cairo_status_to_string(status));
    }
}

cairo_status_t append(void* bytes, const unsigned char* data, unsigned int length) {
    static_cast<std::string*>(bytes)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
}

}  // namespace

bool can_render_png() {
    return true;
}

std::string render_png(const std::string& svg, double scale) {
    const Picture picture = read_picture(svg);
    gboolean has_box = FALSE;
    RsvgRectangle box{};
    rsvg_handle_get_intrinsic_dimensions(picture.get(), nullptr, nullptr, nullptr, nullptr,
                                         &has_box, &box);
    if (has_box == FALSE || !(box.width > 0) || !(box.height > 0)) {
        throw picture_error("it has no view box");
    }
    const RsvgRectangle viewport{0, 0, std::ceil(box.width * scale), std::ceil(box.height * scale)};
    constexpr double most_pixels = 32767;
    if (!(viewport.width >= 1) || !(viewport.height >= 1) || viewport.width > most_pixels ||
        viewport.height > most_pixels) {
        throw picture_error(fmt::format("{} x {} pixels are out of bounds (1 to {})",
                                        viewport.width, viewport.height, most_pixels));
    }
    const Surface surface(cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, static_cast<int>(viewport.width), static_cast<int>(viewport.height)));
    check(cairo_surface_status(surface.get()));
    const Canvas canvas(cairo_create(surface.get()));
    cairo_set_source_rgb(canvas.get(), 1, 1, 1);
    cairo_paint(canvas.get());
    GError* error = nullptr;
    if (rsvg_handle_render_document(picture.get(), canvas.get(), &viewport, &error) == FALSE) {
        throw picture_error(message_of(error));
    }
    check(cairo_status(canvas.get()));
    std::string bytes;
    check(cairo_surface_write_to_png_stream(surface.get(), append, &bytes));
    return bytes;
}

}  // namespace batchscope
