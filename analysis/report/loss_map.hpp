#pragma once

#include <optional>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/report/document.hpp"

namespace batchscope {

/// Learning-rate rules against the batch size, a cell for each: mean final validation loss, the
/// lowest of a batch size in a frame. Nothing where no run of the rules counts.
[[nodiscard]] std::optional<Chart> rules_chart(const RulesCompared& rules, const Phrases& phrases);

/// The same of the learning rates that a recipe tried. A lowest loss at the smallest or largest
/// rate tried at its batch size has a dashed frame: a rate beyond might be better. Nothing where
/// one rate was tried.
[[nodiscard]] std::optional<Chart> rates_chart(const Recipe& recipe, const Phrases& phrases);

}  // namespace batchscope
