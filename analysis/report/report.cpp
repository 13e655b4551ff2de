#include "analysis/report/report.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "analysis/charts/number_format.hpp"
#include "analysis/charts/png.hpp"
#include "analysis/report/budgets.hpp"
#include "analysis/report/choice.hpp"
#include "analysis/report/claims.hpp"
#include "analysis/report/coverage.hpp"
#include "analysis/report/data.hpp"
#include "analysis/report/gap.hpp"
#include "analysis/report/memory.hpp"
#include "analysis/report/methods.hpp"
#include "analysis/report/metrics.hpp"
#include "analysis/report/overview.hpp"
#include "analysis/report/rules.hpp"
#include "analysis/report/sharpness.hpp"
#include "analysis/report/targets.hpp"
#include "analysis/report/training.hpp"
#include "analysis/report/verdicts.hpp"
#include "analysis/report/wording.hpp"
#include "core/version.hpp"

namespace batchscope {

namespace {

std::string summary_text(const StudyAnswers& answers, const Phrases& phrases) {
    std::set<std::int64_t> sizes;
    std::set<std::uint64_t> seeds;
    for (const JudgedRun& judged : answers.study->runs) {
        sizes.insert(judged.run->batch_size);
        seeds.insert(judged.run->seed);
    }
    if (sizes.empty()) {
        return {};
    }
    return phrases(
        "Is a larger batch better? Batch sizes {} to {} ({} sizes), {} seeds; "
        "gaps from the {} split.",
        *sizes.begin(), *sizes.rbegin(), sizes.size(), seeds.size(),
        phrases(answers.study->out_of_sample));
}

/// What the words and bars of the report mean.
Section reading_section(const Margins& margins, const Phrases& phrases) {
    const double percent = 100 * margins.confidence;
    Definitions terms;
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
         phrases("All batch sizes and both metrics of a recipe are judged as one family, in the "
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
    Section section{.id = "reading", .heading = phrases("How to read this")};
    section.blocks.emplace_back(std::move(terms));
    return section;
}

/// What to know before anything else; mostly empty.
std::string warning_text(const StudyAnswers& answers, const Phrases& phrases) {
    std::string text;
    if (!answers.study->part_of.empty()) {
        text = phrases(
            "The runs of {} were trained on different data, so that they cannot be "
            "compared: each kind is a study of its own.",
            answers.study->part_of);
    }
    const std::string training = training_warning(answers, phrases);
    return text.empty() ? training : text + (training.empty() ? "" : ' ' + training);
}

StudyDocument study_document(const StudyAnswers& answers, const std::vector<SkippedFile>& skipped,
                             const std::string& skipped_line, const Phrases& phrases) {
    StudyDocument document{.name = answers.study->name,
                           .summary = summary_text(answers, phrases),
                           .health = health_text(answers, skipped_line, phrases),
                           .warning = warning_text(answers, phrases),
                           .overview = overview_table(answers, phrases)};
    if (!answers.recommendation.candidates.empty()) {
        document.advice.push_back(recommendation_sentence(answers, phrases));
    }
    for (const RecipeAnswers& recipe : answers.recipes) {
        if (recipe.what_if) {
            document.advice.push_back(
                in_recipe(recipe.recipe, what_if_sentence(*recipe.what_if, phrases)));
        }
        for (const std::string& sentence :
             memory_sentences(recipe, answers.memory_bytes, phrases)) {
            document.advice.push_back(sentence);
        }
        document.answers.push_back(recipe_verdicts(recipe, answers, phrases));
    }
    for (const auto section :
         {recommendation_section, what_if_section, budget_section, claims_section, gap_section,
          trend_section, target_section, sharpness_section, curves_section, rule_section,
          speed_section, means_section, coverage_section}) {
        document.sections.push_back(section(answers, phrases));
    }
    document.sections.push_back(methods_section(answers, phrases));
    document.sections.push_back(data_section(answers, skipped, phrases));
    std::erase_if(document.sections, [](const Section& s) { return s.blocks.empty(); });
    return document;
}

}  // namespace

Document report_document(const std::vector<StudyAnswers>& studies,
                         const std::vector<SkippedFile>& skipped, const Phrases& phrases) {
    Document document;
    const bool is_single = studies.size() == 1;
    document.title = is_single ? phrases("{} – batch size report", studies.front().study->name)
                               : phrases("Batch size report: {} studies", studies.size());
    const std::string skipped_line = phrases("skipped: {}", skipped_text(skipped, phrases));
    for (const StudyAnswers& answers : studies) {
        document.studies.push_back(is_single
                                       ? study_document(answers, skipped, skipped_line, phrases)
                                       : study_document(answers, {}, {}, phrases));
    }
    if (!is_single) {
        document.health = phrases("Files of all studies, {}", skipped_line);
        Section section{.id = "skipped", .heading = phrases("Skipped files")};
        section.add(skipped_list(skipped, phrases));
        if (!section.blocks.empty()) {
            document.closing.push_back(std::move(section));
        }
    }
    document.closing.push_back(
        reading_section(studies.empty() ? Margins{} : studies.front().margins, phrases));
    document.made_by = phrases(
        "Made by batchscope-analyze {} from the result files alone. All numbers are in "
        "summary.json "
        "and summary.csv, every run in runs.csv, every chart in figures/ as {}.",
        version_and_commit(), phrases(chart_formats()));
    return document;
}

}  // namespace batchscope
