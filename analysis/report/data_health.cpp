#include "analysis/report/data_health.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

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

}  // namespace

std::map<Standing, std::vector<const AnalyzedRun*>> uncounted_runs(const StudySummary& study) {
    std::map<Standing, std::vector<const AnalyzedRun*>> uncounted;
    for (const auto& [run, source, standing] : study.runs) {
        if (standing != Standing::counted) {
            uncounted[standing].push_back(run);
        }
    }
    return uncounted;
}

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

std::string uncounted_heading(Standing standing, std::size_t runs, const Phrases& phrases) {
    return phrases("In no mean, {} ({})", phrases(to_string(standing)), runs);
}

std::string uncounted_line(const AnalyzedRun& run, const Phrases& phrases) {
    std::string text = run.file.filename().string();
    if (!run.alias_of.empty()) {
        text += ' ' + phrases("(alias of {})", run.alias_of);
    }
    return run.reason.empty() ? text : text + ": " + run.reason;
}

std::string missing_heading(const StudySummary& study, const Phrases& phrases) {
    return study.grid_is_sparse
               ? phrases(
                     "Missing grid points are not listed: the values seen span far more points "
                     "than there are files.")
               : phrases("Without a file, of the grid of all values seen ({})",
                         missing_count(study));
}

std::string missing_line(const MissingPoints& missing, const StudySummary& study,
                         const Phrases& phrases) {
    return phrases("{}: seed {}", row_name(missing.batch_size, missing.axes, study, phrases),
                   fmt::format("{}", fmt::join(missing.seeds, ", ")));
}

std::size_t missing_count(const StudySummary& study) {
    std::size_t points = 0;
    for (const MissingPoints& missing : study.missing) {
        points += missing.seeds.size();
    }
    return points;
}

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
                phrases("Warning: {}: all seeds gave the very same figures; was a file copied?",
                        row_name(group.batch_size, group.axes, study, phrases)));
        }
    }
    return notes;
}

std::string skipped_text(const std::vector<SkippedFile>& skipped, const Phrases& phrases) {
    const auto duplicates = std::count_if(
        skipped.begin(), skipped.end(), [](const SkippedFile& file) { return file.is_duplicate; });
    return phrases("{} unreadable, {} duplicate",
                   static_cast<std::int64_t>(skipped.size()) - duplicates, duplicates);
}

std::string axis_text(const AttributeValue& value) {
    const std::string text = to_text(value);
    return text.empty() ? "-" : text;
}

}  // namespace batchscope
