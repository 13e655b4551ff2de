#include "analysis/claims/matched_gap_of_groups.hpp"

#include <algorithm>
#include <cstddef>

#include "analysis/questions/gap.hpp"
#include "analysis/statistics/interpolation.hpp"

namespace batchscope {

namespace {

/// The arms with the runs of these seeds alone: others would limit the common train loss, too.
std::vector<Arm> with_seeds(const std::vector<const Arm*>& arms,
                            const std::vector<std::uint64_t>& seeds) {
    std::vector<Arm> narrowed;
    for (const Arm* arm : arms) {
        Arm copy;
        copy.batch_size = arm->batch_size;
        for (const std::uint64_t seed : seeds) {
            copy.runs.emplace(seed, arm->runs.at(seed));
        }
        narrowed.push_back(std::move(copy));
    }
    return narrowed;
}

}  // namespace

MatchedGapOfGroups matched_gap_of_groups(const ComparedGroups& compared, const Evidence& evidence) {
    std::vector<const Arm*> by_group;
    for (const SizeGroup& group : compared.groups) {
        by_group.insert(by_group.end(), group.arms.begin(), group.arms.end());
    }
    const std::vector<Arm> narrowed = with_seeds(by_group, compared.seeds);
    std::vector<const Arm*> arms;
    for (const Arm& arm : narrowed) {
        arms.push_back(&arm);
    }
    const MatchedGap gap = matched_gap(arms, evidence.out_of_sample, evidence.margins.loss,
                                       evidence.margins.confidence);
    MatchedGapOfGroups result;
    if (gap.status != CommonLevelStatus::found) {
        result.missing = Because{ClaimReason::no_common_train_loss, {}, gap.limited_by};
        return result;
    }
    result.train_loss = gap.train_loss;
    result.inside_schedule = gap.inside_schedule;
    std::vector<double> errors;  // of the groups
    for (const SizeGroup& group : compared.groups) {
        BySeed& means = result.by_group.emplace_back();
        double error = 0;
        for (const Arm* arm : group.arms) {
            const MatchedArm& matched = *gap.arm_at(arm->batch_size);
            error += matched.error;
            for (const std::uint64_t seed : compared.seeds) {
                const auto read = matched.by_seed.find(seed);
                means[seed] += read == matched.by_seed.end() ? unknown : read->second.value;
            }
        }
        for (auto& [seed, mean] : means) {
            mean /= static_cast<double>(group.arms.size());
        }
        errors.push_back(error / static_cast<double>(group.arms.size()));
    }
    std::sort(errors.rbegin(), errors.rend());
    result.error = errors.size() < 2 ? unknown : errors[0] + errors[1];
    return result;
}

}  // namespace batchscope
