// Writes every figure of the gallery as SVG and PNG, and one page with all of them, to look at in a
// browser and on paper.
// Usage: write_gallery FOLDER
#include <fmt/format.h>

#include <filesystem>

#include "analysis/figures/png.hpp"
#include "analysis/figures/svg.hpp"
#include "core/error.hpp"
#include "core/file_io.hpp"
#include "gallery.hpp"

namespace {

constexpr const char* page_begin = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Gallery of figures</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body { font: 16px sans-serif; margin: 1rem; }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 2rem 1.5rem; }
figure { margin: 0; max-width: 34rem; break-inside: avoid; }
@page { size: A4; margin: 1.5cm; }
@media print { body { margin: 0; } main { grid-template-columns: 1fr 1fr; gap: 0.8cm; } }
</style></head><body><h1>Gallery of figures</h1><main>
)";

}  // namespace

int main(int argument_count, char** arguments) {
    if (argument_count != 2) {
        fmt::print(stderr, "usage: write_gallery FOLDER\n");
        return 2;
    }
    try {
        const std::filesystem::path folder = arguments[1];
        std::string page = page_begin;
        for (const batchscope::GalleryFigure& figure : batchscope::gallery()) {
            const auto file = batchscope::render_svg(
                figure.chart, {.id_prefix = figure.name, .standalone = true});
            batchscope::write_text_file(folder / (figure.name + ".svg"), file.text);
            batchscope::write_text_file(folder / (figure.name + ".png"),
                                        batchscope::render_png(file.text));
            const auto element = batchscope::render_svg(figure.chart, {.id_prefix = figure.name});
            page += "<figure>\n" + element.text + "</figure>\n";
            fmt::print("{:16} {:9} bytes, {} hidden values\n", figure.name, file.text.size(),
                       file.hidden_values);
        }
        batchscope::write_text_file(folder / "gallery.html", page + "</main></body></html>\n");
    } catch (const batchscope::Error& error) {
        fmt::print(stderr, "{}\nremedy: {}\n", error.problem(), error.remedy());
        return static_cast<int>(error.code());
    }
    return 0;
}
