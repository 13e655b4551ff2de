#include "analysis/runs/summary.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

namespace batchscope {

namespace {

/// A study's runs by file name, to resolve aliases fast.
class RunsByName {
  public:
    explicit RunsByName(std::span<const AnalyzedRun> runs) {
        for (const AnalyzedRun& run : runs) {
            runs_[run.file.filename().string()].push_back(&run);
        }
    }

    /// The run of this name in `folder`, or the only one of this name elsewhere.
    [[nodiscard]] const AnalyzedRun* find(const std::string& name,
                                          const std::filesystem::path& folder) const {
        const auto named = runs_.find(name);
        if (named == runs_.end()) {
            return nullptr;
        }
        for (const AnalyzedRun* run : named->second) {
            if (run->file.parent_path() == folder) {
                return run;
            }
        }
        return named->second.size() == 1 ? named->second.front() : nullptr;
    }

    /// The run whose metrics stand for `run`.
    [[nodiscard]] const AnalyzedRun* resolve(const AnalyzedRun& run) const {
        if (run.alias_of.empty()) {
            return &run;
        }
        const AnalyzedRun* target = find(run.alias_of, run.file.parent_path());
        return target != nullptr && target->alias_of.empty() ? target : nullptr;
    }

  private:
    std::unordered_map<std::string, std::vector<const AnalyzedRun*>> runs_;
};

std::vector<double> known_values(const std::vector<const AnalyzedRun*>& runs,
                                 double FinalMetrics::*value) {
    std::vector<double> values;
    for (const AnalyzedRun* run : runs) {
        if (std::isfinite(run->metrics.*value)) {
            values.push_back(run->metrics.*value);
        }
    }
    return values;
}

void add_estimates(Group& group, const std::vector<SharpnessMetric>& sharpness_metrics,
                   double confidence) {
    for (std::size_t i = 0; i < averaged_metrics.size(); ++i) {
        group.estimates[i] =
            estimate_mean(known_values(group.runs, averaged_metrics[i].value), confidence);
    }
    for (const SharpnessMetric& metric : sharpness_metrics) {
        std::vector<CertifiedValue> values;
        for (const AnalyzedRun* run : group.runs) {
            values.push_back(std::as_const(run->sharpness.values)[metric.name]);
        }
        group.sharpness[metric.name] = estimate_certified(values, confidence);
    }
    const auto train_and_validation = [](const AnalyzedRun* run) {
        return std::pair(run->metrics.train_loss, run->metrics.validation_loss);
    };
    group.identical_seeds =
        group.runs.size() > 1 &&
        std::all_of(group.runs.begin(), group.runs.end(), [&](const AnalyzedRun* run) {
            return train_and_validation(run) == train_and_validation(group.runs.front());
        });
}

void judge(std::span<const AnalyzedRun> runs, StudySummary& study) {
    const RunsByName by_name(runs);
    for (const AnalyzedRun& run : runs) {
        const AnalyzedRun* source = by_name.resolve(run);
        study.runs.push_back(
            {&run, source,
             source == nullptr ? Standing::without_its_target : standing_of(*source)});
    }
}

/// Puts the runs into rows; study.runs are sorted by row.
void group_runs(StudySummary& study) {
    const AnalyzedRun* row = nullptr;
    std::set<const AnalyzedRun*> seen;  // in the row
    for (const auto& [run, source, standing] : study.runs) {
        if (row == nullptr || compare_rows(*row, *run) != 0) {
            row = run;
            seen.clear();
            study.groups.push_back({.batch_size = run->batch_size, .axes = run->axes});
        }
        Group& group = study.groups.back();
        if (source != nullptr && !seen.insert(source).second) {
            continue;
        }
        if (standing == Standing::counted) {
            group.runs.push_back(source);
            group.aliases += source == run ? 0 : 1;
        } else {
            ++group.uncounted[standing];
        }
    }
    std::erase_if(study.groups, [](const Group& group) {
        return group.runs.empty() && lost_of(group.uncounted) == 0;
    });
}

struct ValueOrder {
    bool operator()(const AttributeValue& a, const AttributeValue& b) const {
        return compare(a, b) < 0;
    }
};

/// Fills study.missing: the product of the values of each axis seen, less the points that have a
/// file.
void find_missing(std::span<const AnalyzedRun> runs, StudySummary& study) {
    using Values = std::vector<AttributeValue>;
    std::vector<std::string> keys;
    for (const std::string& key : study.axis_keys) {
        if (!study.separated_by.contains(key)) {
            keys.push_back(key);
        }
    }
    const auto coordinates = [&keys](const AnalyzedRun& run) {
        Values values{run.batch_size};
        for (const std::string& key : keys) {
            values.push_back(run.axes.at(key));
        }
        return values;
    };
    std::vector<std::set<AttributeValue, ValueOrder>> seen(keys.size() + 1);
    std::set<std::uint64_t> seeds;
    const auto values_order = [](const Values& a, const Values& b) {
        return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), ValueOrder{});
    };
    std::map<Values, std::set<std::uint64_t>, decltype(values_order)> present(values_order);
    for (const AnalyzedRun& run : runs) {
        const Values values = coordinates(run);
        for (std::size_t i = 0; i < values.size(); ++i) {
            seen[i].insert(values[i]);
        }
        seeds.insert(run.seed);
        present[values].insert(run.seed);
    }
    double points = static_cast<double>(seeds.size());
    for (const auto& values : seen) {
        points *= static_cast<double>(values.size());
    }
    constexpr double most_points_per_file = 10;
    study.grid_is_sparse = points > most_points_per_file * static_cast<double>(runs.size());
    if (study.grid_is_sparse) {
        return;
    }
    std::vector<Values> rows{{}};
    for (const auto& values : seen) {
        std::vector<Values> longer;
        for (const Values& row : rows) {
            for (const AttributeValue& value : values) {
                longer.push_back(row);
                longer.back().push_back(value);
            }
        }
        rows = std::move(longer);
    }
    for (const Values& row : rows) {
        MissingPoints missing{std::get<std::int64_t>(row.front()), {}, {}};
        const std::set<std::uint64_t>& found = present[row];
        std::set_difference(seeds.begin(), seeds.end(), found.begin(), found.end(),
                            std::back_inserter(missing.seeds));
        for (std::size_t i = 0; i < keys.size(); ++i) {
            missing.axes[keys[i]] = row[i + 1];
        }
        if (!missing.seeds.empty()) {
            study.missing.push_back(std::move(missing));
        }
    }
}

