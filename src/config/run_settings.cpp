#include "config/run_settings.hpp"

#include <algorithm>

namespace batchscope {

bool measures_sharpness(const RunSettings& settings) {
    const SharpnessSettings& sharpness = settings.sharpness;
    return (sharpness.at_end || sharpness.every_epochs > 0) && !sharpness.measures.empty();
}

bool measures_sharpness(const RunSettings& settings, const std::string& measure) {
    const std::vector<std::string>& chosen = settings.sharpness.measures;
    return measures_sharpness(settings) &&
           std::find(chosen.begin(), chosen.end(), measure) != chosen.end();
}

}  // namespace batchscope
