#pragma once

#include "config/schema.hpp"

namespace batchscope {

/// All that a study may say: the keys of every run, and of every data set, network, optimizer and
/// measure of this program.
[[nodiscard]] const Schema& study_schema();

}  // namespace batchscope
