// The section that explains the report's words.
#include "analysis/figures/number_format.hpp"
#include "analysis/report/page_sections.hpp"

namespace batchscope {

PageSection reading_section(const Margins& margins, const Phrases& phrases) {
    PageDefinitions terms;
    const double percent = 100 * margins.confidence;
    terms.definitions.push_back(
        {phrases("Paired difference"),
         phrases("Runs of one seed start from the same weights and see the examples in the same "
                 "order at every batch size. So the difference is taken for each seed first and "
                 "then averaged; what a seed does to all batch sizes alike drops out.")});
    terms.definitions.push_back(
        {phrases("Interval, ±"),
         phrases("Student's t interval over n seeds at {:.6g} %. One seed has no interval: one "
                 "value tells nothing of its spread.",
                 percent)});
    terms.definitions.push_back(
        {phrases("Simultaneous interval"),
         phrases("Several comparisons give several chances to be wrong. The intervals of the "
                 "verdict tables and of the plots of differences are so wide that all of them "
                 "together hold in {:.6g} % of such studies (Bonferroni).",
                 percent)});
    terms.definitions.push_back(
        {phrases("Equivalence margin"),
         phrases("How small a difference does not matter, chosen before looking: {} points of "
                 "accuracy (--margin), {:.4g} of loss (--loss-margin). Equivalent means shown to "
                 "lie within it, not merely no difference found.",
                 format_number(100 * margins.accuracy), margins.loss)});
    terms.definitions.push_back(
        {phrases("Verdict"),
         phrases("▲ better, ▼ worse: a difference was shown. = equivalent: it was shown to lie "
                 "within the margin (negligible: there is one, but too small to matter). ? "
                 "undecided: neither; the seeds named would decide with probability 0.8.")});
    terms.definitions.push_back(
        {phrases("Family of comparisons"),
         phrases("All batch sizes and both figures of a recipe are judged as one family, in the "
                 "manner of Holm: the probability of any wrong verdict among them is at most "
                 "{:.4g} %.",
                 100 * margins.alpha())});
    terms.definitions.push_back(
        {phrases("Matched gap"),
         phrases("The generalization gap of each run at the moment when it first comes down to one "
                 "train loss that all runs reach. It compares runs that have learnt equally much; "
                 "the gap at the end flatters a run that learnt little.")});
    terms.definitions.push_back(
        {phrases("Underfits"),
         phrases("Worse than the reference in training and out of sample: its smaller gap is less "
                 "training, not better generalization.")});
    terms.definitions.push_back(
        {phrases("What the intervals do not cover"),
         phrases("All seeds are judged on one split. Another draw of N validation examples would "
                 "move an accuracy p by about √(p(1−p)/N), 0.44 points for p = 0.89 and N = 5,000, "
                 "at all batch sizes much alike. The intervals speak of other seeds on this split, "
                 "and of this recipe, model and data.")});
    PageSection section{.id = "reading", .heading = phrases("How to read this")};
    section.blocks.emplace_back(std::move(terms));
    return section;
}

}  // namespace batchscope
