#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "analysis/language/phrases.hpp"
#include "core/described.hpp"

namespace batchscope {

struct Because;

/// Why a claim came out as it did. The reasons here are those of several kinds of claims; one that
/// belongs to a single kind is a member of its settings, in its pair of files. In brackets: what
/// the arguments of Because hold, where they do.
struct ClaimReason {
    std::string_view word;  ///< in summary.json: "too_few_seeds"
    /// A clause without a full stop.
    std::string (*text)(const Because& because, const Phrases& phrases);

    bool operator==(const ClaimReason& other) const { return word == other.word; }

    // Supported.
    /// The difference claimed is there, and larger than what does not matter.
    static const ClaimReason as_claimed;
    static const ClaimReason interval_inside;  ///< the slope's interval lies where the claim has it
    // Contradicted.
    static const ClaimReason opposite;    ///< the difference is there, but the other way round
    static const ClaimReason negligible;  ///< equivalent: the difference lies inside ±margin
    /// The slope's interval excludes the value claimed [name: the moment].
    static const ClaimReason interval_excludes;
    // Undecided.
    static const ClaimReason too_little_data;  ///< neither is significant
    /// Significant, but one of the differences lies inside ±margin.
    static const ClaimReason partly_negligible;
    /// What has to agree does not [name: one that is contradicted].
    static const ClaimReason measures_disagree;
    /// All seeds gave the same differences: seed not applied or files copied.
    static const ClaimReason identical_seeds;
    /// What would decide is in favour of batch sizes that lose runs [name: the group].
    static const ClaimReason survivors_decide;
    // Not tested.
    static const ClaimReason group_missing;  ///< no run in a group of batch sizes [name: the group]
    static const ClaimReason group_lost;     ///< all runs of a group are lost [name: the group]
    /// Common seeds that count [found, needed; batch_size: has the fewest].
    static const ClaimReason too_few_seeds;
    static const ClaimReason too_few_batch_sizes;  ///< [found, needed]
    static const ClaimReason metric_missing;       ///< runs do not hold a metric [name, batch_size]
    /// Runs had different budgets; equal epochs lie inside a schedule.
    static const ClaimReason inside_schedule;
    /// The rows of the runs are too far apart to read them where they are compared [name: what].
    static const ClaimReason not_resolved;
    /// The runs' train losses do not overlap [batch_size: the limiting one].
    static const ClaimReason no_common_train_loss;
    /// Or rank counts, between runs whose seconds are compared.
    static const ClaimReason different_hardware;
    static const ClaimReason hardware_unknown;
    /// [name: the group; found of needed: seeds that reach it, of all]
    static const ClaimReason target_not_reached;
};

/// A reason with its arguments; those that it has no use for are 0 or empty.
struct Because {
    ClaimReason reason = ClaimReason::too_little_data;
    std::string name{};  ///< a fixed word of the program ("small", "top_eigenvalue"), never a text
    std::int64_t batch_size = 0;
    std::int64_t other_batch_size = 0;
    std::uint64_t seed = 0;
    std::int64_t found = 0;
    std::int64_t needed = 0;
};
BATCHSCOPE_DESCRIBE_STRUCT(Because, name, batch_size, other_batch_size, seed, found, needed)

/// Why a claim came out as it did, a clause without a full stop.
[[nodiscard]] std::string because_text(const Because& because, const Phrases& phrases);

/// "small batches" of a group's name, "small".
[[nodiscard]] std::string group_text(const std::string& group, const Phrases& phrases);

}  // namespace batchscope
