#include "analysis/report/data.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
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

/// The runs that are in no mean, by why; one that stands under several coordinates once.
std::map<Standing, std::vector<const AnalyzedRun*>> uncounted_runs(const StudySummary& study) {
    std::map<Standing, std::vector<const AnalyzedRun*>> uncounted;
    for (const auto& [run, source, standing] : study.runs) {
        if (standing != Standing::counted && (source == run || source == nullptr)) {
            uncounted[standing].push_back(run);
        }
    }
    return uncounted;
}

/// "40 runs counted, 5 diverged, 5 of the same settings as another"
std::string files_text(const StudySummary& study, const Phrases& phrases) {
    const auto aliases =
        std::count_if(study.runs.begin(), study.runs.end(), [](const JudgedRun& judged) {
            return judged.source != nullptr && judged.source != judged.run;
        });
    std::size_t counted = study.runs.size() - static_cast<std::size_t>(aliases);
    Standings standings;
    for (const auto& [standing, runs] : uncounted_runs(study)) {
        counted -= runs.size();
        standings[standing] = std::ssize(runs);
    }
    std::string text = phrases("{} runs counted", counted);
    if (!standings.empty()) {
        text += ", " + standings_text(standings, phrases);
    }
    if (aliases > 0) {
        text += ", " + phrases("{} of the same settings as another", aliases);
    }
    return text;
}

/// What so few seeds do not show: the fewest runs of a batch size that lost none, and how many it
/// may lose nevertheless.
std::string unseen_losses_text(const StudyAnswers& answers, const Phrases& phrases) {
    std::int64_t fewest = 0;
    for (const RecipeAnswers& recipe : answers.recipes) {
        for (const Arm& arm : recipe.recipe.arms) {
            const auto runs = std::ssize(arm.runs);
            if (!loses_runs(arm) && runs > 0 && (fewest == 0 || runs < fewest)) {
                fewest = runs;
            }
        }
    }
    return fewest == 0
               ? std::string{}
               : phrases(
                     "{} runs of which none is lost leave a loss rate of up to {:.0f} % possible",
                     fewest, 100 * unseen_loss_rate(fewest, answers.margins.confidence));
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

/// Runs that count and end without a validation loss where others have one: they are in no
/// validation mean, and no learning rate is chosen at which one stands. Empty for none.
std::string without_validation_loss(const StudySummary& study, const Phrases& phrases) {
    std::vector<std::string> names;
    bool any_has = false;
    for (const auto& [run, source, standing] : study.runs) {
        if (standing != Standing::counted) {
            continue;
        }
        any_has = any_has || std::isfinite(source->metrics.validation_loss);
        if (source == run && !std::isfinite(source->metrics.validation_loss)) {
            names.push_back(row_name(run->batch_size, run->axes, study, phrases) +
                            phrases(", seed {}", run->seed));
        }
    }
    return any_has && !names.empty()
               ? phrases(
                     "Warning: no validation loss at the end of {} run(s): {}. They are in no "
                     "validation mean, and a learning rate that has one is not chosen.",
                     names.size(), fmt::format("{}", fmt::join(names, "; ")))
               : std::string{};
}

/// What a reader must know of the data before trusting a mean: no test split, configurations kept
/// apart, several data sets, seeds that gave the very same metrics.
std::vector<std::string> study_notes(const StudySummary& study, const Phrases& phrases) {
    std::vector<std::string> notes;
    if (study.out_of_sample == "validation" && any_run_counts(study)) {
        notes.push_back(phrases("No test split: the gaps are those of the validation split."));
    }
    if (!study.separated_by.empty()) {
        notes.push_back(
            phrases("Kept apart since the configurations of equal points differ in: {}.",
                    fmt::format("{}", fmt::join(study.separated_by, ", "))));
    }
    if (const std::string missing = without_validation_loss(study, phrases); !missing.empty()) {
        notes.push_back(missing);
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
        phrases("{} files of this study: {}.", study.runs.size(), files_text(study, phrases)));
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
    std::string text = phrases("Data: {} files, {}", study.runs.size(), files_text(study, phrases));
    text += ", " + (study.grid_is_sparse
                        ? phrases("missing points not counted")
                        : phrases("{} grid points without a file", missing_count(study)));
    text += skipped.empty() ? skipped : "; " + skipped;
    if (const std::string unseen = unseen_losses_text(answers, phrases); !unseen.empty()) {
        text += "; " + unseen;
    }
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
