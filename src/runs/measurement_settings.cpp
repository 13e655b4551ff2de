#include "runs/measurement_settings.hpp"

#include <fmt/format.h>

#include "config/canonical_form.hpp"
#include "config/resolved_yaml.hpp"
#include "core/error.hpp"
#include "study/study_schema.hpp"

namespace batchscope {

namespace {

/// Where the section stands in a resolved configuration: from its first line to the next line that
/// is not indented.
struct Section {
    std::size_t begin = 0, end = 0;
};

Section find_sharpness(const std::string& configuration) {
    const std::string heading = "sharpness:\n";
    Section section{configuration.size(), configuration.size()};
    if (configuration.starts_with(heading)) {
        section.begin = 0;
    } else if (const auto found = configuration.find("\n" + heading); found != std::string::npos) {
        section.begin = found + 1;
    } else {
        return section;
    }
    section.end = section.begin + heading.size();
    while (section.end < configuration.size() && configuration[section.end] == ' ') {
        const auto line_end = configuration.find('\n', section.end);
        section.end = line_end == std::string::npos ? configuration.size() : line_end + 1;
    }
    return section;
}

}  // namespace

RunSettings measurement_settings(const FinishedRun& run, const std::vector<Override>& overrides) {
    std::vector<Override> all = overrides;
    all.push_back({"sharpness.at_end", "true"});
    all.push_back({"sharpness.every_epochs", "0"});
    RunSettings settings =
        parse_study(study_schema(), run.record.configuration, run.file, all).points.at(0).settings;
    if (settings.sharpness.measures.empty()) {
        throw configuration_error(
            fmt::format("{}: no measure of sharpness is chosen", run.file.string()),
            "choose some: --set sharpness.measures=[eigenvalues,trace]");
    }
    return settings;
}

std::string sharpness_section(const RunSettings& settings) {
    const std::string whole = resolved_yaml(study_schema(), settings);
    const Section section = find_sharpness(whole);
    return whole.substr(section.begin, section.end - section.begin);
}

std::string with_sharpness_section(const std::string& configuration, const std::string& section) {
    const Section old = find_sharpness(configuration);
    return configuration.substr(0, old.begin) + section + configuration.substr(old.end);
}

void check_same_measurement(const std::filesystem::path& file, const RunRecord& before,
                            const std::string& configuration_before, const FinishedRun& run,
                            const RunSettings& settings) {
    const std::string remedy = "choose another --output, or measure again with --overwrite";
    const std::string weights_before = weights_checksum(file, before);
    const std::string weights = weights_checksum(run.file, run.record);
    if (weights_before != weights || before.configuration_hash != run.record.configuration_hash ||
        before.data_hash != run.record.data_hash) {
        throw configuration_error(
            fmt::format("{} is of other weights than {}: configuration {}, data {}, weights {}; "
                        "now {}, {}, {}",
                        file.string(), run.file.string(), before.configuration_hash,
                        before.data_hash, weights_before, run.record.configuration_hash,
                        run.record.data_hash, weights),
            remedy);
    }
    const RunSettings settings_before =
        parse_study(study_schema(), configuration_before, file).points.at(0).settings;
    if (canonical_form(study_schema(), settings_before) !=
        canonical_form(study_schema(), settings)) {
        throw configuration_error(
            fmt::format("{} was measured with other settings:\n{}", file.string(),
                        configuration_differences_text(study_schema(), settings_before, settings)),
            "restore the old values, " + remedy);
    }
}

}  // namespace batchscope
