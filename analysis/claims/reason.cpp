#include "analysis/claims/reason.hpp"

namespace batchscope {

std::string because_text(const Because& because, const Phrases& phrases) {
    return because.reason.text(because, phrases);
}

std::string group_text(const std::string& group, const Phrases& phrases) {
    if (group == "small") {
        return phrases("small batches");
    }
    return group == "medium" ? phrases("medium batches") : phrases("large batches");
}

const ClaimReason ClaimReason::as_claimed{"as_claimed",
                                          [](const Because& /*because*/, const Phrases& phrases) {
                                              return phrases("the difference is there");
                                          }};

const ClaimReason ClaimReason::interval_inside{
    "interval_inside", [](const Because& /*because*/, const Phrases& phrases) {
        return phrases("the interval lies where the claim has it");
    }};

const ClaimReason ClaimReason::opposite{"opposite",
                                        [](const Because& /*because*/, const Phrases& phrases) {
                                            return phrases("the difference goes the other way");
                                        }};

const ClaimReason ClaimReason::negligible{
    "negligible", [](const Because& /*because*/, const Phrases& phrases) {
        return phrases("the difference lies within the margin");
    }};

const ClaimReason ClaimReason::interval_excludes{
    "interval_excludes", [](const Because& /*because*/, const Phrases& phrases) {
        return phrases("the interval excludes the value claimed");
    }};

const ClaimReason ClaimReason::too_little_data{
    "too_little_data", [](const Because& /*because*/, const Phrases& phrases) {
        return phrases("the data do not tell");
    }};

const ClaimReason ClaimReason::partly_negligible{
    "partly_negligible", [](const Because& /*because*/, const Phrases& phrases) {
        return phrases("one of the differences lies within the margin");
    }};

const ClaimReason ClaimReason::measures_disagree{
    "measures_disagree", [](const Because& because, const Phrases& phrases) {
        return phrases("measures disagree ({})", because.name);
    }};

const ClaimReason ClaimReason::identical_seeds{
    "identical_seeds", [](const Because& /*because*/, const Phrases& phrases) {
        return phrases("all seeds gave the same differences");
    }};

const ClaimReason ClaimReason::group_missing{
    "group_missing", [](const Because& because, const Phrases& phrases) {
        return phrases("no run that counts among {}", group_text(because.name, phrases));
    }};

const ClaimReason ClaimReason::group_lost{
    "group_lost", [](const Because& because, const Phrases& phrases) {
        return phrases("all runs of {} are lost", group_text(because.name, phrases));
    }};

const ClaimReason ClaimReason::survivors_decide{
    "survivors_decide", [](const Because& because, const Phrases& phrases) {
        return phrases("{} lose runs: what is left of them cannot decide in their favour",
                       group_text(because.name, phrases));
    }};

const ClaimReason ClaimReason::too_few_seeds{
    "too_few_seeds", [](const Because& because, const Phrases& phrases) {
        return because.batch_size == 0
                   ? phrases("{} common seeds count, {} are needed", because.found, because.needed)
                   : phrases("{} common seeds count, {} are needed (batch {} has the fewest)",
                             because.found, because.needed, because.batch_size);
    }};

const ClaimReason ClaimReason::too_few_batch_sizes{
    "too_few_batch_sizes", [](const Because& because, const Phrases& phrases) {
        return phrases("{} batch sizes, {} are needed", because.found, because.needed);
    }};

const ClaimReason ClaimReason::metric_missing{
    "figure_missing", [](const Because& because, const Phrases& phrases) {
        return phrases("the runs of batch {} do not hold {}", because.batch_size, because.name);
    }};

const ClaimReason ClaimReason::inside_schedule{
    "inside_schedule", [](const Because& /*because*/, const Phrases& phrases) {
        return phrases("equal epochs lie inside a schedule");
    }};

const ClaimReason ClaimReason::not_resolved{
    "not_resolved", [](const Because& /*because*/, const Phrases& phrases) {
        return phrases(
            "not resolved: evaluate more often (evaluate.at: log, or a smaller evaluate.factor)");
    }};

const ClaimReason ClaimReason::no_common_train_loss{
    "no_common_train_loss", [](const Because& because, const Phrases& phrases) {
        return phrases("the runs have no train loss in common (batch {})", because.batch_size);
    }};

const ClaimReason ClaimReason::different_hardware{
    "different_hardware", [](const Because& /*because*/, const Phrases& phrases) {
        return phrases("runs were made on different hardware or ranks");
    }};

const ClaimReason ClaimReason::hardware_unknown{
    "hardware_unknown", [](const Because& /*because*/, const Phrases& phrases) {
        return phrases("the hardware of the runs is not known");
    }};

const ClaimReason ClaimReason::target_not_reached{
    "target_not_reached", [](const Because& because, const Phrases& phrases) {
        return phrases("{} do not reach the target ({} of {} seeds do)",
                       group_text(because.name, phrases), because.found, because.needed);
    }};

}  // namespace batchscope
