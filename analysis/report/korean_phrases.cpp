#include "analysis/report/korean_phrases.hpp"

namespace batchscope {

const std::vector<Translation>& korean_translations() {
    static const std::vector<Translation> translations = [] {
        std::vector<Translation> all;
        for (const auto& part :
             {korean_verdict_phrases(), korean_table_phrases(), korean_chart_phrases(),
              korean_page_phrases(), korean_choice_phrases(), korean_claim_phrases()}) {
            all.insert(all.end(), part.begin(), part.end());
        }
        return all;
    }();
    return translations;
}

}  // namespace batchscope
