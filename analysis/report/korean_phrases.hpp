#pragma once

#include <vector>

#include "analysis/report/phrases.hpp"

/// The Korean texts, by where they are used.
namespace batchscope {

[[nodiscard]] std::vector<Translation> korean_verdict_phrases();
[[nodiscard]] std::vector<Translation> korean_table_phrases();
[[nodiscard]] std::vector<Translation> korean_chart_phrases();
[[nodiscard]] std::vector<Translation> korean_page_phrases();
[[nodiscard]] std::vector<Translation> korean_choice_phrases();
[[nodiscard]] std::vector<Translation> korean_claim_phrases();

}  // namespace batchscope
