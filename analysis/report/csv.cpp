#include "analysis/report/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <utility>

namespace batchscope {

namespace {

std::string field(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c;
        if (c == '"') {
            quoted += '"';
        }
    }
    return quoted + '"';
}

/// A number in shortest round-trip form; nothing for an unknown one.
std::string exact(double value) {
    return std::isnan(value) ? std::string{} : fmt::format("{}", value);
}

std::string flag(bool value) {
    return value ? "1" : "0";
}

std::set<std::string> all_axis_keys(const std::vector<StudySummary>& studies) {
    std::set<std::string> keys;
    for (const StudySummary& study : studies) {
        keys.insert(study.axis_keys.begin(), study.axis_keys.end());
    }
    return keys;
}

std::string axis_value(const std::map<std::string, AttributeValue>& axes, const std::string& key) {
    const auto value = axes.find(key);
    return value == axes.end() ? std::string{} : to_text(value->second);
}

/// One file with the run whose metrics stand for it.
struct RunOfStudy {
    const StudySummary& study;
    Standing standing;
    const AnalyzedRun& run;
    const AnalyzedRun& source;
};

struct RunColumn {
    std::string name;
    std::function<std::string(const RunOfStudy&)> cell;
};

std::vector<SharpnessMetric> all_sharpness_metrics(const std::vector<StudySummary>& studies) {
    std::vector<SharpnessMetric> metrics = metrics_of_every_table();
    for (const StudySummary& study : studies) {
        add_metrics(metrics, study.sharpness_metrics);
    }
    return metrics;
}

std::vector<RunColumn> run_columns(const std::set<std::string>& axis_keys,
                                   const std::vector<SharpnessMetric>& sharpness_metrics) {
    std::vector<RunColumn> columns;
    const auto add = [&columns](std::string name, auto cell) {
        columns.push_back({std::move(name), std::move(cell)});
    };
    add("study", [](const RunOfStudy& r) { return r.run.study; });
    add("file", [](const RunOfStudy& r) { return r.run.file.filename().string(); });
    add("batch_size", [](const RunOfStudy& r) { return fmt::format("{}", r.run.batch_size); });
    add("seed", [](const RunOfStudy& r) { return fmt::format("{}", r.run.seed); });
    for (const std::string& key : axis_keys) {
        add(key, [key](const RunOfStudy& r) { return axis_value(r.run.axes, key); });
    }
    add("status", [](const RunOfStudy& r) { return std::string(to_string(r.run.status)); });
    add("standing", [](const RunOfStudy& r) { return to_string(r.standing); });
    add("collapsed", [](const RunOfStudy& r) { return flag(r.run.collapsed); });
    add("alias_of", [](const RunOfStudy& r) { return r.run.alias_of; });
    add("reason", [](const RunOfStudy& r) { return r.run.reason; });
    add("learning_rate", [](const RunOfStudy& r) { return exact(r.run.learning_rate); });
    add("learning_rate_scaling", [](const RunOfStudy& r) { return r.run.learning_rate_scaling; });
    add("out_of_sample", [](const RunOfStudy& r) { return r.study.out_of_sample; });
    add("epoch", [](const RunOfStudy& r) { return exact(r.source.metrics.epoch); });
    add("steps", [](const RunOfStudy& r) { return exact(r.source.metrics.steps); });
    add("examples", [](const RunOfStudy& r) { return exact(r.source.metrics.examples); });
    for (const Metric& metric : averaged_metrics) {
        add(metric.name,
            [&metric](const RunOfStudy& r) { return exact(r.source.metrics.*metric.value); });
    }
    add("training_seconds",
        [](const RunOfStudy& r) { return exact(r.source.metrics.training_seconds); });
    add("configuration_hash", [](const RunOfStudy& r) { return r.run.configuration_hash; });
    add("data_hash", [](const RunOfStudy& r) { return r.run.data_hash; });
    for (const SharpnessMetric& metric : sharpness_metrics) {
        const auto of = [name = metric.name](const RunOfStudy& r) -> const CertifiedValue& {
            return r.source.sharpness.values[name];
        };
        // A name that a file gives may be one of the table's own.
        const auto free_name = [&columns](const std::string& name) {
            const bool is_taken =
                std::any_of(columns.begin(), columns.end(),
                            [&name](const RunColumn& column) { return column.name == name; });
            return is_taken ? "sharpness." + name : name;
        };
        add(free_name(metric.name), [of](const RunOfStudy& r) { return exact(of(r).value); });
        add(free_name(metric.error_name), [of](const RunOfStudy& r) { return exact(of(r).error); });
        add(free_name(metric.name + "_counts"), [of](const RunOfStudy& r) {
            return std::isnan(of(r).value) ? std::string{} : flag(of(r).counts);
        });
    }
    add("keskar_epsilon", [](const RunOfStudy& r) { return exact(r.source.sharpness.epsilon); });
    add("shares_coupled",
        [](const RunOfStudy& r) { return flag(r.source.sharpness.shares_coupled); });
    return columns;
}

}  // namespace

