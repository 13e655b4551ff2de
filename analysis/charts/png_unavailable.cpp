#include "analysis/charts/png.hpp"
#include "core/error.hpp"

// Instead of png.cpp where the program is built without librsvg.
namespace batchscope {

bool can_render_png() {
    return false;
}

std::string render_png(const std::string& /*svg*/, double /*scale*/) {
    throw run_time_error("this program was built without PNG",
                         "use the SVG of the same name, or build with -DBATCHSCOPE_PNG=ON");
}

}  // namespace batchscope
