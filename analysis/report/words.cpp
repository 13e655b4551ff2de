#include "analysis/report/words.hpp"

namespace batchscope {

const char* word_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::better:
            return "better";
        case Verdict::worse:
            return "worse";
        case Verdict::equivalent:
            return "equivalent";
        case Verdict::undecided:
            break;
    }
    return "undecided";
}

const char* word_of(Reason reason) {
    switch (reason) {
        case Reason::different:
            return "different";
        case Reason::within_margin:
            return "within_margin";
        case Reason::different_but_negligible:
            return "different_but_negligible";
        case Reason::too_few_seeds:
            return "too_few_seeds";
        case Reason::identical_seeds:
            return "identical_seeds";
        case Reason::too_little_data:
            break;
    }
    return "too_little_data";
}

const char* word_of(Answer answer) {
    switch (answer) {
        case Answer::better:
            return "better";
        case Answer::worse:
            return "worse";
        case Answer::mixed:
            return "mixed";
        case Answer::equivalent:
            return "equivalent";
        case Answer::undecided:
            return "undecided";
        case Answer::not_tested:
            break;
    }
    return "not_tested";
}

const char* word_of(CommonLevelStatus status) {
    switch (status) {
        case CommonLevelStatus::found:
            return "found";
        case CommonLevelStatus::no_runs:
            return "no_runs";
        case CommonLevelStatus::run_without_rows:
            return "run_without_rows";
        case CommonLevelStatus::runs_do_not_overlap:
            break;
    }
    return "runs_do_not_overlap";
}

}  // namespace batchscope
