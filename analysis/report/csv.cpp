#include "analysis/report/csv.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <set>
#include <system_error>

#include "core/error.hpp"
#include "core/file_io.hpp"

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

std::string field(double value) {
    return std::isnan(value) ? std::string{} : fmt::format("{}", value);
}
std::string field(std::int64_t value) {
    return fmt::format("{}", value);
}
std::string field(std::uint64_t value) {
    return fmt::format("{}", value);
}

class Line {
  public:
    template <class Value>
    Line& add(const Value& value) {
        if (!first_) {
            text_ += ',';
        }
        text_ += field(value);
        first_ = false;
        return *this;
    }
    [[nodiscard]] std::string end() const { return text_ + "\n"; }

  private:
    std::string text_;
    bool first_ = true;
};

std::set<std::string> all_axis_keys(const std::vector<StudySummary>& studies) {
    std::set<std::string> keys;
    for (const StudySummary& study : studies) {
        keys.insert(study.axis_keys.begin(), study.axis_keys.end());
    }
    return keys;
}

void add_axes(Line& line, const std::set<std::string>& keys,
              const std::map<std::string, AttributeValue>& axes) {
    for (const std::string& key : keys) {
        const auto value = axes.find(key);
        line.add(value == axes.end() ? std::string{} : to_text(value->second));
    }
}

std::string runs_header(const std::set<std::string>& keys) {
    Line line;
    for (const char* name : {"study", "file", "batch_size", "seed"}) {
        line.add(name);
    }
    for (const std::string& key : keys) {
        line.add(key);
    }
    for (const char* name :
         {"status", "standing", "collapsed", "alias_of", "reason", "learning_rate",
          "learning_rate_scaling", "out_of_sample", "epoch", "steps", "examples"}) {
        line.add(name);
    }
    for (const Metric& metric : metrics) {
        line.add(metric.name);
    }
    line.add("training_seconds").add("configuration_hash").add("data_hash");
    for (const SharpnessMetric& metric : sharpness_metrics) {
        line.add(metric.name).add(metric.error_name).add(std::string{metric.name} + "_counts");
    }
    return line.add("keskar_epsilon").add("shares_coupled").end();
}

void add_sharpness(Line& line, const SharpnessFigures& figures) {
    for (const CertifiedValue& found : figures.values) {
        line.add(found.value).add(found.error);
        line.add(std::isnan(found.value) ? std::string{} : found.counts ? "1" : "0");
    }
    line.add(figures.epsilon).add(std::int64_t{figures.shares_coupled ? 1 : 0});
}

std::string run_line(const StudySummary& study, const JudgedRun& judged,
                     const std::set<std::string>& keys) {
    const AnalyzedRun& run = *judged.run;
    const FinalFigures figures = judged.source == nullptr ? run.figures : judged.source->figures;
    Line line;
    line.add(run.study).add(run.file.filename().string()).add(run.batch_size).add(run.seed);
    add_axes(line, keys, run.axes);
    line.add(to_string(run.status))
        .add(to_string(judged.standing))
        .add(std::int64_t{run.collapsed ? 1 : 0})
        .add(run.alias_of)
        .add(run.reason)
        .add(run.learning_rate)
        .add(run.learning_rate_scaling)
        .add(study.out_of_sample)
        .add(figures.epoch)
        .add(figures.steps)
        .add(figures.examples);
    for (const Metric& metric : metrics) {
        line.add(figures.*metric.value);
    }
    line.add(figures.training_seconds).add(run.configuration_hash).add(run.data_hash);
    add_sharpness(line, judged.source == nullptr ? run.sharpness : judged.source->sharpness);
    return line.end();
}

}  // namespace

std::string runs_csv(const std::vector<StudySummary>& studies) {
    const std::set<std::string> keys = all_axis_keys(studies);
    std::string text = runs_header(keys);
    for (const StudySummary& study : studies) {
        for (const JudgedRun& judged : study.runs) {
            text += run_line(study, judged, keys);
        }
    }
    return text;
}

std::string summary_csv(const std::vector<StudySummary>& studies, double confidence) {
    const std::set<std::string> keys = all_axis_keys(studies);
    Line header;
    header.add("study").add("batch_size");
    for (const std::string& key : keys) {
        header.add(key);
    }
    for (const char* name : {"metric", "n", "mean", "half_width", "standard_deviation",
                             "confidence", "aliases", "not_counted"}) {
        header.add(name);
    }
    std::string text = header.end();
    for (const StudySummary& study : studies) {
        for (const Group& group : study.groups) {
            const auto add = [&](const char* metric, const Estimate& estimate,
                                 std::int64_t not_counted) {
                Line line;
                line.add(study.name).add(group.batch_size);
                add_axes(line, keys, group.axes);
                text += line.add(metric)
                            .add(estimate.n)
                            .add(estimate.mean)
                            .add(estimate.half_width)
                            .add(estimate.standard_deviation)
                            .add(confidence)
                            .add(group.aliases)
                            .add(not_counted)
                            .end();
            };
            for (std::size_t i = 0; i < metrics.size(); ++i) {
                add(metrics[i].name, group.estimates[i], 0);
            }
            for (std::size_t i = 0; i < sharpness_metrics.size(); ++i) {
                add(sharpness_metrics[i].name, group.sharpness[i].counted,
                    group.sharpness[i].not_counted);
            }
        }
    }
    return text;
}

void write_report_file(const std::filesystem::path& file, const std::string& text) {
    const auto failure = [&file](int error_number) {
        return run_time_error(
            fmt::format("cannot write {}: {}", file.string(), errno_text(error_number)),
            "give a writable folder with free space to --output");
    };
    std::error_code no_folder;
    std::filesystem::create_directories(file.parent_path(), no_folder);
    if (no_folder) {
        throw failure(no_folder.value());
    }
    const std::filesystem::path temporary =
        file.parent_path() / fmt::format(".{}.tmp", file.filename().string());
    std::FILE* output = std::fopen(temporary.c_str(), "wb");
    if (output == nullptr) {
        throw failure(errno);
    }
    const bool written = std::fwrite(text.data(), 1, text.size(), output) == text.size();
    const int write_error = errno;
    const bool closed = std::fclose(output) == 0;
    if (!written || !closed) {
        const int error_number = written ? errno : write_error;
        std::error_code ignored;
        std::filesystem::remove(temporary, ignored);
        throw failure(error_number);
    }
    replace_file(temporary, file);
}

}  // namespace batchscope
