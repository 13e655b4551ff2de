#include "analysis/claims/matched_gap_of_groups.hpp"

#include <cstddef>

#include "analysis/questions/gap.hpp"

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
    const MatchedGap gap = matched_gap(arms, evidence.out_of_sample, evidence.margins.confidence);
    MatchedGapOfGroups result;
    if (gap.status != CommonLevelStatus::found) {
        result.missing = Because{ClaimReason::no_common_train_loss, {}, gap.limited_by};
        return result;
    }
    result.train_loss = gap.train_loss;
    std::size_t arm = 0;
    for (const SizeGroup& group : compared.groups) {
        BySeed& means = result.by_group.emplace_back();
        for (std::size_t i = 0; i < group.arms.size(); ++i, ++arm) {
            for (const std::uint64_t seed : compared.seeds) {
                const auto value = gap.by_seed[arm].find(seed);
                means[seed] += value == gap.by_seed[arm].end() ? unknown : value->second;
            }
        }
        for (auto& [seed, mean] : means) {
            mean /= static_cast<double>(group.arms.size());
        }
    }
    return result;
}

}  // namespace batchscope