StudySummary summarise_study(std::span<const AnalyzedRun> runs,
                             const std::set<std::string>& separated_by, double confidence) {
    StudySummary study;
    study.name = runs.front().study;
    study.part_of = runs.front().study_on_all_data;
    study.separated_by = separated_by;
    study.out_of_sample = out_of_sample_split(runs);
    for (const auto& [key, value] : runs.front().axes) {
        study.axis_keys.push_back(key);
    }
    for (const AnalyzedRun& run : runs) {
        study.data_hashes.insert(run.data_hash);
    }
    judge(runs, study);
    study.sharpness_metrics = metrics_of_every_table();
    for (const AnalyzedRun& run : runs) {
        add_metrics(study.sharpness_metrics, run.sharpness.metrics);
    }
    group_runs(study);
    for (Group& group : study.groups) {
        add_estimates(group, study.sharpness_metrics, confidence);
    }
    find_missing(runs, study);
    return study;
}

}  // namespace

SharpnessEstimate estimate_certified(std::span<const CertifiedValue> values, double confidence) {
    SharpnessEstimate estimate;
    std::vector<double> counted;
    for (const CertifiedValue& found : values) {
        if (found.counts) {
            counted.push_back(found.value);
            estimate.largest_error = std::fmax(estimate.largest_error, found.error);
        } else if (!std::isnan(found.value)) {
            ++estimate.not_counted;
            estimate.lowest_not_counted = std::fmin(estimate.lowest_not_counted, found.value);
            estimate.highest_not_counted = std::fmax(estimate.highest_not_counted, found.value);
        }
    }
    estimate.counted = estimate_mean(std::move(counted), confidence);
    return estimate;
}

bool any_run_counts(const StudySummary& study) {
    return std::any_of(study.groups.begin(), study.groups.end(),
                       [](const Group& group) { return !group.runs.empty(); });
}

std::vector<StudySummary> summarise(const RunCollection& collection, double confidence) {
    std::vector<StudySummary> studies;
    for (const std::span<const AnalyzedRun> runs : split_by_study(std::span(collection.runs))) {
        studies.push_back(
            summarise_study(runs, collection.separated_by.at(runs.front().study), confidence));
    }
    return studies;
}

}  // namespace batchscope
