// The sections on the data themselves: which grid points there are, and what is in no mean.
#include <fmt/format.h>

#include "analysis/report/charts_coverage.hpp"
#include "analysis/report/data_health.hpp"
#include "analysis/report/page_sections.hpp"

namespace batchscope {

PageSection coverage_section(const StudyAnswers& answers, const Phrases& phrases) {
    PageSection section{.id = "coverage", .heading = phrases("Coverage of the grid")};
    if (auto chart = coverage_chart(*answers.study, phrases)) {
        section.blocks.emplace_back(PageFigures{{{"coverage", std::move(*chart)}}});
    }
    return section;
}

PageSection data_section(const StudyAnswers& answers, const std::vector<SkippedFile>& skipped,
                         const Phrases& phrases) {
    const StudySummary& study = *answers.study;
    PageSection section{.id = "data", .heading = phrases("The data in full")};
    section.blocks.emplace_back(PageText{
        phrases("{} files of this study: {}.", study.runs.size(), standings_text(study, phrases))});
    for (const std::string& note : study_notes(study, phrases)) {
        section.blocks.emplace_back(PageText{note});
    }
    for (const auto& [standing, runs] : uncounted_runs(study)) {
        PageList list{.heading = uncounted_heading(standing, runs.size(), phrases)};
        for (const AnalyzedRun* run : runs) {
            list.items.push_back(uncounted_line(*run, phrases));
        }
        section.blocks.emplace_back(std::move(list));
    }
    if (study.grid_is_sparse) {
        section.blocks.emplace_back(PageText{missing_heading(study, phrases)});
    } else if (!study.missing.empty()) {
        PageList list{.heading = missing_heading(study, phrases)};
        for (const MissingPoints& missing : study.missing) {
            list.items.push_back(missing_line(missing, study, phrases));
        }
        section.blocks.emplace_back(std::move(list));
    }
    if (PageList list = skipped_list(skipped, phrases); !list.items.empty()) {
        section.blocks.emplace_back(std::move(list));
    }
    return section;
}

PageList skipped_list(const std::vector<SkippedFile>& skipped, const Phrases& phrases) {
    PageList list{.heading = phrases("Skipped files ({})", skipped.size())};
    for (const SkippedFile& file : skipped) {
        list.items.push_back(fmt::format("{}: {}", file.file.string(), file.reason));
    }
    return list;
}

}  // namespace batchscope
