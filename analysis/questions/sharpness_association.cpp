#include "analysis/questions/sharpness_association.hpp"

#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace batchscope {

namespace {

constexpr std::uint64_t permutation_seed = 0;
const std::string batch_size_key = "training.batch_size";

struct Point {
    std::map<std::string, std::string> coordinates;  ///< every axis, batch size and seed
    const AnalyzedRun* run;
    double sharpness;
    double gap;
};

/// The runs that count and have both metrics, under all of their coordinates: a run that two rules
/// share is a point of both.
std::vector<Point> points_of(const StudySummary& study, const std::string& measure) {
    std::vector<Point> points;
    for (const auto& [run, source, standing] : study.runs) {
        if (standing != Standing::counted) {
            continue;
        }
        const CertifiedValue& sharpness = std::as_const(source->sharpness.values)[measure];
        if (!sharpness.counts || !std::isfinite(source->metrics.gap_loss)) {
            continue;
        }
        Point point{{}, source, sharpness.value, source->metrics.gap_loss};
        for (const auto& [key, value] : run->axes) {
            point.coordinates[key] = to_text(value);
        }
        point.coordinates[batch_size_key] = std::to_string(run->batch_size);
        point.coordinates["training.seed"] = std::to_string(run->seed);
        points.push_back(std::move(point));
    }
    return points;
}

/// Of these each run once.
std::vector<Point> distinct(const std::vector<Point>& points) {
    std::vector<Point> once;
    std::set<const AnalyzedRun*> seen;
    for (const Point& point : points) {
        if (seen.insert(point.run).second) {
            once.push_back(point);
        }
    }
    return once;
}

Stratum stratum_of(const std::vector<Point>& points) {
    Stratum stratum;
    for (const Point& point : points) {
        stratum.x.push_back(point.sharpness);
        stratum.y.push_back(point.gap);
    }
    return stratum;
}

/// The points that differ in `axis` alone, in each group of them every run once.
std::vector<Stratum> strata_along(const std::vector<Point>& points, const std::string& axis) {
    std::map<std::map<std::string, std::string>, std::vector<Point>> groups;
    for (const Point& point : points) {
        auto others = point.coordinates;
        others.erase(axis);
        groups[others].push_back(point);
    }
    std::vector<Stratum> strata;
    for (const auto& [coordinates, group] : groups) {
        strata.push_back(stratum_of(distinct(group)));
    }
    return strata;
}

}  // namespace

std::vector<SharpnessAssociation> sharpness_and_gap(const StudySummary& study,
                                                    std::int64_t permutations) {
    std::vector<SharpnessAssociation> associations;
    for (const SharpnessMetric& metric : study.sharpness_metrics) {
        SharpnessAssociation association;
        association.measure = metric;
        const std::vector<Point> points = points_of(study, metric.name);
        const Stratum all = stratum_of(distinct(points));
        if (metric == noise_scale_metric() || all.x.size() < 2) {
            continue;
        }
        association.runs = std::ssize(all.x);
        association.overall = kendall_tau_b(all.x, all.y);
        association.along_batch_size = conditional_kendall(strata_along(points, batch_size_key),
                                                           permutations, permutation_seed);
        for (const std::string& key : study.axis_keys) {
            const ConditionalKendall along =
                conditional_kendall(strata_along(points, key), permutations, permutation_seed);
            if (along.strata > 0) {
                association.along_axis.emplace(key, along);
            }
        }
        associations.push_back(std::move(association));
    }
    return associations;
}

}  // namespace batchscope
