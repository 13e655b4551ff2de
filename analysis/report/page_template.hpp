#pragma once

#include <string>

/// The texts of page.html, page_blocks.html, page_figure.html and page.css, which the build makes
/// part of the program.
namespace batchscope::page_template {

extern const std::string page;
extern const std::string blocks;
extern const std::string figure;
extern const std::string table;
extern const std::string style;

}  // namespace batchscope::page_template
