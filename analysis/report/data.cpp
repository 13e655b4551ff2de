#include "analysis/report/data.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <utility>

#include "analysis/report/wording.hpp"
#include "analysis/runs/axis_names.hpp"

namespace batchscope {

namespace {

/// "batch 64, rule linear, rate 0.1"
std::string row_name(std::int64_t batch_size, const std::map<std::string, AttributeValue>& axes,
                     const StudySummary& study, const Phrases& phrases) {
    std::string name = phrases("batch {}", batch_size);
    const std::vector<std::string> names = short_axis_names(study.axis_keys);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (const auto value = axes.find(study.axis_keys[i]); value != axes.end()) {
            name += fmt::format(", {} {}", names[i], axis_text(value->second));
        }
    }
    return name;
}

/// The runs that are in no mean, by why.
std::map<Standing, std::vector<const AnalyzedRun*>> uncounted_runs(const StudySummary& study) {
    std::map<Standing, std::vector<const AnalyzedRun*>> uncounted;
    for (const auto& [run, source, standing] : study.runs) {
        if (standing != Standing::counted) {
            uncounted[standing].push_back(run);
        }
    }
    return uncounted;
}

/// "40 runs counted, 5 diverged, 5 of the same settings as another"
std::string standings_text(const StudySummary& study, const Phrases& phrases) {
    std::size_t counted = study.runs.size();
    std::string rest;
    for (const auto& [standing, runs] : uncounted_runs(study)) {
        counted -= runs.size();
        rest += ", " + phrases("{} {}", runs.size(), phrases(to_string(standing)));
    }
    const auto aliases =
        std::count_if(study.runs.begin(), study.runs.end(), [](const JudgedRun& judged) {
            return judged.standing == Standing::counted && judged.source != judged.run;
        });
    counted -= static_cast<std::size_t>(aliases);
    if (aliases > 0) {
        rest += ", " + phrases("{} of the same settings as another", aliases);
    }
    return phrases("{} runs counted", counted) + rest;
}

/// "batch_size-64_seed-1.h5: loss is not finite"
std::string uncounted_line(const AnalyzedRun& run, const Phrases& phrases) {
    std::string text = run.file.filename().string();
    if (!run.alias_of.empty()) {
        text += ' ' + phrases("(alias of {})", run.alias_of);
    }
    return run.reason.empty() ? text : text + ": " + run.reason;
}

/// Grid points without a file; 0 if the grid is too sparse to tell.
std::size_t missing_count(const StudySummary& study) {
    std::size_t points = 0;
    for (const MissingPoints& missing : study.missing) {
        points += missing.seeds.size();
    }
    return points;
}

/// What a reader must know of the data before trusting a mean: no test split, configurations kept
/// apart, several data sets, seeds that gave the very same metrics.
std::vector<std::string> study_notes(const StudySummary& study, const Phrases& phrases) {
    std::vector<std::string> notes;
    if (study.out_of_sample == "validation" && !study.groups.empty()) {
        notes.push_back(phrases("No test split: the gaps are those of the validation split."));
    }
    if (!study.separated_by.empty()) {
        notes.push_back(
            phrases("Kept apart since the configurations of equal points differ in: {}.",
                    fmt::format("{}", fmt::join(study.separated_by, ", "))));
    }
    if (study.data_hashes.size() > 1) {
        notes.push_back(
            phrases("Warning: the runs were trained on {} different data sets (see "
                    "data_hash in runs.csv).",
                    study.data_hashes.size()));
    }
    for (const Group& group : study.groups) {
        if (group.identical_seeds) {
            notes.push_back(
                phrases("Warning: {}: all seeds gave the very same metrics; was a file copied?",
                        row_name(group.batch_size, group.axes, study, phrases)));
        }
    }
    return notes;
}

}  // namespace

Section data_section(const StudyAnswers& answers, const std::vector<SkippedFile>& skipped,
                     const Phrases& phrases) {
    const StudySummary& study = *answers.study;
    Section section{.id = "data", .heading = phrases("The data in full")};
    section.add(
        phrases("{} files of this study: {}.", study.runs.size(), standings_text(study, phrases)));
    for (const std::string& note : study_notes(study, phrases)) {
        section.add(note);
    }
    for (const auto& [standing, runs] : uncounted_runs(study)) {
        List list{.heading =
                      phrases("In no mean, {} ({})", phrases(to_string(standing)), runs.size())};
        for (const AnalyzedRun* run : runs) {
            list.items.push_back(uncounted_line(*run, phrases));
        }
        section.add(std::move(list));
    }
    if (study.grid_is_sparse) {
        section.add(
            phrases("Missing grid points are not listed: the values seen span far more "
                    "points than there are files."));
    }
    List missing{.heading = phrases("Without a file, of the grid of all values seen ({})",
                                    missing_count(study))};
    for (const MissingPoints& points : study.missing) {
        missing.items.push_back(phrases("{}: seed {}",
                                        row_name(points.batch_size, points.axes, study, phrases),
                                        fmt::format("{}", fmt::join(points.seeds, ", "))));
    }
    section.add(std::move(missing));
    section.add(skipped_list(skipped, phrases));
    return section;
}

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

List skipped_list(const std::vector<SkippedFile>& skipped, const Phrases& phrases) {
    List list{.heading = phrases("Skipped files ({})", skipped.size())};
    for (const SkippedFile& file : skipped) {
        list.items.push_back(fmt::format("{}: {}", file.file.string(), file.reason));
    }
    return list;
}

std::string skipped_text(const std::vector<SkippedFile>& skipped, const Phrases& phrases) {
    const auto duplicates = std::count_if(
        skipped.begin(), skipped.end(), [](const SkippedFile& file) { return file.is_duplicate; });
    return phrases("{} unreadable, {} duplicate",
                   static_cast<std::int64_t>(skipped.size()) - duplicates, duplicates);
}

}  // namespace batchscope
