#include "results/result_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "core/error.hpp"

namespace batchscope {

bool was_added_later(const DatasetDescription& description) {
    const auto is = [&description](const char* group, const char* name) {
        return description.group == group && description.name == name;
    };
    return is("steps", "gradient_covariance_trace") || is("steps", "gradient_square") ||
           is("predictions", "validation_target") || is("predictions", "test_target");
}

DatasetDescription sharpness_epoch_description() {
    return {"sharpness", "epoch", "1", "passes over the training split at the measurement", false};
}

DatasetDescription sharpness_step_description() {
    return {"sharpness", "step", "1", "number of updates before the measurement", false};
}

DatasetDescription description_of(const SharpnessDimension& dimension) {
    return {"sharpness", dimension.name, "1", dimension.long_name, false};
}

DatasetDescription description_of(const SharpnessColumn& column) {
    return {"sharpness", column.name, column.units, column.long_name, column.is_volatile};
}

DatasetDescription configuration_description() {
    return {"", "config", "none", "resolved configuration of the run, YAML", false};
}

DatasetDescription environment_text_description(const std::string& name) {
    return {"environment", name, "none", name, true};
}

std::vector<DatasetDescription> result_schema() {
    std::vector<DatasetDescription> schema{configuration_description()};
    const auto add = [&schema](const DatasetDescription& description, const auto& /*column*/) {
        schema.push_back(description);
    };
    const RunRecord record;
    visit_columns(record.data, add);
    visit_columns(record.environment, add);
    visit_columns(record.steps, add);
    visit_columns(record.epochs, add);
    visit_columns(record.predictions, add);
    schema.push_back(sharpness_epoch_description());
    schema.push_back(sharpness_step_description());
    return schema;
}

bool is_schema_attribute(const std::string& name) {
    constexpr std::array<std::string_view, 14> names{"schema",
                                                     "schema_version",
                                                     "status",
                                                     "reason",
                                                     "study",
                                                     "program_version",
                                                     "batch_size",
                                                     "seed",
                                                     "learning_rate",
                                                     "collapsed",
                                                     "alias_of",
                                                     "learning_rate_scaling",
                                                     "configuration_hash",
                                                     "data_hash"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

RunStatus parse_run_status(const std::string& text) {
    for (const RunStatus status : {RunStatus::running, RunStatus::complete, RunStatus::diverged,
                                   RunStatus::stopped, RunStatus::failed}) {
        if (to_string(status) == text) {
            return status;
        }
    }
    throw data_error(fmt::format("the attribute status is '{}', not a status of a run", text),
                     "remove the file and run its grid point again");
}

}  // namespace batchscope
