#include "analysis/report/page.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "analysis/report/data_health.hpp"
#include "analysis/report/page_answer.hpp"
#include "analysis/report/page_sections.hpp"
#include "analysis/report/page_writer.hpp"
#include "analysis/report/recommendation_report.hpp"
#include "analysis/report/what_if_report.hpp"
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

/// `skipped` is a line on skipped files, or empty.
std::string health_text(const StudyAnswers& answers, const std::string& skipped,
                        const Phrases& phrases) {
    const StudySummary& study = *answers.study;
    std::string text =
        phrases("Data: {} files, {}", study.runs.size(), standings_text(study, phrases));
    text += ", " + (study.grid_is_sparse
                        ? phrases("missing points not counted")
                        : phrases("{} grid points without a file", missing_count(study)));
    text += skipped.empty() ? skipped : "; " + skipped;
    if (const auto notes = study_notes(study, phrases); !notes.empty()) {
        text += fmt::format(". {}", fmt::join(notes, " "));
    }
    return text;
}

PageStudy page_study(const StudyAnswers& answers, const std::vector<SkippedFile>& skipped,
                     const std::string& skipped_line, const Phrases& phrases) {
    PageStudy page{.name = answers.study->name,
                   .summary = summary_text(answers, phrases),
                   .health = health_text(answers, skipped_line, phrases)};
    if (!answers.recommendation.candidates.empty()) {
        page.advice.push_back(recommendation_sentence(answers, phrases));
    }
    for (const RecipeAnswers& recipe : answers.recipes) {
        if (recipe.what_if) {
            page.advice.push_back((recipe.recipe.name.empty() ? "" : recipe.recipe.name + ". ") +
                                  what_if_sentence(*recipe.what_if, phrases));
        }
        page.answers.push_back(page_answer(recipe, answers, phrases));
    }
    page.sections = {recommendation_section(answers, phrases),
                     what_if_section(answers, phrases),
                     budget_section(answers, phrases),
                     claims_section(answers, phrases),
                     gap_section(answers, phrases),
                     trend_section(answers, phrases),
                     target_section(answers, phrases),
                     sharpness_section(answers, phrases),
                     curves_section(answers, phrases),
                     rule_section(answers, phrases),
                     speed_section(answers, phrases),
                     coverage_section(answers, phrases),
                     data_section(answers, skipped, phrases)};
    std::erase_if(page.sections, [](const PageSection& s) { return s.blocks.empty(); });
    return page;
}

}  // namespace

ReportPage report_page(const std::vector<StudyAnswers>& studies,
                       const std::vector<SkippedFile>& skipped, const Phrases& phrases) {
    PageDocument document;
    const bool is_single = studies.size() == 1;
    document.title = is_single ? phrases("{} – batch size report", studies.front().study->name)
                               : phrases("Batch size report: {} studies", studies.size());
    const std::string skipped_line = phrases("skipped: {}", skipped_text(skipped, phrases));
    for (const StudyAnswers& answers : studies) {
        document.studies.push_back(is_single ? page_study(answers, skipped, skipped_line, phrases)
                                             : page_study(answers, {}, {}, phrases));
    }
    if (!is_single) {
        document.health = phrases("Files of all studies, {}", skipped_line);
        PageSection section{.id = "skipped", .heading = phrases("Skipped files")};
        if (PageList list = skipped_list(skipped, phrases); !list.items.empty()) {
            section.blocks.emplace_back(std::move(list));
            document.closing.push_back(std::move(section));
        }
    }
    document.closing.push_back(
        reading_section(studies.empty() ? Margins{} : studies.front().margins, phrases));
    document.made_by = phrases(
        "Made by batchscope-analyze {} from the result files alone. All numbers are in "
        "summary.json "
        "and summary.csv, every run in runs.csv, every figure in figures/ as SVG and PNG.",
        version);
    return write_page(document, phrases);
}

}  // namespace batchscope