std::string render_csv(const Table& table) {
    std::string text;
    const auto add_line = [&text](const auto& cells, const auto& text_of) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            text += i == 0 ? "" : ",";
            text += field(text_of(cells[i]));
        }
        text += '\n';
    };
    add_line(table.header, [](const std::string& name) { return name; });
    for (const std::vector<Cell>& row : table.rows) {
        add_line(row, [](const Cell& cell) { return cell.text; });
    }
    return text;
}

Table runs_table(const std::vector<StudySummary>& studies) {
    const std::vector<RunColumn> columns =
        run_columns(all_axis_keys(studies), all_sharpness_metrics(studies));
    Table table{.name = "runs"};
    for (const RunColumn& column : columns) {
        table.header.push_back(column.name);
    }
    for (const StudySummary& study : studies) {
        for (const auto& [run, source, standing] : study.runs) {
            const RunOfStudy of_study{study, standing, *run, source == nullptr ? *run : *source};
            std::vector<Cell>& row = table.rows.emplace_back();
            for (const RunColumn& column : columns) {
                row.push_back({column.cell(of_study)});
            }
        }
    }
    return table;
}

Table summary_table(const std::vector<StudySummary>& studies, double confidence) {
    const std::set<std::string> keys = all_axis_keys(studies);
    const std::vector<SharpnessMetric> sharpness_metrics = all_sharpness_metrics(studies);
    Table table{.name = "summary", .header = {"study", "batch_size"}};
    table.header.insert(table.header.end(), keys.begin(), keys.end());
    for (const char* name : {"metric", "n", "mean", "half_width", "standard_deviation",
                             "confidence", "aliases", "not_counted", "lost"}) {
        table.header.emplace_back(name);
    }
    for (const StudySummary& study : studies) {
        for (const Group& group : study.groups) {
            const auto add = [&](const std::string& metric, const Estimate& estimate,
                                 std::int64_t not_counted) {
                std::vector<Cell>& row = table.rows.emplace_back();
                row = {{study.name}, {fmt::format("{}", group.batch_size)}};
                for (const std::string& key : keys) {
                    row.push_back({axis_value(group.axes, key)});
                }
                for (std::string& text : std::vector<std::string>{
                         metric, fmt::format("{}", estimate.n), exact(estimate.mean),
                         exact(estimate.half_width), exact(estimate.standard_deviation),
                         exact(confidence), fmt::format("{}", group.aliases),
                         fmt::format("{}", not_counted),
                         fmt::format("{}", lost_of(group.uncounted))}) {
                    row.push_back({std::move(text)});
                }
            };
            for (std::size_t i = 0; i < averaged_metrics.size(); ++i) {
                add(averaged_metrics[i].name, group.estimates[i], 0);
            }
            for (const SharpnessMetric& metric : sharpness_metrics) {
                const auto estimate = group.sharpness.find(metric.name);
                const SharpnessEstimate none;
                const SharpnessEstimate& found =
                    estimate == group.sharpness.end() ? none : estimate->second;
                add(metric.name, found.counted, found.not_counted);
            }
        }
    }
    return table;
}

}  // namespace batchscope
