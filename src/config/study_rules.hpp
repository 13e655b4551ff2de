#pragma once

#include "config/run_settings.hpp"
#include "config/study_yaml.hpp"

namespace batchscope {

/// Checks what the whole study says: keys that no point can use (momentum with adamw), two budgets,
/// one folder for two data sets. A key whose selector is an axis need be used at one of its values
/// only. Throws Error (configuration).
void check_study(const GivenValues& given);

/// Checks that the values of one point go together: a scaling rule has its reference, a step
/// schedule its epochs, and so on. `given` tells where to point. Throws Error (configuration).
void check_point(const RunSettings& settings, const GivenValues& given);

}  // namespace batchscope
