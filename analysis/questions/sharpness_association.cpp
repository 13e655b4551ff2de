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
    double sharpness;
    double gap;
};

/// The runs that count and have both metrics; a run that stands under two coordinates counts once.
std::vector<Point> points_of(const StudySummary& study, const std::string& measure) {
    std::vector<Point> points;
    std::set<const AnalyzedRun*> seen;
    for (const auto& [run, source, standing] : study.runs) {
        if (standing != Standing::counted || !seen.insert(source).second) {
            continue;
        }
        const CertifiedValue& sharpness = std::as_const(source->sharpness.values)[measure];
        if (!sharpness.counts || !std::isfinite(source->metrics.gap_loss)) {
            continue;
        }
        Point point{{}, sharpness.value, source->metrics.gap_loss};
        for (const auto& [key, value] : run->axes) {
            point.coordinates[key] = to_text(value);
        }
        point.coordinates[batch_size_key] = std::to_string(run->batch_size);
        point.coordinates["training.seed"] = std::to_string(run->seed);
        points.push_back(std::move(point));
    }
    return points;
}

/// The points that differ in `axis` alone.
std::vector<Stratum> strata_along(const std::vector<Point>& points, const std::string& axis) {
    std::map<std::map<std::string, std::string>, Stratum> strata;
    for (const Point& point : points) {
        auto others = point.coordinates;
        others.erase(axis);
        Stratum& stratum = strata[others];
        stratum.x.push_back(point.sharpness);
        stratum.y.push_back(point.gap);
    }
    std::vector<Stratum> list;
    for (auto& [coordinates, stratum] : strata) {
        list.push_back(std::move(stratum));
    }
    return list;
}

double overall_tau(const std::vector<Point>& points) {
    std::vector<double> x;
    std::vector<double> y;
    for (const Point& point : points) {
        x.push_back(point.sharpness);
        y.push_back(point.gap);
    }
    return kendall_tau_b(x, y);
}

}  // namespace

std::vector<SharpnessAssociation> sharpness_and_gap(const StudySummary& study,
                                                    std::int64_t permutations) {
    std::vector<SharpnessAssociation> associations;
    for (const SharpnessMetric& metric : study.sharpness_metrics) {
        SharpnessAssociation association;
        association.measure = metric;
        const std::vector<Point> points = points_of(study, metric.name);
        if (metric == noise_scale_metric() || points.size() < 2) {
            continue;
        }
        association.runs = std::ssize(points);
        association.overall = overall_tau(points);
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
